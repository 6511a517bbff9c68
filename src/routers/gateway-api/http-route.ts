import type { ResolvedTraffic } from '../../api/defaults.ts';
import { type Backend, totalWeight } from '../../domain/traffic/split.ts';
import { type KubernetesObject, resourceKinds } from '../../kubernetes/resource.ts';
import { apexLabels, revisionObjectName, revisionOfObjectName } from '../objects/labels.ts';
import { ownerReference, type Owner } from '../objects/owner-reference.ts';
import { type BackendRef, rulesOf } from './route-meaning.ts';

export type GatewayAPITraffic = Extract<ResolvedTraffic, { kind: 'gatewayAPI' }>;

/** A split that law 2 forbids: a mistake in the program, never in a spec. */
export class UnevenSplitError extends Error {
  override readonly name = 'UnevenSplitError';
  constructor(backends: readonly Backend[]) {
    const parts = backends.map(({ revision, weight }) => `${revision}: ${weight}`).join(', ');
    super(
      `the weights of a route must be whole numbers from 0 that sum to ${totalWeight}, found ${parts || 'none'}`,
    );
  }
}

/**
 * The HTTPRoute that a ModelDeployment owns: one rule, and a backend per revision Service, all weights in one object and
 * so in one write (law 2). Every field that has a default is written out: what differs from it was put there by somebody.
 */
export function httpRoute(
  owner: Owner,
  traffic: GatewayAPITraffic,
  backends: readonly Backend[],
  portOf: (revision: string) => number,
): KubernetesObject {
  const sum = backends.reduce((total, { weight }) => total + weight, 0);
  if (sum !== totalWeight || backends.some(({ weight }) => !Number.isInteger(weight) || weight < 0)) {
    throw new UnevenSplitError(backends);
  }
  return {
    apiVersion: resourceKinds.httpRoute.apiVersion,
    kind: resourceKinds.httpRoute.kind,
    metadata: {
      namespace: owner.namespace,
      name: owner.name,
      labels: apexLabels(owner.name),
      ownerReferences: [ownerReference(owner)],
    },
    spec: {
      parentRefs: traffic.parentRefs,
      // Also when empty: what was created with host names keeps them for as long as we do not say otherwise.
      hostnames: traffic.hostnames,
      rules: [
        {
          matches: traffic.matches,
          backendRefs: backends.map(({ revision, weight }) => ({
            group: '',
            kind: 'Service',
            name: revisionObjectName(owner.name, revision),
            port: portOf(revision),
            weight,
          })),
        },
      ],
    },
  };
}

/**
 * The backends of a live route, of all its rules. A backend that is no revision's Service stands under its own name: it
 * takes its share, and makes the route differ from every split that we decide on.
 */
export const backendsOf = (route: KubernetesObject, deployment: string): Backend[] =>
  backendRefsOf(route).map(({ name, weight }) => ({
    revision: revisionOfObjectName(deployment, name) ?? name,
    weight: weight ?? 1, // the API's default
  }));

/** The revisions that a live route names, whatever their weight (law 3). */
export const revisionsOf = (route: KubernetesObject, deployment: string): string[] =>
  backendRefsOf(route)
    .map(({ name }) => revisionOfObjectName(deployment, name))
    .filter((revision) => revision !== undefined);

const backendRefsOf = (route: KubernetesObject): BackendRef[] =>
  rulesOf(route).flatMap(({ backendRefs }) => backendRefs ?? []);
