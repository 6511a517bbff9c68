import { defaults, type ResolvedParentReference, type ResolvedTraffic } from '../../api/defaults.ts';
import { isOwnedBy } from '../objects/owner-reference.ts';
import type { RouterObjects } from '../router.ts';
import { matchMeaning, rulesOf } from './route-meaning.ts';

/**
 * The traffic that the live objects were made for, read back from them: our route's parents, host names and matches of everybody's
 * rule; plain Services where we have no route. Written again with another split, such a route differs in nothing else.
 */
export function liveTraffic({
  deployment,
  httpRoute: route,
  previewRoute,
}: Pick<RouterObjects, 'httpRoute' | 'previewRoute'> & {
  deployment: { uid: string };
}): ResolvedTraffic {
  if (!route || !isOwnedBy(route, deployment)) return { kind: 'service' };
  const { parentRefs = [], hostnames = [] } = route['spec'] as {
    parentRefs?: (Partial<ResolvedParentReference> & { name: string })[];
    hostnames?: string[];
  };
  const matches = rulesOf(route).at(-1)?.matches ?? [];
  const isOurs = previewRoute && isOwnedBy(previewRoute, deployment);
  return {
    kind: 'gatewayAPI',
    parentRefs: parentRefs.map((parent) => ({
      ...parent,
      group: parent.group ?? defaults.parentGroup,
      kind: parent.kind ?? defaults.parentKind,
    })),
    hostnames,
    matches: (matches.length > 0 ? matches : [{}]).map((match) => {
      const { path, method } = matchMeaning(match);
      return { path, ...(method !== undefined && { method }) };
    }),
    previewHostnames: isOurs ? ((previewRoute['spec']?.hostnames ?? []) as string[]) : [],
  };
}
