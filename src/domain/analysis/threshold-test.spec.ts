import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { thresholdTest } from './threshold-test.ts';

const judge = (requests: number, bad: number, max = 0.02, minRequests = 100) =>
  thresholdTest.judge(
    { candidate: { requests, bad }, stable: { requests: 0, bad: 0 } },
    { max, minRequests },
  );

describe('thresholdTest', () => {
  it.each([
    [0, 0, 'Inconclusive', 'TooFewRequests'],
    [99, 0, 'Inconclusive', 'TooFewRequests'],
    [99, 2, 'Inconclusive', 'TooFewRequests'],
    [3, 3, 'Fail', 'LimitExceeded'],
    [99, 3, 'Fail', 'LimitExceeded'],
    [100, 0, 'Pass', 'WithinLimit'],
    [100, 2, 'Pass', 'WithinLimit'],
    [100, 3, 'Fail', 'LimitExceeded'],
    [1000, 20, 'Pass', 'WithinLimit'],
    [1000, 21, 'Fail', 'LimitExceeded'],
  ])('%d requests, %d bad: %s', (requests, bad, verdict, reason) => {
    expect(judge(requests, bad)).toEqual({ verdict, reason });
  });

  it('fails on the first bad request when none is allowed, and never when all are', () => {
    expect(judge(1, 1, 0).verdict).toBe('Fail');
    expect(judge(100, 100, 1).verdict).toBe('Pass');
  });

  it('never fails early what good requests could still save', () => {
    fc.assert(
      fc.property(
        fc.nat(200),
        fc.nat(200),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 300 }),
        (a, b, max, min) => {
          const [requests, bad] = [Math.max(a, b), Math.min(a, b)];
          if (requests >= min || judge(requests, bad, max, min).verdict !== 'Fail') return;
          expect(judge(min, bad, max, min).verdict).toBe('Fail');
        },
      ),
    );
  });

  it('adds intervals up, in any order', () => {
    const counts = fc.record({ requests: fc.nat(1e6), bad: fc.nat(1e6) });
    const interval = fc.record({ candidate: counts, stable: counts });
    fc.assert(
      fc.property(interval, interval, (a, b) => {
        const { start, add } = thresholdTest;
        expect(add(add(start(), a), b)).toEqual(add(add(start(), b), a));
        expect(add(start(), a)).toEqual(a);
      }),
    );
  });
});
