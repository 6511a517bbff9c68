import type { ResolvedSpec } from '../api/defaults.ts';
import type { ApexSelection, TrafficIntent } from '../domain/traffic/split.ts';
import type { TrafficView } from '../domain/world.ts';
import type { ObjectWrite } from '../kubernetes/object-write.ts';
import { apexPortFor, portOfRevision, problemOfPreview, readApex, unique } from './apex-view.ts';
import { conflictWith } from './conflicts.ts';
import { acknowledgementOf, type Acknowledgement } from './gateway-api/acknowledgement.ts';
import type { PortOf } from './gateway-api/backend-refs.ts';
import { type GatewayAPITraffic, httpRoute } from './gateway-api/http-route.ts';
import { lackingOf } from './gateway-api/lacking.ts';
import { previewRouteWrites, revisionOfPreviewRoute } from './gateway-api/preview-route.ts';
import { revisionsOf } from './gateway-api/read-backends.ts';
import { readRoute } from './gateway-api/read-route.ts';
import { saysSame } from './gateway-api/route-meaning.ts';
import { apexWrites } from './objects/apex-service.ts';
import { applyOn } from './objects/apply-on.ts';
import { isOwnedBy } from './objects/owner-reference.ts';
import { previewServiceWrites } from './objects/preview-service.ts';
import { Router, type RouterObjects, WrongIntentError } from './router.ts';
import { unneededLabels } from './service/live-labels.ts';

type WeightedIntent = Extract<TrafficIntent, { kind: 'weighted' }>;

/**
 * Splits by the weights of an HTTPRoute that the ModelDeployment owns, between the revisions' own Services. The route alone
 * decides; the apex Service follows.
 */
export class GatewayApiRouter extends Router {
  readonly kind = 'weighted';

  read(objects: RouterObjects): TrafficView {
    const { deployment, httpRoute: route, gateways } = objects;
    const { apex, live, endpoints, preview, named, conflict, previewConflict } = readApex(objects);
    const traffic = trafficOf(deployment.spec);
    const ours = revisionsOf(route, deployment.name);
    // A foreign route without any of our revisions says nothing about our traffic.
    const isAboutUs = route && (isOwnedBy(route, deployment) || ours.length > 0);
    const reading = isAboutUs ? readRoute(route, deployment.name, traffic) : undefined;
    return {
      router: this.kind,
      apex,
      route: reading?.backends,
      extras: reading?.extras ?? {},
      preview: previewOf(preview, traffic, objects),
      lacking: lackingOf(gateways),
      live,
      endpoints,
      ...acknowledgementOfBoth(traffic, objects),
      named: unique([...named, ...ours]),
      problem: notInstalled(objects) ?? conflictWith(route, deployment, 'RouteConflict') ?? conflict,
      ...problemOfPreview(conflictWith(objects.previewRoute, deployment, 'RouteConflict') ?? previewConflict),
    };
  }

  writes(intent: TrafficIntent, apex: ApexSelection, objects: RouterObjects): ObjectWrite[] {
    if (intent.kind !== 'weighted') throw new WrongIntentError(this.kind, intent);
    const selected = apex.kind === 'revision' ? apex.revision : undefined;
    const portOf: PortOf = (revision) => portOfRevision(objects, revision).port;
    return [
      // Law 5: what users get comes first, and is one write; nothing of a preview stands before it.
      ...routeWrites(intent, objects, portOf),
      ...apexWrites(objects.deployment, apex, apexPortFor(objects, selected), objects.apexService),
      ...unneededLabels(apex, objects),
      ...previewServiceWrites(intent.preview, objects, (revision) => apexPortFor(objects, revision)),
      ...previewRouteWrites(intent.preview, trafficOf(objects.deployment.spec), objects, portOf),
    ];
  }
}

function routeWrites(intent: WeightedIntent, objects: RouterObjects, portOf: PortOf): ObjectWrite[] {
  const { deployment, httpRoute: live, gatewayAPIInstalled } = objects;
  const desired = httpRoute(deployment, trafficOf(deployment.spec), intent, portOf);
  if (!gatewayAPIInstalled) return [];
  if (!live) return [{ verb: 'create', object: desired }];
  if (!isOwnedBy(live, deployment) || saysSame(desired, live)) return [];
  return [applyOn(live, desired)];
}

/** Law 11: a revision is previewed only when Service and route both lead to it. */
function previewOf(
  selected: string | undefined,
  { previewHostnames }: GatewayAPITraffic,
  objects: RouterObjects,
): string | undefined {
  return previewHostnames.length === 0 || revisionOfPreviewRoute(objects) === selected ? selected : undefined;
}

/** The gateways have taken over the route, and the preview route where it is there. */
function acknowledgementOfBoth({ parentRefs }: GatewayAPITraffic, objects: RouterObjects): Acknowledgement {
  const { deployment, httpRoute: route, previewRoute } = objects;
  const ofRoute = acknowledgementOf(route, parentRefs);
  if (!ofRoute.acknowledged || !previewRoute || !isOwnedBy(previewRoute, deployment)) return ofRoute;
  const ofPreview = acknowledgementOf(previewRoute, parentRefs);
  if (ofPreview.acknowledged) return ofRoute;
  return { ...ofPreview, acknowledgement: `the preview route: ${ofPreview.acknowledgement}` };
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
