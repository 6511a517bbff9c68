import { describe, expect, it } from '@jest/globals';
import type { ResolvedRouteMatch } from '../../api/defaults.ts';
import type { TesterMatch } from './route-extras.ts';
import { combineMatches } from './tester-matches.ts';

type Path = ResolvedRouteMatch['path'];
const prefix = (value: string): Path => ({ type: 'PathPrefix', value });
const exact = (value: string): Path => ({ type: 'Exact', value });
const regex = (value: string): Path => ({ type: 'RegularExpression', value });
const headers: TesterMatch['headers'] = [{ name: 'x-tester', type: 'Exact', value: 'true' }];
const queryParams: TesterMatch['queryParams'] = [{ name: 'debug', type: 'Exact', value: '1' }];
const everything: ResolvedRouteMatch[] = [{ path: prefix('/') }];

describe('combineMatches', () => {
  it('joins every match of the route with every one of the testers', () => {
    const route = [{ path: prefix('/v1') }, { path: prefix('/v2'), method: 'POST' }];
    expect(combineMatches(route, [{ headers }, { queryParams }])).toEqual({
      matches: [
        { path: prefix('/v1'), headers },
        { path: prefix('/v1'), queryParams },
        { path: prefix('/v2'), method: 'POST', headers },
        { path: prefix('/v2'), method: 'POST', queryParams },
      ],
    });
  });

  const narrower: [string, Path, Path, Path][] = [
    ['a prefix of everything', prefix('/'), prefix('/v2'), prefix('/v2')],
    ['an exact path of everything', prefix('/'), exact('/v2'), exact('/v2')],
    ['an expression of everything', prefix('/'), regex('/v[12]'), regex('/v[12]')],
    ['everything of a prefix', prefix('/v2'), prefix('/'), prefix('/v2')],
    ['the longer of two prefixes', prefix('/v2'), prefix('/v2/models'), prefix('/v2/models')],
    ['the longer, whoever has it', prefix('/v2/models'), prefix('/v2'), prefix('/v2/models')],
    ['an exact path below a prefix', prefix('/v2'), exact('/v2/x'), exact('/v2/x')],
    ['an exact path that is the prefix', prefix('/v2/'), exact('/v2'), exact('/v2')],
    ['the exact path of the route', exact('/v2/x'), prefix('/v2'), exact('/v2/x')],
    ['the same expression', regex('/a.*'), regex('/a.*'), regex('/a.*')],
  ];
  it.each(narrower)('takes %s', (_name, own, tester, path) => {
    expect(combineMatches([{ path: own }], [{ path: tester, headers }])).toEqual({
      matches: [{ path, headers }],
    });
  });

  it.each([
    ['two prefixes', prefix('/v1'), prefix('/v2')],
    ['a prefix counts by whole elements', prefix('/v2'), prefix('/v20')],
    ['an exact path elsewhere', prefix('/v2'), exact('/v20')],
    ['two exact paths', exact('/a'), exact('/b')],
    ['below an exact path', exact('/a'), prefix('/a/b')],
  ])('leaves out what no request matches: %s', (_name, own, tester) => {
    const route = [{ path: own }, { path: prefix('/always') }];
    const testers = [
      { path: tester, headers },
      { path: prefix('/always'), headers },
    ];
    expect(combineMatches(route, testers)).toEqual({ matches: [{ path: prefix('/always'), headers }] });
    expect(combineMatches([{ path: own }], [{ path: tester, headers }])).toEqual({
      problem: expect.stringContaining('exclude each other'),
    });
  });

  it('says each combination once', () => {
    const route = [{ path: prefix('/a') }, { path: prefix('/') }];
    expect(combineMatches(route, [{ path: exact('/a/b') }])).toEqual({ matches: [{ path: exact('/a/b') }] });
  });

  it.each([
    ['nothing at all', prefix('/v2'), {}],
    ['empty lists', prefix('/v2'), { headers: [], queryParams: [] }],
    ['the path of the route', prefix('/v2'), { path: prefix('/v2') }],
    ['the same prefix in other words', prefix('/v2'), { path: prefix('/v2/') }],
    ['a wider path', prefix('/v2'), { path: prefix('/') }],
    ['the same expression', regex('/a.*'), { path: regex('/a.*') }],
  ])('never makes everybody a tester: %s', (_name, path, tester) => {
    expect(combineMatches([{ path }], [tester])).toEqual({
      problem: expect.stringContaining('everybody would be a tester'),
    });
  });

  it.each([
    [prefix('/v2'), regex('/v[12]')],
    [regex('/v[12]'), exact('/v2')],
    [regex('/a'), regex('/b')],
  ])('does not guess what an expression and another path have in common', (own, tester) => {
    expect(combineMatches([{ path: own }], [{ path: tester, headers }])).toEqual({
      problem: expect.stringContaining('regular expression'),
    });
  });

  it('never cuts what does not fit into a route', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index): TesterMatch => ({ path: exact(`/${index}`) }));
    expect(combineMatches(everything, many(120))).toMatchObject({ matches: { length: 120 } });
    expect(combineMatches(everything, many(121))).toEqual({
      problem: expect.stringContaining('121 combinations, and a route has room for 120'),
    });
    const sixteen = Array.from({ length: 16 }, (_, index) => ({ path: prefix(`/${index}`) }));
    const headerMatches = (count: number) =>
      Array.from({ length: count }, (_, index): TesterMatch => ({
        headers: [{ name: 'x', type: 'Exact', value: String(index) }],
      }));
    expect(combineMatches(sixteen, headerMatches(7))).toMatchObject({ matches: { length: 112 } });
    expect(combineMatches(sixteen, headerMatches(8))).toEqual({
      problem: expect.stringContaining('room for 112'),
    });
  });
});
