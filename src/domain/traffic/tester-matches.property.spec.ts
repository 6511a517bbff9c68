import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ResolvedRouteMatch } from '../../api/defaults.ts';
import type { TesterMatch } from './route-extras.ts';
import { combineMatches, type CombinedMatch } from './tester-matches.ts';

interface Request {
  path: string;
  method: string;
  headers: Record<string, string>;
}

const path = fc.constantFrom('/', '/a', '/a/', '/a/b', '/a/b/c', '/ab', '/b');
const pathMatch = fc.record({ type: fc.constantFrom('PathPrefix' as const, 'Exact' as const), value: path });
const routeMatch: fc.Arbitrary<ResolvedRouteMatch> = fc.record(
  { path: pathMatch, method: fc.constantFrom('GET', 'POST') },
  { requiredKeys: ['path'] },
);
const header = fc.record({
  name: fc.constantFrom('x', 'y'),
  type: fc.constant('Exact' as const),
  value: fc.constantFrom('1', '2'),
});
const tester: fc.Arbitrary<TesterMatch> = fc.record(
  {
    headers: fc.uniqueArray(header, { selector: ({ name }) => name, minLength: 1, maxLength: 2 }),
    path: pathMatch,
  },
  { requiredKeys: [] },
);
const value = fc.constantFrom('1', '2');
const request: fc.Arbitrary<Request> = fc.record({
  path,
  method: fc.constantFrom('GET', 'POST'),
  headers: fc.record({ x: value, y: value }, { requiredKeys: [] }),
});

/** As the Gateway API says that a request matches. */
function matches({ path, method, headers = [] }: CombinedMatch, asked: Request): boolean {
  const element = path.value.replace(/\/+$/, '');
  const onPath =
    path.type === 'Exact'
      ? asked.path === path.value
      : asked.path === element || asked.path.startsWith(`${element}/`);
  return (
    onPath &&
    (method === undefined || method === asked.method) &&
    headers.every(({ name, value }) => asked.headers[name] === value)
  );
}

/** As the Gateway API says which of several matches comes first: the larger list, compared number by number. */
const precedence = ({ path, method, headers = [] }: CombinedMatch): number[] => [
  path.type === 'Exact' ? 1 : 0,
  path.value.replace(/\/+$/, '').length,
  method === undefined ? 0 : 1,
  headers.length,
];

function isBefore(left: CombinedMatch, right: CombinedMatch): boolean {
  const [one, other] = [precedence(left), precedence(right)];
  const differs = one.findIndex((part, index) => part !== other[index]);
  // Of two that are equal the rule that stands first wins, and the testers' stand first.
  return differs < 0 || one[differs]! > other[differs]!;
}

const best = (of: readonly CombinedMatch[], asked: Request): CombinedMatch | undefined =>
  of
    .filter((one) => matches(one, asked))
    .reduce<CombinedMatch | undefined>(
      (found, one) => (found === undefined || !isBefore(found, one) ? one : found),
      undefined,
    );

describe('combineMatches at any gateway', () => {
  it('sends testers to their rule and nobody else, whatever the route serves', () => {
    let sent = 0;
    fc.assert(
      fc.property(
        fc.array(routeMatch, { minLength: 1, maxLength: 4 }),
        fc.array(tester, { minLength: 1, maxLength: 3 }),
        fc.array(request, { minLength: 20, maxLength: 20 }),
        (routeMatches, testers, requests) => {
          const combined = combineMatches(routeMatches, testers);
          if ('problem' in combined) return;
          for (const asked of requests) {
            const everybody = best(routeMatches, asked);
            const testing = best(combined.matches, asked);
            const isTester = testers.some(({ path = { type: 'PathPrefix', value: '/' }, ...rest }) =>
              matches({ path, ...rest }, asked),
            );
            const reachesTesting = testing !== undefined && (!everybody || isBefore(testing, everybody));
            expect(reachesTesting).toBe(everybody !== undefined && isTester);
            sent += Number(reachesTesting);
          }
        },
      ),
      { numRuns: 2_000 },
    );
    expect(sent).toBeGreaterThan(100);
  });
});
