import { describe, expect, it } from '@jest/globals';
import { oneRequestRejects } from './error-budget.ts';
import { failAlternatives } from './risk-ratio.ts';

describe('a budget of errors', () => {
  it('is not used up by a single request, up to the largest that the API accepts', () => {
    expect(oneRequestRejects(failAlternatives, 0.01)).toBe(false);
    expect(oneRequestRejects(failAlternatives, 0.05)).toBe(false);
    expect(oneRequestRejects(failAlternatives, 0.1)).toBe(true);
  });
});
