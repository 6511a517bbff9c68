import { defaults, type ResolvedParentReference, type ResolvedRouteMatch } from '../../api/defaults.ts';
import { annotations } from '../../api/group.ts';
import { canonicalJson } from '../../domain/revision/canonical-json.ts';
import type { NamedMatch } from '../../domain/traffic/route-extras.ts';
import type { CombinedMatch } from '../../domain/traffic/tester-matches.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { isSubset } from '../objects/subset.ts';

/** Parts of an HTTPRoute that we read or write; see gateway.networking.k8s.io/v1. */
export interface RouteRule {
  matches?: RouteMatch[];
  backendRefs?: BackendRef[];
  filters?: Filter[];
  timeouts?: object;
  retry?: object;
  sessionPersistence?: SessionPersistence;
}
export interface Filter {
  type: string;
  requestMirror?: RequestMirror;
  [field: string]: unknown;
}
export interface RequestMirror {
  backendRef: Omit<BackendRef, 'weight' | 'filters'>;
  percent?: number;
  fraction?: { numerator: number; denominator?: number };
}
export interface SessionPersistence {
  sessionName?: string;
  type?: 'Cookie' | 'Header';
  absoluteTimeout?: string;
  idleTimeout?: string;
  cookieConfig?: { lifetimeType?: 'Permanent' | 'Session' };
}
export interface BackendRef {
  group?: string;
  kind?: string;
  namespace?: string;
  name: string;
  port?: number;
  weight?: number;
  filters?: Filter[];
}
export interface RouteMatch {
  path?: Partial<ResolvedRouteMatch['path']>;
  method?: string;
  headers?: Partial<NamedMatch>[];
  queryParams?: Partial<NamedMatch>[];
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
    canonicalJson(meaningOf(desired)) === canonicalJson(meaningOf(live))
  );
}

const meaningOf = (route: KubernetesObject) => ({
  parentRefs: ((route.spec?.parentRefs ?? []) as ParentReference[]).map(parentMeaning),
  hostnames: (route.spec?.hostnames ?? []) as string[],
  rules: rulesOf(route).map(ruleMeaning),
  testers: route.metadata.annotations?.[annotations.testers] ?? '[]',
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
  filters: (filters ?? []).map(filterMeaning),
  timeouts,
  retry,
  sessionPersistence: sessionPersistence && persistenceMeaning(sessionPersistence),
});

/** A match with all its defaults; what is empty says nothing. */
export function matchMeaning({ path, method, headers, queryParams }: RouteMatch): CombinedMatch {
  return {
    path: { type: path?.type ?? defaults.pathType, value: path?.value ?? defaults.pathValue },
    ...(method !== undefined && { method }),
    ...(headers?.length && { headers: headers.map(namedMeaning) }),
    ...(queryParams?.length && { queryParams: queryParams.map(namedMeaning) }),
  };
}

const namedMeaning = ({ name = '', type = 'Exact', value = '' }: Partial<NamedMatch>): NamedMatch => ({
  name,
  type,
  value,
});

const filterMeaning = ({ requestMirror, ...filter }: Filter) => ({
  ...filter,
  requestMirror: requestMirror && {
    backendRef: backendMeaning(requestMirror.backendRef),
    percent: percentOf(requestMirror),
  },
});

const persistenceMeaning = ({ type = 'Cookie', cookieConfig, ...persistence }: SessionPersistence) => ({
  ...persistence,
  type,
  lifetimeType: cookieConfig?.lifetimeType ?? 'Session',
});

/** What is copied of the requests, in percent; 100 when nothing is said. */
export function percentOf({ percent, fraction }: Omit<RequestMirror, 'backendRef'>): number {
  if (percent !== undefined) return percent;
  return fraction ? (100 * fraction.numerator) / (fraction.denominator ?? 100) : 100;
}

const backendMeaning = ({
  group,
  kind,
  namespace,
  name,
  port,
  weight,
  filters,
}: BackendRef): Record<string, unknown> & { name: string } => ({
  group: group ?? '',
  kind: kind ?? 'Service',
  namespace,
  name,
  port,
  weight: weight ?? 1,
  filters: (filters ?? []).map(filterMeaning),
});
