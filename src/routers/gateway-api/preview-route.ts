import { totalWeight } from '../../domain/traffic/split.ts';
import type { ObjectWrite } from '../../kubernetes/object-write.ts';
import { type KubernetesObject, resourceKinds } from '../../kubernetes/resource.ts';
import { applyOn } from '../objects/apply-on.ts';
import { deletionOf } from '../objects/deletion.ts';
import { apexLabels, previewName, roleLabel } from '../objects/labels.ts';
import { isOwnedBy, ownerReference, type Owner } from '../objects/owner-reference.ts';
import type { RouterObjects } from '../router.ts';
import { backendRefs, type PortOf } from './backend-refs.ts';
import type { GatewayAPITraffic } from './http-route.ts';
import { revisionsOf } from './read-backends.ts';
import { saysSame } from './route-meaning.ts';

/**
 * The HTTPRoute under whose host names the revision on trial can be tried from outside. Its backend is the revision's own
 * Service, so that gateways go on counting by revision.
 */
export function previewRoute(
  owner: Owner,
  traffic: GatewayAPITraffic,
  revision: string,
  portOf: PortOf,
): KubernetesObject {
  return {
    apiVersion: resourceKinds.httpRoute.apiVersion,
    kind: resourceKinds.httpRoute.kind,
    metadata: {
      namespace: owner.namespace,
      name: previewName(owner.name),
      labels: { ...apexLabels(owner.name), ...roleLabel('preview') },
      ownerReferences: [ownerReference(owner)],
    },
    spec: {
      parentRefs: traffic.parentRefs,
      hostnames: traffic.previewHostnames,
      rules: [
        {
          matches: traffic.matches,
          backendRefs: backendRefs(owner.name, [{ revision, weight: totalWeight }], portOf),
        },
      ],
    },
  };
}

/** The revision that our preview route leads to; undefined where there is none, or somebody made it lead to several. */
export function revisionOfPreviewRoute({
  deployment,
  previewRoute: live,
}: RouterObjects): string | undefined {
  if (!live || !isOwnedBy(live, deployment)) return undefined;
  const named = [...new Set(revisionsOf(live, deployment.name))];
  return named.length === 1 ? named[0] : undefined;
}

/** Makes the preview route lead to this revision, in one write; without a revision or host names there is none. */
export function previewRouteWrites(
  revision: string | undefined,
  traffic: GatewayAPITraffic,
  objects: RouterObjects,
  portOf: PortOf,
): ObjectWrite[] {
  const { deployment, previewRoute: live, gatewayAPIInstalled } = objects;
  if (!gatewayAPIInstalled) return [];
  if (revision === undefined || traffic.previewHostnames.length === 0)
    return deletionOf(deployment, resourceKinds.httpRoute, live);
  const desired = previewRoute(deployment, traffic, revision, portOf);
  if (!live) return [{ verb: 'create', object: desired }];
  if (!isOwnedBy(live, deployment) || saysSame(desired, live)) return [];
  return [applyOn(live, desired)];
}
