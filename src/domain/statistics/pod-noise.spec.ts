import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../simulation/random.ts';
import { defaultTolerance } from '../../api/analysis.ts';
import { measuredTolerance, smallestTolerance } from './measured-tolerance.ts';
import { type PodCounts, podNoise } from './pod-noise.ts';
import { lnRejection } from './error-budget.ts';
import { riskRatioTest } from './risk-ratio-test.ts';

/** Counts of pods over intervals, with a lasting factor of each pod, bursts of a size, and a base rate that drifts. */
function podIntervals(
  seed: number,
  { factors, burst = 1, intervals = 240 }: { factors: readonly number[]; burst?: number; intervals?: number },
): PodCounts[] {
  const random = seededRandom(seed);
  return Array.from({ length: intervals }, (_, look) =>
    Object.fromEntries(
      factors.map((factor, pod) => {
        const mean = 10 * factor * (1 + 0.5 * Math.sin(look / 15));
        return [`pod-${pod}`, { requests: 1000, bad: Math.min(1000, burst * random.poisson(mean / burst)) }];
      }),
    ),
  );
}

const alike = Array<number>(8).fill(1);
/** Lasting factors whose ln has exactly this standard deviation. */
const differing = (spread: number) => alike.map((_, pod) => Math.exp(pod % 2 === 0 ? spread : -spread));

describe('podNoise', () => {
  it('finds none between pods that are alike', () => {
    const noise = podNoise(podIntervals(1, { factors: alike }))!;
    expect(noise.pods).toBe(8);
    expect(noise.dispersion).toBeLessThan(1.15);
    expect(noise.spread).toBeLessThan(0.02);
  });

  it.each([0.1, 0.2, 0.3])('finds a lasting spread of %d, and takes it for no dispersion', (spread) => {
    const noise = podNoise(podIntervals(2, { factors: differing(spread) }))!;
    expect(noise.spread).toBeGreaterThan(0.8 * spread);
    expect(noise.spread).toBeLessThan(1.25 * spread);
    expect(noise.dispersion).toBeLessThan(1.15);
  });

  it('finds bursts, and takes them for no lasting spread', () => {
    const noise = podNoise(podIntervals(3, { factors: alike, burst: 5 }))!;
    expect(noise.dispersion).toBeGreaterThan(4.2);
    expect(noise.dispersion).toBeLessThan(5.8);
    expect(noise.spread).toBeLessThan(0.06);
  });

  it('measures pods that come and go, and does not mind how much each of them serves', () => {
    const whole = podIntervals(4, { factors: [1.2, 1, 1, 1 / 1.2] });
    const churned = whole.map((counts, look) => {
      const { 'pod-1': leaving, 'pod-2': joining, ...others } = counts;
      const small = { requests: joining!.requests / 10, bad: Math.round(joining!.bad / 10) };
      return look < 120 ? { ...others, 'pod-1': leaving! } : { ...others, 'pod-2': small };
    });
    const noise = podNoise(churned)!;
    expect(noise.pods).toBe(4);
    expect(noise.spread).toBeGreaterThan(0.08);
    expect(noise.spread).toBeLessThan(0.25);
  });

  it('counts what the fit itself explains: few intervals show as many bursts as many do', () => {
    const found = Array.from({ length: 40 }, (_, seed) =>
      podNoise(podIntervals(seed, { factors: alike.map(() => 20), burst: 5, intervals: 6 }))!,
    );
    const mean = found.reduce((sum, { dispersion }) => sum + dispersion, 0) / found.length;
    expect(mean).toBeGreaterThan(4.5);
    expect(mean).toBeLessThan(5.5);
  });

  it('does not take a load that moves between unlike pods for dispersion, nor for likeness', () => {
    // No chance in it: one pod has twice the rate of the other, and 90 % of the requests go to one, then to the other.
    const intervals = Array.from({ length: 40 }, (_, look): PodCounts => {
      const [first, second] = look % 2 === 0 ? [90_000, 10_000] : [10_000, 90_000];
      return {
        first: { requests: first, bad: 0.02 * first },
        second: { requests: second, bad: 0.01 * second },
      };
    });
    const noise = podNoise(intervals)!;
    expect(noise.dispersion).toBe(1);
    // Factors of 4/3 and 2/3 of their mean.
    expect(noise.spread).toBeGreaterThan(0.4);
    expect(noise.spread).toBeLessThan(0.55);
  });

  it.each<[string, PodCounts[]]>([
    ['nothing', []],
    ['one pod', podIntervals(5, { factors: [1] })],
    ['few intervals', podIntervals(5, { factors: [1, 1], intervals: 5 })],
    ['few bad requests', podIntervals(5, { factors: [0.01, 0.01] })],
    ['no bad requests', podIntervals(5, { factors: [0, 0] })],
    ['few bad requests for their bursts', podIntervals(5, { factors: [1, 1], burst: 5, intervals: 20 })],
  ])('measures nothing from %s', (_, intervals) => {
    expect(podNoise(intervals)).toBeUndefined();
  });

  it('takes a pod without any bad request for what it is', () => {
    const noise = podNoise(podIntervals(6, { factors: [1, 1, 0] }))!;
    expect(Number.isFinite(noise.dispersion)).toBe(true);
    expect(noise.spread).toBeGreaterThan(0.3);
  });
});

