import type { ResolvedTraffic } from '../../api/defaults.ts';
import { annotations } from '../../api/group.ts';
import type { RouteExtras } from '../../domain/traffic/route-extras.ts';
import type { Backend } from '../../domain/traffic/split.ts';
import { type KubernetesObject, resourceKinds } from '../../kubernetes/resource.ts';
import { apexLabels } from '../objects/labels.ts';
import { ownerReference, type Owner } from '../objects/owner-reference.ts';
import { backendRefs, type PortOf } from './backend-refs.ts';
import { mirrorFilter } from './mirror-filter.ts';
import { sessionPersistence } from './session-persistence.ts';
import { testerRules } from './tester-rules.ts';

export type GatewayAPITraffic = Extract<ResolvedTraffic, { kind: 'gatewayAPI' }>;

/**
 * The HTTPRoute that a ModelDeployment owns: first the rules of testers, and last everybody's with a backend per revision
 * Service, all weights in one object and so in one write (law 2). Every field that has a default is written out: what differs
 * from it was put there by somebody.
 */
export function httpRoute(
  owner: Owner,
  traffic: GatewayAPITraffic,
  { backends, testers, mirror, sticky }: { backends: readonly Backend[] } & RouteExtras,
  portOf: PortOf,
): KubernetesObject {
  return {
    apiVersion: resourceKinds.httpRoute.apiVersion,
    kind: resourceKinds.httpRoute.kind,
    metadata: {
      namespace: owner.namespace,
      name: owner.name,
      labels: apexLabels(owner.name),
      // Also when there are none, like the host names below.
      annotations: { [annotations.testers]: JSON.stringify(testers?.matches ?? []) },
      ownerReferences: [ownerReference(owner)],
    },
    spec: {
      parentRefs: traffic.parentRefs,
      // Also when empty: what was created with host names keeps them for as long as we do not say otherwise.
      hostnames: traffic.hostnames,
      rules: [
        ...(testers ? testerRules(owner.name, traffic.matches, testers, portOf) : []),
        {
          matches: traffic.matches,
          ...(mirror && { filters: [mirrorFilter(owner.name, mirror, portOf)] }),
          backendRefs: backendRefs(owner.name, backends, portOf),
          ...(sticky && { sessionPersistence: sessionPersistence(sticky) }),
        },
      ],
    },
  };
}
