import { describe, expect, it } from '@jest/globals';
import {
  addInterval,
  breakEvenRatio,
  growthPerRequest,
  harmRatios,
  healthAlternatives,
  type Interval,
  lnMixture,
} from './risk-ratio-test.ts';

type Row = readonly [requests: number, stableRequests: number, bad: number, stableBad: number];
const interval = ([requests, stableRequests, bad, stableBad]: Row): Interval => ({
  candidate: { requests, bad },
  stable: { requests: stableRequests, bad: stableBad },
});
const rowsA: Row[] = [
  [75, 1425, 3, 14],
  [80, 1420, 2, 12],
  [70, 1430, 4, 15],
];
const rowsP: Row[] = [
  [75, 1425, 0, 14],
  [80, 1420, 1, 12],
  [70, 1430, 0, 15],
];
const sumsOf = (rows: readonly Row[], at: Parameters<typeof addInterval>[2]) =>
  rows.map(interval).reduce<number[] | undefined>((sums, each) => addInterval(sums, each, at), undefined)!;

/** The chance of so many successes in n trials. */
function binomial(n: number, p: number): number[] {
  const chances = [(1 - p) ** n];
  for (let k = 1; k <= n; k += 1) chances.push((chances[k - 1]! * (n - k + 1) * p) / (k * (1 - p)));
  return chances;
}

/** E[e] of one interval by exact summation over everything that can happen. */
function expectation(
  [candidate, stable]: readonly [number, number],
  { base, rho, psi, ratio }: { base: number; rho: number; psi: number; ratio: number },
): number {
  const ofCandidate = binomial(candidate, rho * base);
  const ofStable = binomial(stable, base);
  let sum = 0;
  ofCandidate.forEach((chance, bad) =>
    ofStable.forEach((stableChance, stableBad) => {
      const [lnE] = addInterval(undefined, interval([candidate, stable, bad, stableBad]), {
        alternatives: [psi],
        ratio,
      });
      sum += chance * stableChance * Math.exp(lnE!);
    }),
  );
  return sum;
}

describe('the risk-ratio test', () => {
  it.each([
    [1, 1, 4.074322],
    [1.25, 1, 2.809111],
    [1, 3, 0.974757],
    [1.25, 3, 0.584016],
  ])('gives the golden values of harm beyond %d times, dispersion %d', (ratio, dispersion, expected) => {
    const sums = sumsOf(rowsA, { alternatives: harmRatios(ratio), ratio, dispersion });
    expect(lnMixture(sums)).toBeCloseTo(expected, 6);
  });

  it('gives the golden steps of one alternative', () => {
    const steps = rowsA.map((row) => sumsOf([row], { alternatives: [3], ratio: 1 })[0]!);
    [1.675564, 0.77829, 2.699058].forEach((step, index) => expect(steps[index]).toBeCloseTo(step, 6));
    expect(sumsOf(rowsA, { alternatives: [3], ratio: 1 })[0]).toBeCloseTo(5.152911, 6);
  });

  it('gives the golden value of health', () => {
    const rows = [...rowsP, ...rowsP, ...rowsP];
    const sums = sumsOf(rows, { alternatives: healthAlternatives, ratio: 2 });
    expect(lnMixture(sums)).toBeCloseTo(4.71044, 6);
  });

  it('lets no single error decide, however rare errors are', () => {
    const sums = sumsOf([[1, 1e9, 1, 0]], { alternatives: harmRatios(1), ratio: 1 });
    expect(Math.exp(lnMixture(sums))).toBeCloseTo(19.09375, 4);
  });

  it('says nothing of an interval in which only one arm had requests', () => {
    for (const row of [
      [0, 100, 0, 7],
      [100, 0, 7, 0],
      [0, 0, 0, 0],
    ] as Row[]) {
      for (const sum of sumsOf([row], { alternatives: harmRatios(1.25), ratio: 1.25 }))
        expect(sum).toBeCloseTo(0, 12);
    }
  });

  it('stays finite and exact with counts of a billion', () => {
    const [sum] = sumsOf([[1e9, 1e9, 1e7, 1e7]], { alternatives: [2], ratio: 1 });
    expect(sum).toBeCloseTo(1e7 * (Math.log(2) - 2 * Math.log(1.5)), 0);
  });

  it.each([
    [[3, 7], 0.3, 2],
    [[20, 80], 0.3, 1.5],
    [[20, 80], 0.01, 10],
    [[75, 425], 0.01, 2],
    [[50, 50], 0.1, 1.25],
  ] as const)('has an expectation of at most 1 at the edge: %j, base %d, bet on %d', (sizes, base, psi) => {
    for (const ratio of [1, 1.1]) {
      expect(expectation(sizes, { base, rho: ratio, psi: psi * ratio, ratio })).toBeLessThanOrEqual(1 + 1e-9);
      // Less harm than tolerated is even less likely to look like harm.
      expect(expectation(sizes, { base, rho: 0.8, psi: psi * ratio, ratio })).toBeLessThanOrEqual(1 + 1e-9);
    }
  });

  it.each([
    [[20, 80], 0.01],
    [[75, 425], 0.02],
    [[20, 80], 0.3],
  ] as const)('nor at the edge of health: %j, base %d', (sizes, base) => {
    for (const psi of healthAlternatives) {
      expect(expectation(sizes, { base, rho: 2, psi, ratio: 2 })).toBeLessThanOrEqual(1 + 1e-9);
      expect(expectation(sizes, { base, rho: 3, psi, ratio: 2 })).toBeLessThanOrEqual(1 + 1e-9);
    }
  });

  it.each([
    [0.05, 0.00018085],
    [0.2, 0.00058473],
    [0.5, 0.000849495],
  ])('grows as the reference says at a weight of %d', (w, expected) => {
    expect(growthPerRequest({ base: 0.01, w, rho: 2, psi: 2, ratio: 1 })).toBeCloseTo(expected, 9);
  });

  it.each([
    [1.25, 1, 1.12],
    [1.5625, 1.25, 1.4],
    [1.875, 1.5, 1.681],
    [1, 1.5, 1.233],
    [1, 2, 1.443],
    [1, 3, 1.82],
  ])('breaks even where the reference says: bet on %d against %d', (psi, ratio, expected) => {
    expect(breakEvenRatio(psi, ratio)).toBeCloseTo(expected, 3);
  });
});
