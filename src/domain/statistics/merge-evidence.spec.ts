import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../simulation/random.ts';
import { lnRejection } from './error-budget.ts';
import { mergeEvidence } from './merge-evidence.ts';
import { riskRatioTest } from './risk-ratio-test.ts';
import { budgetLimit, drawnInterval } from './testing/intervals.ts';

describe('mergeEvidence', () => {
  const metrics = [
    { name: 'errors', lnE: 4.074322, weight: 0.5 },
    { name: 'latency', lnE: -0.5, weight: 0.25 },
    { name: 'quality', lnE: 0, weight: 0.25 },
  ];

  it('has the known value, and names the culprit', () => {
    // Golden value from an independent computation in another language.
    const merged = mergeEvidence(metrics);
    expect(merged.lnE).toBeCloseTo(3.394741, 6);
    expect(merged.culprit).toBe('errors');
  });

  it('needs weights relative to each other only', () => {
    const doubled = metrics.map((metric) => ({ ...metric, weight: 2 * metric.weight }));
    expect(mergeEvidence(doubled).lnE).toBeCloseTo(mergeEvidence(metrics).lnE, 12);
  });

  it('is the metric itself where there is one, and nothing where there is none', () => {
    expect(mergeEvidence([{ name: 'errors', lnE: -3, weight: 7 }])).toEqual({ lnE: -3, culprit: 'errors' });
    expect(mergeEvidence([])).toEqual({ lnE: 0 });
  });

  it('names the metric that contributes most, not the one of the greatest weight', () => {
    const merged = mergeEvidence([
      { name: 'errors', lnE: 0, weight: 10 },
      { name: 'latency', lnE: 900, weight: 1 },
    ]);
    expect(merged.culprit).toBe('latency');
    expect(merged.lnE).toBeCloseTo(900 - Math.log(11), 9);
  });

  it.each([0, -1, NaN, Infinity])('refuses a weight of %d', (weight) => {
    expect(() => mergeEvidence([{ name: 'errors', lnE: 0, weight }])).toThrow(/weight of metric errors is/);
  });

  it('keeps one budget for ten metrics', () => {
    const [runs, looks, bound] = [100, 30, { tolerance: 1 }];
    let wrong = 0;
    for (let run = 0; run < runs; run++) {
      const random = seededRandom(run);
      let states = Array.from({ length: 10 }, () => riskRatioTest.start(bound));
      for (let look = 0; look < looks; look++) {
        states = states.map((state) =>
          riskRatioTest.add(
            state,
            drawnInterval(random, 1500, 0.2, { candidate: 0.01, stable: 0.01 }),
            bound,
          ),
        );
        const parts = states.map((state, index) => ({
          name: `${index}`,
          lnE: riskRatioTest.lnE(state),
          weight: 1,
        }));
        if (mergeEvidence(parts).lnE < lnRejection(0.05)) continue;
        wrong++;
        break;
      }
    }
    expect(wrong / runs).toBeLessThanOrEqual(budgetLimit(0.05, runs));
  });
});
