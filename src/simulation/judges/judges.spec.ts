import { describe, expect, it } from '@jest/globals';
import type { ArmCounts } from '../../domain/analysis/arm-counts.ts';
import { seededRandom } from '../random.ts';
import type { Judge, Word } from './judge.ts';
import { otherJudges } from './judges.ts';
import { labelOf } from './mann-whitney.ts';

/** Counts of one scrape, every 5 s: a hundred requests of each arm. */
const counts = (bad: number, requests = 100): ArmCounts => ({
  candidate: { requests, bad },
  stable: { requests: 100, bad: 1 },
});

/** Looks until the judge ends the rollout or has left four steps. */
function run(judge: Judge, at: (atS: number) => ArmCounts[]): { word: Word; atS: number } {
  let [left, sinceS] = [0, 0];
  for (let atS = 5; atS <= 3_600; atS += 5) {
    const word = judge.look(at(atS), { atS, heldS: atS - sinceS });
    if (word === 'rollBack') return { word, atS };
    if (word === 'advance') [left, sinceS] = [left + 1, atS];
    if (left === 4) return { word: 'advance', atS };
  }
  return { word: 'stay', atS: 3_600 };
}
const judge = (name: string, least = [0.98]) => otherJudges[name]!(least);

describe('Flagger, as it is modelled', () => {
  it('takes back at the fifth check below its constant, and goes on above it', () => {
    expect(run(judge('Flagger'), () => [counts(3)])).toEqual({ word: 'rollBack', atS: 300 });
    expect(run(judge('Flagger'), () => [counts(1)])).toEqual({ word: 'advance', atS: 1_200 });
  });

  it('never forgets a missed check', () => {
    const everyThird = (atS: number) => [counts(atS % 180 === 60 || atS % 180 > 120 ? 1 : 5)];
    expect(run(judge('Flagger'), everyThird).word).toBe('rollBack');
  });

  it('takes a silent service back', () => {
    expect(run(judge('Flagger'), () => [counts(0, 0)])).toEqual({ word: 'rollBack', atS: 300 });
  });

  it('needs every metric', () => {
    expect(run(judge('Flagger', [0.98, 0.5]), () => [counts(0), counts(60)]).word).toBe('rollBack');
  });
});

describe('Argo Rollouts, as it is modelled', () => {
  it('aborts at the fourth failed measurement, and leaves a step by time', () => {
    expect(run(judge('Argo Rollouts'), () => [counts(3)])).toEqual({ word: 'rollBack', atS: 240 });
    expect(run(judge('Argo Rollouts'), () => [counts(1)])).toEqual({ word: 'advance', atS: 1_200 });
  });

  it('counts measurements without data as errors, of which it stands four in a row', () => {
    expect(run(judge('Argo Rollouts'), () => [counts(0, 0)])).toEqual({ word: 'rollBack', atS: 300 });
  });
});

describe('Kayenta, as it is modelled', () => {
  it('looks at the tenth minute first, and never passes without data', () => {
    const name = 'Kayenta, Mann-Whitney';
    expect(run(judge(name), (atS) => [counts(5 + (atS % 3))])).toEqual({ word: 'rollBack', atS: 600 });
    expect(run(judge(name), () => [counts(1)])).toEqual({ word: 'advance', atS: 2_400 });
    expect(run(judge(name), () => [counts(0, 0)]).word).toBe('stay');
  });

  it('labels as its rules say', () => {
    expect(labelOf([], [1])).toBe('Nodata');
    expect(labelOf([Number.NaN], [1])).toBe('Nodata');
    expect(labelOf([1, 1, 1], [1, 1])).toBe('Pass');
    const low = Array.from({ length: 30 }, (_, index) => 1 + index / 100);
    expect(
      labelOf(
        low.map((one) => one * 2),
        low,
      ),
    ).toBe('High');
    expect(
      labelOf(
        low,
        low.map((one) => one * 2),
      ),
    ).toBe('Pass');
  });

  /** Section 3.2 of the reference: an hour of minutes, 5 % of 100 requests a second, a baseline of equal size, looks every five minutes from ten on. */
  it.each([
    [0.01, 0.02, undefined],
    [0.015, 0.9, undefined],
    [0.02, 1, 900],
  ])('finds an error rate of %d as often as it is known to', (rate, most, medianS) => {
    const found = Array.from({ length: 200 }, (_, seed) => {
      const random = seededRandom(`kayenta/${seed}`);
      const [candidate, stable]: number[][] = [[], []];
      for (let minute = 1; minute <= 60; minute += 1) {
        candidate!.push(random.binomial(300, rate) / 300);
        stable!.push(random.binomial(300, 0.01) / 300);
        if (minute >= 10 && minute % 5 === 0 && labelOf(candidate!, stable!) === 'High') return minute * 60;
      }
      return Infinity;
    }).sort((one, other) => one - other);
    const share = found.filter(Number.isFinite).length / found.length;
    expect(share).toBeLessThanOrEqual(most);
    expect(share).toBeGreaterThanOrEqual(most - 0.25);
    if (medianS !== undefined) expect(found[100]).toBe(medianS);
  });
});
