import type { ResolvedSpec } from '../api/defaults.ts';
import type { ApexSelection, Backend, TrafficIntent } from '../domain/traffic/split.ts';
import type { TrafficView } from '../domain/world.ts';
import type { ObjectWrite } from '../kubernetes/object-write.ts';
import { apexPortFor, portOfRevision, readApex, unique } from './apex-view.ts';
import { acknowledgementOf } from './gateway-api/acknowledgement.ts';
import { backendsOf, type GatewayAPITraffic, httpRoute, revisionsOf } from './gateway-api/http-route.ts';
import { saysSame } from './gateway-api/route-meaning.ts';
import { apexWrites } from './objects/apex-service.ts';
import { applyOn } from './objects/apply-on.ts';
import { controllerInWords, isOwnedBy } from './objects/owner-reference.ts';
import { Router, type RouterObjects, WrongIntentError } from './router.ts';
import { unneededLabels } from './service/live-labels.ts';

/**
 * Splits by the weights of an HTTPRoute that the ModelDeployment owns, between the revisions' own Services. The route alone
 * decides; the apex Service follows.
 */
export class GatewayApiRouter extends Router {
  readonly kind = 'weighted';

  read(objects: RouterObjects): TrafficView {
    const { deployment, httpRoute: route } = objects;
    const { apex, live, endpoints, named, conflict } = readApex(objects);
    const { parentRefs } = trafficOf(deployment.spec);
    const backends = route && backendsOf(route, deployment.name);
    const ours = route && revisionsOf(route, deployment.name);
    return {
      router: this.kind,
      apex,
      // A foreign route without any of our revisions says nothing about our traffic.
      route: route && (isOwnedBy(route, deployment) || ours?.length) ? backends : undefined,
      live,
      endpoints,
      ...acknowledgementOf(route, parentRefs),
      named: unique([...named, ...(ours ?? [])]),
      problem: notInstalled(objects) ?? routeConflict(objects) ?? conflict,
    };
  }

  writes(intent: TrafficIntent, apex: ApexSelection, objects: RouterObjects): ObjectWrite[] {
    if (intent.kind !== 'weighted') throw new WrongIntentError(this.kind, intent);
    const selected = apex.kind === 'revision' ? apex.revision : undefined;
    return [
      ...routeWrites(intent.backends, objects),
      ...apexWrites(objects.deployment, apex, apexPortFor(objects, selected), objects.apexService),
      ...unneededLabels(apex, objects),
    ];
  }
}

function routeWrites(backends: readonly Backend[], objects: RouterObjects): ObjectWrite[] {
  const { deployment, httpRoute: live, gatewayAPIInstalled } = objects;
  const portOf = (revision: string) => portOfRevision(objects, revision).port;
  const desired = httpRoute(deployment, trafficOf(deployment.spec), backends, portOf);
  if (!gatewayAPIInstalled) return [];
  if (!live) return [{ verb: 'create', object: desired }];
  if (!isOwnedBy(live, deployment) || saysSame(desired, live)) return [];
  return [applyOn(live, desired)];
}

function trafficOf({ traffic }: ResolvedSpec): GatewayAPITraffic {
  if (traffic.kind === 'gatewayAPI') return traffic;
  throw new Error(`the Gateway API router was given a spec with traffic of kind ${traffic.kind}`);
}

function notInstalled({ gatewayAPIInstalled }: RouterObjects): TrafficView['problem'] {
  if (gatewayAPIInstalled) return undefined;
  return {
    reason: 'GatewayAPINotInstalled',
    message:
      'traffic.gatewayAPI needs the kind HTTPRoute of gateway.networking.k8s.io/v1, which this cluster does not have: ' +
      'install the Gateway API and an implementation of it, or use traffic.service',
  };
}

/** A route of somebody else is never touched. */
function routeConflict({ deployment, httpRoute: route }: RouterObjects): TrafficView['problem'] {
  if (!route || isOwnedBy(route, deployment)) return undefined;
  return {
    reason: 'RouteConflict',
    message:
      `HTTPRoute ${deployment.name} exists and belongs to ${controllerInWords(route)}, not to this ` +
      'ModelDeployment: delete or rename one of them',
  };
}
