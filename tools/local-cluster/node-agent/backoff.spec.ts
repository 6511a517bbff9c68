import { describe, expect, test } from '@jest/globals';
import { exponentialDelayMs, RestartBackoff } from './backoff.ts';

test.each([
  [0, 0],
  [1, 100],
  [2, 200],
  [5, 1_600],
  [6, 3_000],
  [5_000, 3_000],
])('after %i failures the delay is %i ms', (failures, expected) => {
  expect(exponentialDelayMs(failures, 100, 3_000)).toBe(expected);
});

describe('RestartBackoff', () => {
  const second = 1_000;
  const minute = 60 * second;

  test('doubles from 1 s to 5 min', () => {
    const backoff = new RestartBackoff();
    const delays = Array.from({ length: 12 }, () => backoff.delayAfterRunMs(0) / second);
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
  });

  test('is forgotten after a run of 10 min, and not before', () => {
    const backoff = new RestartBackoff();
    const runs = [0, 0, 10 * minute - 1, 10 * minute, 0];
    expect(runs.map((ranForMs) => backoff.delayAfterRunMs(ranForMs) / second)).toEqual([1, 2, 4, 1, 2]);
  });
});
