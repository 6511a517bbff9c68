import type { ResolvedRouteMatch } from '../../api/defaults.ts';
import { canonicalJson } from '../revision/canonical-json.ts';
import type { NamedMatch, TesterMatch } from './route-extras.ts';

/** One match of a testers' rule: what the route serves and the tester asks for, both at once. */
export interface CombinedMatch extends ResolvedRouteMatch {
  headers?: NamedMatch[];
  queryParams?: NamedMatch[];
}

export type CombinedMatches =
  | { matches: CombinedMatch[] }
  /** Why no rule can say it, in words. */
  | { problem: string };

/** Limits of the Gateway API: of a rule that every version has, and of a route, of which one rule is everybody's. */
export const routeLimits = { matchesPerRule: 8, rules: 16, matches: 128 } as const;

/**
 * Every combination of a route's matches with those of its testers, each narrower than the route's own, so that it comes before
 * it at any gateway. What no request can match is left out; nothing else ever is: what does not fit is a problem.
 */
export function combineMatches(
  routeMatches: readonly ResolvedRouteMatch[],
  testers: readonly TesterMatch[],
): CombinedMatches {
  const matches = new Map<string, CombinedMatch>();
  for (const own of routeMatches) {
    for (const tester of testers) {
      const path = narrowed(own.path, tester.path);
      if (path === 'unknown') return { problem: unknownInWords(own.path, tester.path) };
      if (path === 'none') continue;
      const combined = { ...own, path, ...conditionsOf(tester) };
      if (!isNarrower(combined, own)) return { problem: everybodyInWords(own) };
      matches.set(canonicalJson(combined), combined);
    }
  }
  return withinLimits([...matches.values()], routeMatches.length);
}

const conditionsOf = ({ headers, queryParams }: TesterMatch): Omit<TesterMatch, 'path'> => ({
  ...(headers?.length ? { headers } : {}),
  ...(queryParams?.length ? { queryParams } : {}),
});

const isNarrower = ({ path, headers, queryParams }: CombinedMatch, own: ResolvedRouteMatch): boolean =>
  headers !== undefined ||
  queryParams !== undefined ||
  !(canonicalJson(path) === canonicalJson(own.path) || holds(path, own.path));

type PathMatch = ResolvedRouteMatch['path'];

/** The requests that both paths match, as one path: `none` when there are none, `unknown` when it cannot be told. */
function narrowed(own: PathMatch, tester: PathMatch | undefined): PathMatch | 'none' | 'unknown' {
  if (!tester || canonicalJson(tester) === canonicalJson(own) || isEverything(tester)) return own;
  if (isEverything(own)) return tester;
  if (own.type === 'RegularExpression' || tester.type === 'RegularExpression') return 'unknown';
  if (holds(own, tester)) return tester;
  return holds(tester, own) ? own : 'none';
}

const isEverything = ({ type, value }: PathMatch): boolean => type === 'PathPrefix' && value === '/';

/** Every path that `inner` matches, `outer` matches too. A prefix counts by whole elements, as the Gateway API has it. */
function holds(outer: PathMatch, inner: PathMatch): boolean {
  if (outer.type === 'RegularExpression' || inner.type === 'RegularExpression') return false;
  if (outer.type === 'Exact') return inner.type === 'Exact' && inner.value === outer.value;
  const prefix = outer.value.replace(/\/+$/, '');
  return inner.value === prefix || inner.value.startsWith(`${prefix}/`);
}

function withinLimits(matches: CombinedMatch[], ofEverybody: number): CombinedMatches {
  const { matchesPerRule, rules } = routeLimits;
  const most = Math.min(matchesPerRule * (rules - 1), routeLimits.matches - ofEverybody);
  if (matches.length === 0) {
    return {
      problem:
        'no request that the route serves can match: the paths of testers and route exclude each other',
    };
  }
  if (matches.length <= most) return { matches };
  return {
    problem:
      `the testers' matches with those of traffic.gatewayAPI.matches are ${matches.length} combinations, and a route has ` +
      `room for ${most}: give fewer`,
  };
}

const unknownInWords = (own: PathMatch, tester: PathMatch | undefined): string =>
  `the path ${tester?.value} of a tester and the path ${own.value} of the route cannot be joined, because one of them is a ` +
  'regular expression: leave the path of one of them away';

const everybodyInWords = ({ path }: ResolvedRouteMatch): string =>
  `a tester's match asks for nothing that narrows the route's own path ${path.value}: everybody would be a tester`;
