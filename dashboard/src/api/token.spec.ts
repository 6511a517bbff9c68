import { describe, expect, it } from '@jest/globals';
import { tokenIn } from './token.ts';

describe('a token as people paste it', () => {
  it.each([
    ['eyJh.b-c_d.e', 'eyJh.b-c_d.e'],
    ['  "eyJh.b"\n', 'eyJh.b'],
    ['Bearer eyJh.b', 'eyJh.b'],
    ['authorization: bearer eyJh.b', 'eyJh.b'],
    ['', undefined],
    ['two words', undefined],
    ['schlüssel', undefined],
  ])('%j is %j', (text, token) => expect(tokenIn(text)).toBe(token));
});
