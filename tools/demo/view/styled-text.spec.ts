import { describe, expect, it } from '@jest/globals';
import { clean, clock, count, paint, plain, seconds, styled, wrap } from './styled-text.ts';

describe('paint', () => {
  it('writes codes only with colours, and never into the width', () => {
    const line = [styled('bad', 'ab'), plain('cd')];
    expect(paint(line, 10, false)).toBe('abcd');
    expect(paint(line, 10, true)).toBe('\u001b[31mab\u001b[0mcd');
    expect(paint(line, 4, true)).toBe('\u001b[31mab\u001b[0mcd');
  });

  it.each([
    [4, 'abcd'],
    [3, 'ab…'],
    [2, 'a…'],
    [1, '…'],
    [0, ''],
  ])('cuts to %d characters', (width, expected) => {
    expect(paint([plain('ab'), plain('cd')], width, false)).toBe(expected);
  });

  it('counts characters, not code units', () => {
    expect(paint([plain('😀😀😀')], 2, false)).toBe('😀…');
  });
});

describe('wrap', () => {
  it('breaks at spaces, and leaves the rest to the last line', () => {
    expect(wrap('one two three four', 8, 3)).toEqual(['one two', 'three', 'four']);
    expect(wrap('one two three four', 8, 2)).toEqual(['one two', 'three four']);
    expect(wrap('short', 8, 3)).toEqual(['short']);
  });

  it('cuts a word that is longer than a line', () => {
    expect(wrap('abcdefgh ij', 4, 3)).toEqual(['abcd', 'efgh', 'ij']);
  });
});

it('takes control characters out of what the cluster says', () => {
  expect(clean('a\u001b[2Jb\n\tc\r')).toBe('a [2Jb c');
});

it.each([
  [0, '0'],
  [999, '999'],
  [1_000, '1,000'],
  [1_234_567, '1,234,567'],
])('counts %d as %s', (value, expected) => {
  expect(count(value)).toBe(expected);
});

it('tells time', () => {
  expect([clock(0), clock(65_400), clock(-1)]).toEqual(['0:00', '1:05', '0:00']);
  expect(seconds(12_340)).toBe('12.3 s');
});
