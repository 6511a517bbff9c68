import { describe, expect, it } from '@jest/globals';
import { judgeShare } from './judge-share.ts';

describe('judgeShare', () => {
  it('tells the share that was counted also where none is expected, as in a bake', () => {
    expect(judgeShare({ candidate: 30, stable: 0 }, undefined)).toEqual({
      share: { state: 'exempt', message: 'no share is expected here' },
      observedShare: 1,
    });
  });

  it('tells no share before a request was counted', () => {
    expect(judgeShare(undefined, undefined).observedShare).toBeUndefined();
    expect(judgeShare(undefined, 0.25)).toMatchObject({ share: { state: 'unknown' } });
  });

  it.each([
    [{ candidate: 250, stable: 750 }, 'consistent'],
    [{ candidate: 0, stable: 1000 }, 'rejected'],
    [{ candidate: 900, stable: 100 }, 'rejected'],
  ] as const)('finds %j against an expected quarter %s, with the numbers', (counts, state) => {
    const { share, observedShare } = judgeShare(counts, 0.25);
    expect(share.state).toBe(state);
    expect(share.message).toContain(`${counts.candidate} of 1000 requests`);
    expect(observedShare).toBe(counts.candidate / 1000);
  });
});
