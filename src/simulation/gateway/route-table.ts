import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { revisionOfObjectName } from '../../routers/objects/labels.ts';
import { labels } from '../../api/group.ts';

/** A port of a Service, as a route names it. */
export interface RoutedBackend {
  namespace: string;
  service: string;
  port: number;
  /** The revision that the Service belongs to, where there is one. */
  revision?: string;
}

/** Its weight counts against those of the same rule. */
export interface WeightedRoutedBackend extends RoutedBackend {
  weight: number;
}

/** A copy of so many percent of a rule's requests goes there. */
export interface RoutedMirror extends RoutedBackend {
  percent: number;
}

/** One match of one rule of one route, and where its requests go. */
export interface RoutedRule {
  path: { type: string; value: string };
  method?: string;
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
  backends: readonly WeightedRoutedBackend[];
  mirrors: readonly RoutedMirror[];
}

/** What the data plane does for the hosts of one HTTPRoute. */
export interface RoutedHosts {
  /** Empty: all hosts. `*.` in front stands for any label. */
  hostnames: readonly string[];
  rules: readonly RoutedRule[];
  /** The older of two routes for the same request wins. */
  createdAt: string;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = Record<string, any>;

/** The table of a route, of backends that can be resolved: `exists` says which Services there are. */
export function routedHosts(
  route: KubernetesObject,
  exists: (backend: RoutedBackend) => boolean,
): RoutedHosts {
  const { namespace = '', labels: owned, creationTimestamp = '' } = route.metadata;
  const owner = owned?.[labels.modelDeployment];
  const backendOf = ({ name, port, namespace: itsOwn }: Json): RoutedBackend => {
    const revision = owner && revisionOfObjectName(owner, name as string);
    return { namespace: itsOwn ?? namespace, service: name, port, ...(revision && { revision }) };
  };
  const rules: Json[] = route['spec'].rules ?? [];
  return {
    hostnames: route['spec'].hostnames ?? [],
    createdAt: creationTimestamp,
    rules: rules.flatMap(({ matches = [{}], backendRefs = [], filters = [] }) => {
      const backends = (backendRefs as Json[])
        .map((ref) => ({ ...backendOf(ref), weight: (ref['weight'] ?? 1) as number }))
        .filter(exists);
      const mirrors = (filters as Json[])
        .filter(({ type }) => type === 'RequestMirror')
        .map(({ requestMirror }) => ({
          ...backendOf(requestMirror.backendRef),
          percent: percentOf(requestMirror),
        }))
        .filter(exists);
      return (matches as Json[]).map((match) => ({ ...matchOf(match), backends, mirrors }));
    }),
  };
}

const matchOf = ({ path, method, headers = [] }: Json): Pick<RoutedRule, 'path' | 'method' | 'headers'> => ({
  path: { type: path?.type ?? 'PathPrefix', value: path?.value ?? '/' },
  ...(method && { method }),
  headers: Object.fromEntries(
    (headers as Json[]).map(({ name, value }) => [String(name).toLowerCase(), value]),
  ),
});

/** Without a share everything is copied. */
function percentOf({ percent, fraction }: Json): number {
  if (percent !== undefined) return percent;
  return fraction ? (100 * fraction.numerator) / (fraction.denominator ?? 100) : 100;
}

/** Whether a host belongs to a name that may begin with `*.`. */
export const hostMatches = (hostname: string, host: string): boolean =>
  hostname.startsWith('*.')
    ? host.endsWith(hostname.slice(1)) && host.length > hostname.length - 1
    : hostname === host;

export function pathMatches({ type, value }: RoutedRule['path'], path: string): boolean {
  if (type === 'Exact') return path === value;
  if (type === 'RegularExpression') return new RegExp(`^(?:${value})$`).test(path);
  // By whole elements: /a is a prefix of /a/b and not of /ab.
  const prefix = value.replace(/\/$/, '');
  return path === prefix || path.startsWith(`${prefix}/`);
}
