import { describe, expect, test } from '@jest/globals';
import type { Probe } from './kubernetes-types.ts';
import { ProbeThresholds, runProbe } from './probe.ts';

describe('ProbeThresholds', () => {
  const standing = (probe: Probe, results: string) => {
    const thresholds = new ProbeThresholds(probe);
    return [...results].map((result) => thresholds.observe(result === '+'));
  };

  test('by default one success or three failures in a row stand', () => {
    expect(standing({}, '--+---+')).toEqual([undefined, undefined, true, undefined, undefined, false, true]);
  });

  test('a result of the other kind starts the count again', () => {
    expect(standing({ successThreshold: 2, failureThreshold: 2 }, '+-+-++-')).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      true,
      undefined,
    ]);
  });

  test('beyond the threshold each result stands', () => {
    expect(standing({ failureThreshold: 1 }, '--')).toEqual([false, false]);
  });
});

/** A clock that moves only when somebody waits; `attemptMs` is how long each attempt takes. */
async function simulate(probe: Probe, results: string, attemptMs = 0) {
  let nowMs = 0;
  const end = new AbortController();
  const attemptsAtMs: number[] = [];
  const standing: [number, boolean][] = [];
  await runProbe({
    probe,
    attempt: async () => {
      attemptsAtMs.push(nowMs);
      nowMs += attemptMs;
      const success = results[attemptsAtMs.length - 1] === '+';
      return { success, message: '' };
    },
    onResult: (success) => {
      standing.push([nowMs, success]);
    },
    pause: async (milliseconds) => {
      nowMs += milliseconds;
      if (attemptsAtMs.length === results.length) end.abort();
    },
    now: () => nowMs,
    signal: end.signal,
  });
  return { attemptsAtMs, standing };
}

describe('runProbe', () => {
  test('tries after the initial delay and then every period', async () => {
    const { attemptsAtMs, standing } = await simulate({ initialDelaySeconds: 5, periodSeconds: 2 }, '-+--');
    expect(attemptsAtMs).toEqual([5_000, 7_000, 9_000, 11_000]);
    expect(standing).toEqual([[7_000, true]]);
  });

  test('the period is from start to start, and 10 s by default', async () => {
    const { attemptsAtMs } = await simulate({}, '+++', 900);
    expect(attemptsAtMs).toEqual([0, 10_000, 20_000]);
  });

  test('an attempt that is longer than the period is followed by the next at once', async () => {
    const { attemptsAtMs } = await simulate({ periodSeconds: 1 }, '++', 1_500);
    expect(attemptsAtMs).toEqual([0, 1_500]);
  });

  test('a result that comes after the end counts no more', async () => {
    const end = new AbortController();
    const results: boolean[] = [];
    await runProbe({
      probe: {},
      attempt: async () => {
        end.abort();
        return { success: true, message: '' };
      },
      onResult: (success) => results.push(success),
      pause: async () => undefined,
      now: () => 0,
      signal: end.signal,
    });
    expect(results).toEqual([]);
  });
});
