import { describe, expect, it } from '@jest/globals';
import { linearFit } from './linear-fit.ts';

describe('a straight line', () => {
  it('goes through points that lie on one, without an error', () => {
    const fit = linearFit([0, 1, 2, 5].map((x) => ({ x, y: 3 - 2 * x })));
    expect(fit.slope).toBeCloseTo(-2);
    expect(fit.intercept).toBeCloseTo(3);
    expect(fit.slopeError).toBeCloseTo(0);
  });

  it('says how sure its slope is', () => {
    // By hand: means 1.5 and 1, sum of squares of x 5, of the residuals 0.8, so that the variance is 0.8 / 2 / 5.
    const fit = linearFit([0, 1, 1, 2].map((y, x) => ({ x, y })));
    expect(fit.slope).toBeCloseTo(0.6);
    expect(fit.slopeError).toBeCloseTo(Math.sqrt(0.2 / 2 / 5));
  });

  it('needs two different x', () => {
    expect(() =>
      linearFit([
        { x: 1, y: 1 },
        { x: 1, y: 2 },
      ]),
    ).toThrow('two points');
    expect(() => linearFit([])).toThrow('two points');
  });
});
