import { defaults, type ResolvedParentReference, type ResolvedRouteMatch } from '../../api/defaults.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { isSubset } from '../objects/subset.ts';

/** Parts of an HTTPRoute that we read or write; see gateway.networking.k8s.io/v1. */
export interface RouteRule {
  matches?: RouteMatch[];
  backendRefs?: BackendRef[];
  filters?: unknown[];
  timeouts?: object;
  retry?: object;
  sessionPersistence?: object;
}
export interface BackendRef {
  group?: string;
  kind?: string;
  namespace?: string;
  name: string;
  port?: number;
  weight?: number;
  filters?: unknown[];
}
interface RouteMatch {
  path?: Partial<ResolvedRouteMatch['path']>;
  method?: string;
  headers?: unknown[];
  queryParams?: unknown[];
}
type ParentReference = Partial<ResolvedParentReference> & { name: string };

export const rulesOf = (route: KubernetesObject): RouteRule[] => route.spec?.rules ?? [];

/**
 * Two routes send the same requests to the same places. Compared is everything that decides it, with the API's defaults
 * filled in, also what only one of them says: a listener or a filter that is too many is a difference. Fields that we do
 * not know are none, so that a new default of the API never causes a write (law 15).
 */
export function saysSame(desired: KubernetesObject, live: KubernetesObject): boolean {
  return (
    isSubset(desired.metadata.labels, live.metadata.labels) &&
    JSON.stringify(meaningOf(desired)) === JSON.stringify(meaningOf(live))
  );
}

const meaningOf = (route: KubernetesObject) => ({
  parentRefs: ((route.spec?.parentRefs ?? []) as ParentReference[]).map(parentMeaning),
  hostnames: (route.spec?.hostnames ?? []) as string[],
  rules: rulesOf(route).map(ruleMeaning),
});

const parentMeaning = ({ group, kind, namespace, name, sectionName, port }: ParentReference) => ({
  group: group ?? defaults.parentGroup,
  kind: kind ?? defaults.parentKind,
  namespace,
  name,
  sectionName,
  port,
});

const ruleMeaning = ({ matches, backendRefs, filters, timeouts, retry, sessionPersistence }: RouteRule) => ({
  matches: (matches?.length ? matches : [{}]).map(matchMeaning),
  // The order of backends carries no meaning.
  backendRefs: (backendRefs ?? [])
    .map(backendMeaning)
    .sort((left, right) => (left.name < right.name ? -1 : 1)),
  filters: filters ?? [],
  timeouts,
  retry,
  sessionPersistence,
});

const matchMeaning = ({ path, method, headers, queryParams }: RouteMatch) => ({
  path: { type: path?.type ?? defaults.pathType, value: path?.value ?? defaults.pathValue },
  method,
  headers: headers ?? [],
  queryParams: queryParams ?? [],
});

const backendMeaning = ({ group, kind, namespace, name, port, weight, filters }: BackendRef) => ({
  group: group ?? '',
  kind: kind ?? 'Service',
  namespace,
  name,
  port,
  weight: weight ?? 1,
  filters: filters ?? [],
});
