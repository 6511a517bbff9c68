import { describe, expect, it } from '@jest/globals';
import { lnRatioSteps } from './risk-ratio.ts';
import { addToStartMixture, lnStartMixture, nextBeginning } from './start-mixture.ts';

const factors = (requests: number, stableRequests: number, bad: number, stableBad: number) =>
  lnRatioSteps(
    { candidate: { requests, bad }, stable: { requests: stableRequests, bad: stableBad } },
    { tolerance: 1 },
  );

describe('the start mixture', () => {
  it('gives the golden values of the reference, section 7.3', () => {
    const rows = [factors(75, 1425, 3, 14), factors(80, 1420, 2, 12), factors(70, 1430, 4, 15)];
    let mixture: number[] | undefined;
    const found = rows.map((row, index) => {
      mixture = addToStartMixture(mixture, row, index === 1 ? 0 : 0.5);
      return lnStartMixture(mixture);
    });
    [0.562409, 0.965759, 3.508446].forEach((value, index) => expect(found[index]).toBeCloseTo(value, 6));
  });

  it('begins with 1/2, 1/6, 1/12, ..., and never uses more than the whole', () => {
    let mixture: number[] | undefined;
    const parts: number[] = [];
    for (let start = 0; start < 200; start += 1) {
      parts.push(nextBeginning(mixture));
      mixture = addToStartMixture(mixture, [0], parts.at(-1)!);
    }
    [1 / 2, 1 / 6, 1 / 12, 1 / 20].forEach((part, index) => expect(parts[index]).toBeCloseTo(part, 9));
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeLessThan(1);
    expect(lnStartMixture(mixture!)).toBeCloseTo(0, 9);
  });

  it('finds harm that begins late sooner than a test that began once', () => {
    const [healthy, harmful] = [factors(75, 1425, 1, 14), factors(75, 1425, 2, 14)];
    const roundsUntilFound = (restartEvery: number): number => {
      let mixture: number[] | undefined;
      for (let round = 0; round < 80 + 400; round += 1) {
        const begins = round === 0 || round % restartEvery === 0;
        mixture = addToStartMixture(
          mixture,
          round < 80 ? healthy : harmful,
          begins ? nextBeginning(mixture) : 0,
        );
        if (round >= 80 && lnStartMixture(mixture) >= Math.log(100)) return round - 80;
      }
      return Infinity;
    };
    expect(roundsUntilFound(20)).toBeLessThan(roundsUntilFound(1_000));
  });
});
