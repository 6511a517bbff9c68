import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Backoff, backoffDelayMs, type BackoffOptions } from './backoff.ts';
import { TokenBucket } from './token-bucket.ts';
import { VirtualClock } from './virtual-clock.ts';
import { spreadDelayMs } from './resync-spread.ts';

const options: fc.Arbitrary<BackoffOptions> = fc
  .record({
    initialMs: fc.integer({ min: 1, max: 10_000 }),
    times: fc.integer({ min: 1, max: 10_000 }),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ initialMs, times, jitter }) => ({ initialMs, capMs: initialMs * times, jitter }));
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('backoff', () => {
  it('lies within the jitter below the doubled delay, and never above the cap', () => {
    fc.assert(
      fc.property(options, chance, fc.integer({ min: 1, max: 5000 }), (given, random, failures) => {
        const delayMs = backoffDelayMs(failures, given, () => random);
        const fullMs = Math.min(given.capMs, given.initialMs * 2 ** Math.min(failures - 1, 60));
        expect(delayMs).toBeLessThanOrEqual(fullMs);
        expect(delayMs).toBeGreaterThanOrEqual(fullMs * (1 - given.jitter) * (1 - 1e-9));
        expect(Number.isFinite(delayMs)).toBe(true);
      }),
    );
  });

  it('grows with each failure until the cap, and starts over after a reset', () => {
    fc.assert(
      fc.property(options, fc.integer({ min: 1, max: 40 }), (given, failures) => {
        const backoff = new Backoff({ ...given, jitter: 0 });
        const delays = Array.from({ length: failures }, () => backoff.next());
        expect(backoff.failures).toBe(failures);
        delays.reduce((before, delayMs) => {
          expect(delayMs).toBe(Math.min(given.capMs, before * 2));
          return delayMs;
        }, given.initialMs / 2);
        backoff.reset();
        expect(backoff.next()).toBe(given.initialMs);
      }),
    );
  });

  it.each([
    [{ initialMs: 0, capMs: 1, jitter: 0 }, 'backoff.initialMs: found 0'],
    [{ initialMs: 2, capMs: 1, jitter: 0 }, 'backoff.capMs: found 1, accepted is at least initialMs (2)'],
    [{ initialMs: 1, capMs: 1, jitter: 1.5 }, 'backoff.jitter: found 1.5, accepted is 0 to 1'],
    [{ initialMs: Number.NaN, capMs: 1, jitter: 0 }, 'backoff.initialMs: found NaN'],
  ])('refuses %j', (given, message) => {
    expect(() => new Backoff(given)).toThrow(message);
  });
});

describe('TokenBucket', () => {
  it('grants no more than the burst and the rate in any span, and all of that', async () => {
    const waits = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(
        waits,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        async (gaps, perSecond, burst) => {
          const clock = new VirtualClock();
          const bucket = new TokenBucket(clock, { perSecond, burst });
          const granted: number[] = [];
          for (const gapMs of gaps) {
            await clock.advance(gapMs);
            granted.push(clock.monotonic() + bucket.reserve());
          }
          for (const [from, fromMs] of granted.entries()) {
            for (let to = from; to < granted.length; to += 1) {
              const most = burst + ((granted[to]! - fromMs) / 1000) * perSecond;
              expect(to - from + 1).toBeLessThanOrEqual(most + 1e-6);
            }
          }
        },
      ),
    );
  });

  it('takes only what is there', async () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket(clock, { perSecond: 2, burst: 2 });
    expect([bucket.tryTake(), bucket.tryTake(), bucket.tryTake()]).toEqual([true, true, false]);
    await clock.advance(500);
    expect([bucket.tryTake(), bucket.tryTake()]).toEqual([true, false]);
    expect(bucket.isFull).toBe(false);
    await clock.advance(1000);
    expect(bucket.isFull).toBe(true);
  });
});

describe('spreadDelayMs', () => {
  it('gives a key its own moment in the period, and spreads keys evenly', () => {
    const moments = Array.from({ length: 1000 }, (_, index) => spreadDelayMs(`ns/model-${index}`, 1000));
    expect(spreadDelayMs('ns/model-7', 1000)).toBe(moments[7]);
    const tenths = Array<number>(10).fill(0);
    for (const moment of moments) tenths[Math.floor(moment / 100)]! += 1;
    for (const count of tenths) expect(count).toBeGreaterThan(60);
    expect(Math.min(...moments)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...moments)).toBeLessThan(1000);
    expect(() => spreadDelayMs('a', 0)).toThrow('periodMs: found 0');
  });
});
