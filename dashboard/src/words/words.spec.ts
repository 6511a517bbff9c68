import { describe, expect, it } from '@jest/globals';
import { percentWords, pluralWords, shareWords, valueWords } from './numbers.ts';
import { clockWords, spanWords, toMs } from './times.ts';

describe('words of times', () => {
  it.each([
    [-5_000, '0 s'],
    [59_999, '59 s'],
    [725_000, '12 m 5 s'],
    [3_600_000, '1 h'],
    [5 * 3_600_000 + 720_000, '5 h 12 m'],
    [76 * 3_600_000, '3 d 4 h'],
    [21.9 * 86_400_000, '21 d'],
  ])('%s ms are %s', (ms, words) => expect(spanWords(ms)).toBe(words));

  it('name the day only where it is another one', () => {
    const at = new Date(2026, 2, 14, 3, 4, 5).getTime();
    expect(clockWords(at, at + 60_000)).toBe('03:04:05');
    expect(clockWords(at, at + 86_400_000)).toBe('2026-03-14 03:04:05');
  });

  it('know no time where there is none', () => {
    expect(toMs(undefined)).toBeUndefined();
    expect(toMs('soon')).toBeUndefined();
    expect(toMs('1970-01-01T00:00:01Z')).toBe(1_000);
  });
});

describe('words of numbers', () => {
  it.each([
    [0, '0 %'],
    [0.00001, '< 0.01 %'],
    [0.0004, '0.04 %'],
    [0.0123, '1.2 %'],
    [0.376, '38 %'],
    [0.999, '99.9 %'],
    [1, '100 %'],
  ])('a share of %s is %s', (share, words) => expect(shareWords(share)).toBe(words));

  it.each([
    [0, '0'],
    [0.01234, '0.0123'],
    [512.4, '512'],
    [12_345, '12,345'],
    [1_234_567, '1.2e+6'],
  ])('%s is %s', (value, words) => expect(valueWords(value)).toBe(words));

  it('has one decimal at most in a split', () => expect(percentWords(33.333)).toBe('33.3 %'));
  it('counts', () =>
    expect([pluralWords(1, 'pod'), pluralWords(1_200, 'pod')]).toEqual(['1 pod', '1,200 pods']));
});
