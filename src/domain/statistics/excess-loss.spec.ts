import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../simulation/random.ts';
import { excessLoss } from './excess-loss.ts';
import { budgetLimit, drawnInterval, interval } from './testing/intervals.ts';

describe('excessLoss', () => {
  const lossOf = (run: number, ratio: number, onLook: (spent: number, trueExcess: number) => void) => {
    const random = seededRandom(run);
    let state = excessLoss.start();
    let trueExcess = 0;
    for (let look = 0; look < 60; look++) {
      const stable = 0.01 * (1 + 0.8 * Math.sin(look / 9));
      const share = [0.02, 0.1, 0.3][Math.floor(look / 20)]!;
      state = excessLoss.add(
        state,
        drawnInterval(random, 1500, share, { candidate: ratio * stable, stable }),
      );
      trueExcess += 1500 * share * (ratio - 1) * stable;
      onLook(excessLoss.spent(state, 0.05), trueExcess);
    }
  };

  it.each([1, 2])(
    'is no more than the true excess at a ratio of %d, at any look, but for its budget',
    (ratio) => {
      let wrong = 0;
      for (let run = 0; run < 300; run++) {
        let exceeded = false;
        lossOf(run, ratio, (spent, trueExcess) => (exceeded ||= spent > trueExcess + 1e-9));
        if (exceeded) wrong++;
      }
      expect(wrong / 300).toBeLessThanOrEqual(budgetLimit(0.05, 300));
    },
  );

  it('adds the excess and the variance of both arms', () => {
    const state = excessLoss.add(excessLoss.start(), interval([100, 200, 10, 8]));
    expect(state).toEqual({ excess: 6, variance: 12 });
    expect(excessLoss.add(state, interval([100, 100, 1, 2]), 3)).toEqual({ excess: 5, variance: 21 });
  });

  it('sees most of a great loss', () => {
    let [last, loss] = [0, 0];
    lossOf(1, 5, (spent, trueExcess) => ([last, loss] = [spent, trueExcess]));
    expect(loss).toBeGreaterThan(200);
    expect(last).toBeGreaterThan(0.6 * loss);
  });

  it('learns nothing from one arm, is never negative, and survives a record in JSON exactly', () => {
    expect(excessLoss.add(excessLoss.start(), interval([100, 0, 50, 0]))).toEqual(excessLoss.start());
    expect(excessLoss.add(excessLoss.start(), interval([0, 100, 0, 50]))).toEqual(excessLoss.start());
    const state = excessLoss.add(excessLoss.start(), interval([7e8, 1e9, 3, 1e7]), 2.5);
    expect(excessLoss.spent(state, 0.05)).toBe(0);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });
});
