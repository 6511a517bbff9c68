import { describe, expect, it } from '@jest/globals';
import { InvalidDurationError, formatDuration, parseDuration } from './duration.ts';

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['0s', 0],
    ['10s', 10_000],
    ['2m', 120_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['0.5ms', 1],
    ['1m1s1ms', 61_001],
    ['30m1h', 5_400_000],
  ])('%s is %d ms', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it.each(['', '10', 's', '-1s', '+1s', '1 s', '1d', '1us', '1h30', '1e3s', '.5s', '1s\n', '1.2345s'])(
    'refuses %j, saying what is accepted',
    (text) => {
      expect(() => parseDuration(text)).toThrow(InvalidDurationError);
      expect(() => parseDuration(text)).toThrow('such as "500ms"');
    },
  );
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [500, '500ms'],
    [60_000, '1m'],
    [5_400_000, '1h30m'],
    [3_600_001, '1h1ms'],
    [172_800_000, '48h'],
  ])('%d ms is %s', (durationMs, expected) => {
    expect(formatDuration(durationMs)).toBe(expected);
  });
});
