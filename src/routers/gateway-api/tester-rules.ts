import type { ResolvedRouteMatch } from '../../api/defaults.ts';
import { annotations } from '../../api/group.ts';
import type { TesterMatch, Testers } from '../../domain/traffic/route-extras.ts';
import { combineMatches, type CombinedMatch, routeLimits } from '../../domain/traffic/tester-matches.ts';
import { totalWeight } from '../../domain/traffic/split.ts';
import { canonicalJson } from '../../domain/revision/canonical-json.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { backendRefs, type PortOf } from './backend-refs.ts';
import { backendsOfRule } from './read-backends.ts';
import { matchMeaning, type RouteRule, rulesOf } from './route-meaning.ts';
import { parseTesterMatches } from './tester-annotation.ts';

/** Testers whom no route can have: `combineMatches` says so before anything starts, so that it is a mistake in the program. */
export class ImpossibleTestersError extends Error {
  override readonly name = 'ImpossibleTestersError';
  constructor(problem: string) {
    super(`the testers' rules cannot be written: ${problem}`);
  }
}

/** The rules of testers: their one backend has all of the traffic (law 2). None is ever cut short. */
export function testerRules(
  deployment: string,
  routeMatches: readonly ResolvedRouteMatch[],
  { revision, matches }: Testers,
  portOf: PortOf,
): RouteRule[] {
  const combined = combineMatches(routeMatches, matches);
  if ('problem' in combined) throw new ImpossibleTestersError(combined.problem);
  const backends = backendRefs(deployment, [{ revision, weight: totalWeight }], portOf);
  const rules: RouteRule[] = [];
  for (let from = 0; from < combined.matches.length; from += routeLimits.matchesPerRule) {
    const part = combined.matches.slice(from, from + routeLimits.matchesPerRule);
    rules.push({ matches: part, backendRefs: backends });
  }
  return rules;
}

/**
 * The testers of a live route: those of its annotation, where the rules before the last say just that. Where they do not,
 * somebody changed one of the two, and the matches are those of the rules as they stand.
 */
export function testersOf(
  route: KubernetesObject,
  deployment: string,
  routeMatches: readonly ResolvedRouteMatch[],
): Testers | undefined {
  const rules = rulesOf(route).slice(0, -1);
  if (rules.length === 0) return undefined;
  const found = rules.flatMap(({ matches }) => (matches?.length ? matches : [{}]).map(matchMeaning));
  const revision = oneRevisionOf(rules, deployment);
  const asked = parseTesterMatches(route.metadata.annotations?.[annotations.testers]);
  const combined = asked && combineMatches(routeMatches, asked);
  const saysSame =
    combined &&
    'matches' in combined &&
    canonicalJson(combined.matches.map(matchMeaning)) === canonicalJson(found);
  return { revision, matches: asked && saysSame ? asked : found.map(asTesterMatch) };
}

/** The revision of the rules' only backend; where there are others, all names together, which is no revision. */
function oneRevisionOf(rules: readonly RouteRule[], deployment: string): string {
  const names = rules.flatMap((rule) => {
    const backends = backendsOfRule(rule, deployment);
    return backends.length > 0 ? backends.map(({ revision }) => revision) : ['nobody'];
  });
  const isRegular = rules.every(({ backendRefs: refs }) => refs?.length === 1);
  return (isRegular ? [...new Set(names)] : names).join('+');
}

function asTesterMatch({ path, headers, queryParams }: CombinedMatch): TesterMatch {
  return { path, ...(headers?.length && { headers }), ...(queryParams?.length && { queryParams }) };
}
