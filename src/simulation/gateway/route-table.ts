import { labels } from '../../api/group.ts';
import type { NamedMatch } from '../../domain/traffic/route-extras.ts';
import type { CombinedMatch } from '../../domain/traffic/tester-matches.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { matchMeaning, percentOf, rulesOf } from '../../routers/gateway-api/route-meaning.ts';
import { revisionOfMirrorName, revisionOfObjectName } from '../../routers/objects/labels.ts';

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
export interface RoutedRule extends CombinedMatch {
  backends: readonly WeightedRoutedBackend[];
  mirrors: readonly RoutedMirror[];
  /** The route and the place of the rule in it, where the rule keeps its clients with the backend that they met first. */
  sessions?: string;
}

/** What the data plane does for the hosts of one HTTPRoute. */
export interface RoutedHosts {
  /** Empty: all hosts. `*.` in front stands for any label. */
  hostnames: readonly string[];
  rules: readonly RoutedRule[];
  /** The older of two routes for the same request wins. */
  createdAt: string;
}

/** The table of a route, of backends that can be resolved: `exists` says which Services there are. */
export function routedHosts(
  route: KubernetesObject,
  exists: (backend: RoutedBackend) => boolean,
): RoutedHosts {
  const { namespace = '', name: routeName, labels: owned, creationTimestamp = '' } = route.metadata;
  const owner = owned?.[labels.modelDeployment];
  const backendOf = ({ name, port = 0, namespace: itsOwn }: BackendName): RoutedBackend => {
    const revision = owner && (revisionOfObjectName(owner, name) ?? revisionOfMirrorName(owner, name));
    return { namespace: itsOwn ?? namespace, service: name, port, ...(revision && { revision }) };
  };
  return {
    hostnames: route['spec'].hostnames ?? [],
    createdAt: creationTimestamp,
    rules: rulesOf(route).flatMap(
      ({ matches, backendRefs = [], filters = [], sessionPersistence }, index): RoutedRule[] => {
        const backends = backendRefs
          .map((ref) => ({ ...backendOf(ref), weight: ref.weight ?? 1 }))
          .filter(exists);
        const mirrors = filters
          .flatMap(({ requestMirror }) => requestMirror ?? [])
          .map((mirror) => ({ ...backendOf(mirror.backendRef), percent: percentOf(mirror) }))
          .filter(exists);
        const sessions = sessionPersistence && { sessions: `${namespace}/${routeName}/${index}` };
        return (matches?.length ? matches : [{}]).map((match) => ({
          ...lowerCased(matchMeaning(match)),
          backends,
          mirrors,
          ...sessions,
        }));
      },
    ),
  };
}

/** Names of headers have no case. */
const lowerCased = ({ headers, ...match }: CombinedMatch): CombinedMatch => ({
  ...match,
  ...(headers && { headers: headers.map((header) => ({ ...header, name: header.name.toLowerCase() })) }),
});

type BackendName = { name: string; port?: number; namespace?: string };

/** Every named value is among those of a request. */
export const namedMatch = (
  wanted: readonly NamedMatch[] = [],
  found: Readonly<Record<string, string>>,
): boolean =>
  wanted.every(({ name, type, value }) => {
    const its = found[name];
    if (its === undefined) return false;
    return type === 'RegularExpression' ? new RegExp(`^(?:${value})$`).test(its) : its === value;
  });

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
