import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../simulation/random.ts';
import { burstNoise } from './burst-noise.ts';
import type { Counts } from './interval.ts';

/** Half an hour of scrapes every five seconds: 500 requests each, bad ones in bursts of a size, and a base rate that drifts. */
function scrapes(seed: number, burst: number, rate = (_look: number) => 0.02): Counts[] {
  const random = seededRandom(seed);
  return Array.from({ length: 360 }, (_, look) => ({
    requests: 500,
    bad: Math.min(500, burst * random.poisson((500 * rate(look)) / burst)),
  }));
}

describe('burstNoise', () => {
  it('sees none in independent requests, in nearly all of many services', () => {
    const seen = Array.from({ length: 200 }, (_, seed) => burstNoise(scrapes(seed, 1)));
    expect(seen.filter((one) => one === 1).length).toBeGreaterThan(195);
  });

  it.each([2, 5, 10])('sees bursts of %d', (burst) => {
    const noise = burstNoise(scrapes(1, burst))!;
    expect(noise).toBeGreaterThan(0.75 * burst);
    expect(noise).toBeLessThan(1.25 * burst);
  });

  it('takes a slow swing of the base rate for none', () => {
    expect(burstNoise(scrapes(2, 1, (look) => 0.02 * (1 + 0.8 * Math.sin(look / 40))))).toBe(1);
  });

  it('is not misled by an outage that is over', () => {
    expect(burstNoise(scrapes(3, 1, (look) => (look > 100 && look < 107 ? 0.5 : 0.02)))).toBe(1);
  });

  it('says nothing from too little', () => {
    expect(burstNoise(scrapes(4, 1).slice(0, 40))).toBeUndefined();
    expect(burstNoise(scrapes(5, 1, () => 0))).toBeUndefined();
  });
});
