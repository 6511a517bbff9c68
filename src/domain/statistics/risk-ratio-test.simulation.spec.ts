import { describe, expect, it } from '@jest/globals';
import { type Random, seededRandom } from '../../simulation/random.ts';
import { lnRejection } from './error-budget.ts';
import type { Interval } from './interval.ts';
import type { RatioBound } from './risk-ratio.ts';
import { riskRatioTest } from './risk-ratio-test.ts';
import { budgetLimit, drawnInterval, median } from './testing/intervals.ts';

/** The looks that the test needed to reject, of each run; runs that never did are absent. */
function looksToReject(
  runs: number,
  looks: number,
  bound: RatioBound,
  errorProbability: number,
  draw: (random: Random, look: number) => Interval,
): number[] {
  const enough = lnRejection(errorProbability);
  const needed: number[] = [];
  for (let run = 0; run < runs; run++) {
    const random = seededRandom(run);
    let state = riskRatioTest.start(bound);
    for (let look = 0; look < looks; look++) {
      state = riskRatioTest.add(state, draw(random, look), bound);
      if (riskRatioTest.lnE(state) < enough) continue;
      needed.push(look + 1);
      break;
    }
  }
  return needed;
}

/** A base rate that swings by a factor of nine within 53 looks, and a weight that grows meanwhile. */
const swing = (look: number) => 0.01 * (1 + 0.8 * Math.sin((2 * Math.PI * look) / 53));
const growing = (look: number) => [0.01, 0.05, 0.2, 0.5][Math.floor(look / 30)]!;

describe('the risk-ratio test, looked at after each interval', () => {
  const runs = 500;

  it('rolls back a candidate at the edge of what is tolerated no more often than its budget', () => {
    const wrong = looksToReject(runs, 120, { tolerance: 1.25 }, 0.05, (random, look) =>
      drawnInterval(random, 400, growing(look), { candidate: 1.25 * swing(look), stable: swing(look) }),
    );
    expect(wrong.length / runs).toBeLessThanOrEqual(budgetLimit(0.05, runs));
  });

  it('promotes a candidate at the margin no more often than its budget', () => {
    const wrong = looksToReject(runs, 120, { margin: 2 }, 0.05, (random, look) =>
      drawnInterval(random, 400, growing(look), { candidate: 2 * swing(look), stable: swing(look) }),
    );
    expect(wrong.length / runs).toBeLessThanOrEqual(budgetLimit(0.05, runs));
    // The edge is where the budget is used: a test that never passes would prove nothing here.
    expect(wrong.length).toBeGreaterThan(0);
  });

  // Medians of candidate requests until Fail, at the defaults: 15 seconds and 1500 requests an interval.
  it.each([
    [0.05, 0.02, 3304],
    [0.05, 0.05, 242],
    [0.2, 0.02, 4463],
    [0.2, 0.03, 1183],
    [0.5, 0.02, 8168],
  ])('finds harm at a share of %d, 1 %% grown to %d', (share, candidate, expected) => {
    const needed = looksToReject(300, 240, { tolerance: 1.25 }, 0.01, (random) =>
      drawnInterval(random, 1500, share, { candidate, stable: 0.01 }),
    );
    expect(needed.length).toBeGreaterThan(295);
    const requests = median(needed) * 1500 * share;
    expect(requests).toBeGreaterThan(0.75 * expected - 1500 * share);
    expect(requests).toBeLessThan(1.3 * expected + 1500 * share);
  });

  it('finds an outage at the first look', () => {
    const needed = looksToReject(200, 3, { tolerance: 1.25 }, 0.01, (random) =>
      drawnInterval(random, 1500, 0.05, { candidate: 0.5, stable: 0.01 }),
    );
    expect(needed).toEqual(Array<number>(200).fill(1));
  });

  // Medians of candidate requests until Pass of a candidate as good as the stable, margin 2: 974, 1498, 2990.
  it.each([
    [0.05, 974],
    [0.2, 1498],
    [0.5, 2990],
  ])('passes a healthy candidate at a share of %d', (share, expected) => {
    const needed = looksToReject(300, 240, { margin: 2 }, 0.05, (random) =>
      drawnInterval(random, 1500, share, { candidate: 0.01, stable: 0.01 }),
    );
    const requests = median(needed) * 1500 * share;
    expect(needed.length).toBeGreaterThan(290);
    expect(requests).toBeGreaterThan(0.75 * expected - 1500 * share);
    expect(requests).toBeLessThan(1.3 * expected + 1500 * share);
  });
});
