import { describe, expect, it } from '@jest/globals';
import { addToDetector, addToLimitTest, sharesBelow, sharesBeyond } from './limit-test.ts';
import { lnMean } from './mixture.ts';

const mixture = (requests: number, bad: number, limit: number, multiples: readonly number[]) =>
  lnMean(
    addToLimitTest(undefined, { requests, bad }, { limit, shares: multiples.map((times) => times * limit) }),
  );

/** Golden values of the reference, section 7.3. */
describe('the limit test', () => {
  it.each([
    [225, 9, 0.02, 0.933299],
    [225, 9, 0.01, 4.428714],
  ])('finds %d requests with %d bad ones beyond %d', (requests, bad, limit, expected) => {
    expect(mixture(requests, bad, limit, [1.5, 2, 5, 10])).toBeCloseTo(expected, 6);
  });

  it.each([
    [400, 3, 0.03, 4.222958],
    [300, 0, 0.01, 1.691749],
  ])('finds %d requests with %d bad ones below %d', (requests, bad, limit, expected) => {
    expect(mixture(requests, bad, limit, [0.75, 0.5, 0.25])).toBeCloseTo(expected, 6);
    const at = { limit, shares: sharesBelow(limit) };
    expect(lnMean(addToLimitTest(undefined, { requests, bad }, at))).toBeCloseTo(expected, 6);
  });

  it('bets on nothing that cannot be', () => {
    expect(sharesBeyond(0.02)).toEqual([0.03, 0.04, 0.1, 0.2, 0.6]);
    expect(sharesBeyond(0.9)).toEqual([]);
  });

  it('does not depend on how the counts are cut into intervals', () => {
    const at = { limit: 0.02, shares: sharesBeyond(0.02) };
    const whole = addToLimitTest(undefined, { requests: 225, bad: 9 }, at);
    const parts = [
      { requests: 100, bad: 0 },
      { requests: 25, bad: 9 },
      { requests: 100, bad: 0 },
    ].reduce<number[] | undefined>((sums, counts) => addToLimitTest(sums, counts, at), undefined)!;
    parts.forEach((sum, index) => expect(sum).toBeCloseTo(whole[index]!, 9));
  });

  it('has an expectation of exactly 1 at the limit', () => {
    const [requests, limit] = [40, 0.1];
    let chance = (1 - limit) ** requests;
    let sum = 0;
    for (let bad = 0; bad <= requests; bad += 1) {
      const at = { limit, shares: sharesBeyond(limit) };
      sum += chance * Math.exp(lnMean(addToLimitTest(undefined, { requests, bad }, at)));
      chance *= ((requests - bad) / (bad + 1)) * (limit / (1 - limit));
    }
    expect(sum).toBeCloseTo(1, 9);
  });
});

describe('the detector', () => {
  const at = { limit: 0.01, shares: [0.02] };
  const quiet = { requests: 1_000, bad: 5 };
  const after = (rounds: number, counts = quiet, sums?: number[]) => {
    for (let round = 0; round < rounds; round += 1) sums = addToDetector(sums, counts, at);
    return sums!;
  };

  it('forgets: harm that begins late is found as fast as harm at once', () => {
    const harm = { requests: 1_000, bad: 30 };
    const [atOnce] = after(3, harm);
    const [late] = after(3, harm, after(1_000));
    expect(late).toBeCloseTo(atOnce!, 0);
    expect(late).toBeGreaterThan(Math.log(1e6));
  });

  it('adds up all its beginnings: M = (1 + M) * e', () => {
    const e = Math.exp(addToLimitTest(undefined, quiet, at)[0]!);
    const m = (1 + e) * e;
    expect(after(2)[0]).toBeCloseTo(Math.log(m), 9);
  });
});
