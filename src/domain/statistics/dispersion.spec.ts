import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../simulation/random.ts';
import { dispersion } from './dispersion.ts';

/** Two halves of equal size in each interval. */
const halves = (rows: readonly (readonly [number, number])[]) =>
  rows.map((row) => row.map((bad) => ({ requests: 100, bad })));

describe('dispersion', () => {
  it('has the known value', () => {
    // Golden value from an independent computation in another language.
    const rows = halves([
      [5, 3],
      [0, 4],
      [9, 2],
      [1, 1],
      [6, 8],
      [0, 0],
      [12, 3],
    ]);
    expect(dispersion(rows)).toBeCloseTo(2.851852, 6);
  });

  it('is never below 1, and 1 where there is nothing to see', () => {
    expect(dispersion([])).toBe(1);
    expect(dispersion(halves([[0, 0]]))).toBe(1);
    expect(dispersion(halves([[4, 4]]))).toBe(1);
    expect(dispersion([[{ requests: 0, bad: 0 }], [{ requests: 9, bad: 3 }]])).toBe(1);
  });

  it('finds bursts of five under a base rate that drifts', () => {
    const random = seededRandom(1);
    const rows = Array.from({ length: 2000 }, (_, look) =>
      [0, 1].map(() => ({
        requests: 5000,
        bad: 5 * random.poisson(4 * (1 + 0.8 * Math.sin(look / 20))),
      })),
    );
    // Bursts of a fixed size b have a dispersion of b.
    expect(dispersion(rows)).toBeGreaterThan(4.4);
    expect(dispersion(rows)).toBeLessThan(5.6);
  });
});
