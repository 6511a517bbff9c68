import { describe, expect, it } from '@jest/globals';
import { lnRejection, oneRequestRejects, passesOneWay } from './error-budget.ts';
import { failAlternatives } from './risk-ratio.ts';

describe('a budget of errors', () => {
  it('is divided between the ways to pass', () => {
    const half = lnRejection(0.025);
    expect(passesOneWay([half, -5], 0.05)).toBe(true);
    expect(passesOneWay([-5, half - 1e-9], 0.05)).toBe(false);
    expect(passesOneWay([lnRejection(0.05)], 0.05)).toBe(true);
    expect(passesOneWay([], 0.05)).toBe(false);
  });

  it('is not used up by a single request at the defaults', () => {
    expect(oneRequestRejects(failAlternatives, 0.01)).toBe(false);
    expect(oneRequestRejects(failAlternatives, 0.05)).toBe(false);
    expect(oneRequestRejects(failAlternatives, 0.1)).toBe(true);
  });
});
