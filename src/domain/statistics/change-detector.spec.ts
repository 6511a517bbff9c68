import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../simulation/random.ts';
import { changeDetector, lnAlarm } from './change-detector.ts';
import { lnRateSteps } from './rate-limit.ts';
import { lnRatioSteps } from './risk-ratio.ts';
import { harmful, interval } from './testing/intervals.ts';

describe('the change detector', () => {
  it('has the known values', () => {
    // Golden values from an independent computation in another language.
    const expected = [0.920199, 1.683542, 4.370987];
    let state = changeDetector.start();
    harmful.forEach((row, index) => {
      state = changeDetector.add(state, lnRatioSteps(interval(row), { tolerance: 1 }));
      expect(changeDetector.lnM(state)).toBeCloseTo(expected[index]!, 6);
      state = JSON.parse(JSON.stringify(state)) as number[];
    });
  });

  it('does not move in silence', () => {
    const silent = lnRateSteps({ requests: 0, bad: 0 }, { max: 0.02 });
    expect(changeDetector.lnM(changeDetector.add(changeDetector.start(), silent))).toBe(-Infinity);
    const state = changeDetector.add([], lnRateSteps({ requests: 100, bad: 3 }, { max: 0.02 }));
    expect(changeDetector.add(state, silent)).toEqual(state);
  });

  /** Intervals of 100 requests until the alarm. */
  const untilAlarm = (run: number, rate: number, lnEnough: number, most: number) => {
    const random = seededRandom(run);
    let state = changeDetector.start();
    for (let look = 1; look <= most; look++) {
      const counts = { requests: 100, bad: random.binomial(100, rate) };
      state = changeDetector.add(state, lnRateSteps(counts, { max: 0.02 }));
      if (changeDetector.lnM(state) >= lnEnough) return look;
    }
    return most;
  };
  const meanOf = (runs: number, rate: number, lnEnough: number, most: number) =>
    Array.from({ length: runs }, (_, run) => untilAlarm(run, rate, lnEnough, most)).reduce(
      (sum, looks) => sum + looks,
      0,
    ) / runs;

  it('alarms falsely after the wanted mean time, at the limit', () => {
    // Runs that are cut off make the mean smaller, never greater.
    expect(meanOf(200, 0.02, lnAlarm({ meanMs: 15_000 * 100, intervalMs: 15_000 }), 600)).toBeGreaterThan(
      100,
    );
  });

  it('finds threefold harm within minutes, at one false alarm in 180 days', () => {
    const lnEnough = lnAlarm({ meanMs: 180 * 24 * 3600 * 1000, intervalMs: 15_000 });
    expect(lnEnough).toBeCloseTo(Math.log(1_036_800), 9);
    expect(meanOf(100, 0.06, lnEnough, 200)).toBeLessThan(12);
  });

  it.each([
    [15_000, 15_000],
    [NaN, 1],
    [1, 0],
  ])('refuses a mean time of %d ms for intervals of %d ms', (meanMs, intervalMs) => {
    expect(() => lnAlarm({ meanMs, intervalMs })).toThrow(RangeError);
  });
});
