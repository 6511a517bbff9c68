import { describe, expect, it } from '@jest/globals';
import { lastScenario, scenarioGroups } from '../../test/conformance/scenario-list.ts';
import { conformancePage, coverageProblems, resultKey, resultsOf } from './page.ts';
import { type TitledTest, titledTests, UntitledTestError } from './test-titles.ts';

const test = (scenario: number, title: string, place: TitledTest['place'] = 'simulation'): TitledTest => ({
  scenario,
  title,
  place,
  file: 'test/conformance/some.spec.ts',
});
const groups = [{ title: 'Some', first: 1, scenarios: ['one', 'two'] }];

describe('the titles of tests', () => {
  it('are literals with a number, whatever their quotes, also on a line of their own', () => {
    const source = `it('S7: one', () => {});\n  it(\n    "S8: it's two",\n    () => {});`;
    expect(titledTests('test/conformance/cluster/a.spec.ts', source)).toMatchObject([
      { scenario: 7, title: 'one', place: 'cluster' },
      { scenario: 8, title: "it's two", place: 'cluster' },
    ]);
  });

  it('must have one', () => {
    for (const source of [
      "it('one', () => {})",
      'it(`S1: ${x}`, () => {})',
      "it.each([1])('S1: %s', () => {})",
    ]) {
      expect(() => titledTests('test/conformance/a.spec.ts', source)).toThrow(UntitledTestError);
    }
  });
});

describe('the page', () => {
  const results = new Map([
    [resultKey('simulation', 1, 'a | b'), 'passed' as const],
    [resultKey('cluster', 1, 'c'), 'failed' as const],
  ]);
  const tests = [test(1, 'a | b'), test(1, 'c', 'cluster'), test(1, 'd')];
  const page = conformancePage({
    groups,
    tests,
    results,
    notHere: [{ scenario: 2, why: 'not in our design: so' }],
  });

  it('has a row for each test and each reason', () => {
    expect(
      page
        .split('\n')
        .filter((line) => line.startsWith('| '))
        .slice(1),
    ).toEqual([
      '| S1 | one | simulation | a \\| b | passed |',
      '|  |  | cluster | c | failed |',
      '|  |  | simulation | d | not run |',
      '| S2 | two |  | not in our design: so |  |',
    ]);
  });

  it('gives its results back', () => {
    expect(resultsOf(page)).toEqual(results);
  });
});

describe('the list of scenarios', () => {
  it('is whole, one number after the other', () => {
    let next = 1;
    for (const { first, scenarios } of scenarioGroups) {
      expect(first).toBe(next);
      next += scenarios.length;
    }
    expect(next).toBe(lastScenario + 1);
  });
});

describe('the coverage', () => {
  const all = Array.from({ length: lastScenario }, (_, at) => test(at + 1, 'it'));

  it('is whole when each scenario has a test or one reason', () => {
    expect(coverageProblems({ tests: all, notHere: [] })).toEqual([]);
    const rest = all.slice(1);
    expect(
      coverageProblems({ tests: rest, notHere: [{ scenario: 1, why: 'not in our design: so' }] }),
    ).toEqual([]);
    const part = { scenario: 2, part: 'a part', why: 'not in our design: so' } as const;
    expect(coverageProblems({ tests: all, notHere: [part] })).toEqual([]);
  });

  it('is not when one has neither or both, or does not exist', () => {
    const why = 'not in our design: so' as const;
    expect(coverageProblems({ tests: all.slice(1), notHere: [] })).toEqual(['S1 has no test and 0 reasons']);
    expect(coverageProblems({ tests: all, notHere: [{ scenario: 1, why }] })).toHaveLength(1);
    expect(coverageProblems({ tests: [...all, test(83, 'it')], notHere: [] })).toEqual([
      'S83 is no scenario',
    ]);
    const onlyPart = { tests: all.slice(1), notHere: [{ scenario: 1, part: 'a part', why }] };
    expect(coverageProblems(onlyPart)).toHaveLength(2);
  });
});
