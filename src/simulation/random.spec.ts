import { describe, expect, it } from '@jest/globals';
import { seededRandom, type Random } from './random.ts';

const draws = (random: Random, count: number, draw: (random: Random) => number): number[] =>
  Array.from({ length: count }, () => draw(random));

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
const variance = (values: readonly number[]): number => {
  const average = mean(values);
  return mean(values.map((x) => (x - average) ** 2));
};

/** Within six standard errors of what is expected, so that it fails once in a billion seeds, and the seed is fixed. */
function expectMoments(values: readonly number[], expected: number, spread: number): void {
  expect(Math.abs(mean(values) - expected)).toBeLessThan(6 * Math.sqrt(spread / values.length));
  expect(variance(values) / spread).toBeGreaterThan(0.9);
  expect(variance(values) / spread).toBeLessThan(1.1);
}

/** Chi-square statistic of counts against probabilities; bins of a small expectation are joined. */
function chiSquare(values: readonly number[], massOf: (value: number) => number, upTo: number) {
  let [statistic, degrees, observed, expected] = [0, -1, 0, 0];
  for (let value = 0; value <= upTo; value += 1) {
    observed += values.filter((x) => x === value).length;
    expected += massOf(value) * values.length;
    if (expected < 20) continue;
    statistic += (observed - expected) ** 2 / expected;
    degrees += 1;
    [observed, expected] = [0, 0];
  }
  return { statistic, degrees };
}

/** Six standard deviations above the mean of the chi-square distribution. */
const bound = (degrees: number): number => degrees + 6 * Math.sqrt(2 * degrees);

const logChoose = (n: number, k: number): number => {
  let sum = 0;
  for (let i = 1; i <= k; i += 1) sum += Math.log(n - k + i) - Math.log(i);
  return sum;
};

describe('a seeded generator', () => {
  it('gives the same numbers for the same seed, on every machine', () => {
    const uniforms = draws(seededRandom(1), 3, (random) => random.uniform());
    expect(uniforms).toEqual(draws(seededRandom(1), 3, (random) => random.uniform()));
    expect(draws(seededRandom('1'), 3, (random) => random.uniform())).toEqual(uniforms);
    expect(seededRandom(1).integer(1_000_000)).toBe(308_166);
    expect(seededRandom(1).binomial(1000, 0.3)).toBe(292);
    expect(seededRandom(1).poisson(1000)).toBe(982);
  });

  it('gives other numbers for another seed', () => {
    expect(seededRandom(1).uniform()).not.toBe(seededRandom(2).uniform());
  });

  it('a fork depends on its name only, not on what was drawn', () => {
    const random = seededRandom(7);
    const before = random.fork('traffic').uniform();
    random.uniform();
    expect(random.fork('traffic').uniform()).toBe(before);
    expect(random.fork('metrics').uniform()).not.toBe(before);
    expect(random.fork('traffic').fork('a').uniform()).not.toBe(before);
  });

  it('spreads evenly over its range', () => {
    const random = seededRandom(3);
    const integers = draws(random, 20_000, () => random.integer(10));
    const { statistic, degrees } = chiSquare(integers, () => 0.1, 9);
    expect(statistic).toBeLessThan(bound(degrees));
    expect(new Set(draws(random, 200, () => random.pick([1, 2, 3])))).toEqual(new Set([1, 2, 3]));
    expect(() => random.pick([])).toThrow(RangeError);
  });
});

describe('a binomial number', () => {
  it.each([
    [1, 0.5],
    [5, 0.9],
    [20, 0.05],
    [30, 0.4],
    [100, 0.5],
    [1000, 0.011],
    [1000, 0.7],
  ])('of %d trials at %d is distributed as it should be', (trials, probability) => {
    const random = seededRandom(`binomial ${trials} ${probability}`);
    const values = draws(random, 20_000, () => random.binomial(trials, probability));
    const mass = (k: number) =>
      Math.exp(logChoose(trials, k) + k * Math.log(probability) + (trials - k) * Math.log1p(-probability));
    const { statistic, degrees } = chiSquare(values, mass, trials);
    expect(statistic).toBeLessThan(bound(degrees));
    expectMoments(values, trials * probability, trials * probability * (1 - probability));
  });

  it('stays within its trials, and is sure where the outcome is', () => {
    const random = seededRandom(4);
    expect(random.binomial(0, 0.5)).toBe(0);
    expect(random.binomial(10, 0)).toBe(0);
    expect(random.binomial(10, 1)).toBe(10);
    const values = draws(random, 1000, () => random.binomial(1e6, 1e-7));
    expect(Math.max(...values)).toBeLessThan(10);
  });
});

describe('a Poisson number', () => {
  it.each([0.3, 5, 9.9, 10, 50, 800])('of mean %d is distributed as it should be', (lambda) => {
    const random = seededRandom(`poisson ${lambda}`);
    const values = draws(random, 20_000, () => random.poisson(lambda));
    let mass = Math.exp(-lambda);
    const masses = Array.from({ length: Math.ceil(lambda + 10 * Math.sqrt(lambda) + 10) }, (_, k) => {
      if (k > 0) mass *= lambda / k;
      return mass;
    });
    // exp(-800) is no number: there the moments speak alone.
    if (lambda < 700) {
      const { statistic, degrees } = chiSquare(values, (k) => masses[k]!, masses.length - 1);
      expect(statistic).toBeLessThan(bound(degrees));
    }
    expectMoments(values, lambda, lambda);
  });

  it('of mean 0 is 0', () => {
    expect(seededRandom(1).poisson(0)).toBe(0);
  });
});

describe('a division by weights', () => {
  it('gives everything out, by the weights, and nothing to weight 0', () => {
    const random = seededRandom(5);
    const [first, second, third] = random.multinomial(100_000, [900, 0, 100]);
    expect(first! + third!).toBe(100_000);
    expect(second).toBe(0);
    expect(Math.abs(third! - 10_000)).toBeLessThan(6 * Math.sqrt(100_000 * 0.9 * 0.1));
  });

  it('gives nothing out when nothing has weight', () => {
    expect(seededRandom(5).multinomial(10, [0, 0])).toEqual([0, 0]);
    expect(seededRandom(5).multinomial(10, [])).toEqual([]);
  });
});
