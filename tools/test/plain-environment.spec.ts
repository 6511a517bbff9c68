import { isContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';

describe('the environment of tests', () => {
  it('has no layer of interceptors before its global object', () => {
    expect(isContext(globalThis)).toBe(true);
  });
});
