import type { RouteMatch, Traffic } from '../../api/traffic.ts';
import type { ParentReference } from '../../api/traffic.ts';
import { type ConversionInput, partOf } from './conversion.ts';
import { isRecord, type SourceNode } from './source-node.ts';

/** What is known of the way to a Gateway. */
export interface KnownRoute {
  parentRefs: ParentReference[];
  hostnames: string[];
  matches: RouteMatch[];
}

/** Traffic through a Gateway: the one of the command line comes before what the source says. Undefined: plain Services. */
export function gatewayTraffic(
  { gateway, hostnames }: Pick<ConversionInput, 'gateway' | 'hostnames'>,
  known: KnownRoute | undefined,
): Traffic | undefined {
  const parentRefs = gateway ? [gateway] : (known?.parentRefs ?? []);
  if (parentRefs.length === 0) return undefined;
  const names = hostnames.length > 0 ? [...hostnames] : (known?.hostnames ?? []);
  return {
    gatewayAPI: {
      parentRefs,
      ...(names.length > 0 && { hostnames: [...new Set(names)] }),
      ...(known && known.matches.length > 0 && { matches: known.matches }),
    },
  };
}

/** Not every gateway has what copies of a part of the requests need. */
export const needsPartialMirror =
  'not every gateway copies a part of the requests: where it cannot, no rollout begins, and a condition says so; without percent all are copied';

/** Who splits requests here that somebody else split before. */
export const splitWords = (traffic: Traffic | undefined): string =>
  traffic?.gatewayAPI
    ? `here Gateway ${traffic.gatewayAPI.parentRefs.map(({ name }) => name).join(', ')} splits them, by an HTTPRoute that the controller writes`
    : 'no Gateway is known, so that plain Services split them by numbers of pods; --gateway NAMESPACE/NAME names one';

/** What an HTTPRoute says that lies among the files. Its rules beside path and method are noted. */
export function routeOf(
  route: Record<string, unknown>,
  namespace: string | undefined,
  node: SourceNode,
): KnownRoute {
  const parents = listOf(partOf(route, 'spec', 'parentRefs')).map((parent) => parentOf(parent, namespace));
  const rules = listOf(partOf(route, 'spec', 'rules'));
  const matches = rules.flatMap((rule) => listOf(partOf(rule, 'matches')).map(matchOf));
  const beyond = rules.some(
    (rule) => listOf(partOf(rule, 'filters')).length > 0 || isRecord(partOf(rule, 'timeouts')),
  );
  if (
    beyond ||
    listOf(partOf(route, 'spec', 'rules', 0, 'matches')).some(
      (match) => isRecord(match) && ('headers' in match || 'queryParams' in match),
    )
  ) {
    node.changed(
      'of the HTTPRoute its parents, host names, paths and methods are taken; filters, timeouts, headers and query parameters are not: the controller writes a route of its own',
    );
  }
  return {
    parentRefs: parents,
    hostnames: listOf(partOf(route, 'spec', 'hostnames')).map(String),
    matches: matches.filter((match) => Object.keys(match).length > 0),
  };
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** A reference to a Gateway; without a namespace it is that of the route, which may be another one than that of the model. */
export function parentOf(parent: unknown, routeNamespace?: string): ParentReference {
  const fields = isRecord(parent) ? parent : {};
  const text = (name: string) => {
    const value = fields[name];
    return typeof value === 'string' ? { [name]: value } : {};
  };
  const { port } = fields;
  return {
    name: String(fields['name']),
    ...(routeNamespace === undefined ? {} : { namespace: routeNamespace }),
    ...text('namespace'),
    ...text('group'),
    ...text('kind'),
    ...text('sectionName'),
    ...(typeof port === 'number' && { port }),
  };
}

function matchOf(match: unknown): RouteMatch {
  const path = partOf(match, 'path');
  const method = partOf(match, 'method');
  return {
    ...(isRecord(path) && { path: path as NonNullable<RouteMatch['path']> }),
    ...(typeof method === 'string' && { method: method as NonNullable<RouteMatch['method']> }),
  };
}