describe('measuredTolerance', () => {
  it('is that of what cannot be measured, and never less than the smallest', () => {
    expect(measuredTolerance(undefined)).toBe(defaultTolerance);
    expect(measuredTolerance({ dispersion: 1, spread: 0, pods: 8 })).toBe(smallestTolerance);
  });

  it('is two standard deviations of the ratio of the arms', () => {
    const noise = { dispersion: 1, spread: 0.1, pods: 4 };
    expect(measuredTolerance(noise, { candidatePods: 4 })).toBeCloseTo(Math.exp(0.2 * Math.sqrt(0.5)), 9);
    expect(measuredTolerance(noise)).toBeCloseTo(Math.exp(0.2 * Math.sqrt(1.25)), 9);
    // Each arm has its noise: more pods of one of them leave that of the other.
    expect(measuredTolerance(noise, { stablePods: 1e9 })).toBeCloseTo(Math.exp(0.2), 6);
  });

  it('keeps arms that differ by their nodes only from a rollback', () => {
    const runs = 60;
    const wrongOf = (useNoise: boolean) => {
      let wrong = 0;
      for (let run = 0; run < runs; run++) {
        const random = seededRandom(run);
        // Factors of lognormal noise with a standard deviation of 20 %, from the sum of twelve uniform numbers.
        const factor = () =>
          Math.exp(0.2 * (Array.from({ length: 12 }, () => random.uniform()).reduce((a, b) => a + b) - 6));
        const factors = alike.map(factor);
        const noise = podNoise(podIntervals(run, { factors, intervals: 60 }));
        const bound = {
          tolerance: useNoise ? measuredTolerance(noise) : 1,
          dispersion: useNoise ? noise!.dispersion : 1,
        };
        const stableRate = (0.01 * factors.reduce((a, b) => a + b)) / factors.length;
        const candidateRate = 0.01 * factor();
        let state = riskRatioTest.start(bound);
        for (let look = 0; look < 60; look++) {
          state = riskRatioTest.add(
            state,
            {
              candidate: { requests: 400, bad: random.binomial(400, candidateRate) },
              stable: { requests: 3600, bad: random.binomial(3600, stableRate) },
            },
            bound,
          );
          if (riskRatioTest.lnE(state) < lnRejection(0.05)) continue;
          wrong++;
          break;
        }
      }
      return wrong / runs;
    };
    expect(wrongOf(true)).toBeLessThanOrEqual(0.05);
    expect(wrongOf(false)).toBeGreaterThan(0.12);
  });
});
