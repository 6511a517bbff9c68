import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { sampleBinomial } from './distributions/binomial.ts';
import { sampleMultinomial } from './distributions/multinomial.ts';
import { samplePoisson } from './distributions/poisson.ts';

/**
 * Chance that can be repeated: the same seed gives the same draws, on every machine.
 *
 * A part of the simulation that draws by itself takes a fork of its own, so that what one part draws changes nothing for another.
 */
export interface Random {
  /** At least 0 and below 1. */
  uniform(): number;
  /** A whole number, at least 0 and below `below`. */
  integer(below: number): number;
  /** Whether something of this probability happens. */
  chance(probability: number): boolean;
  /** One of the items, each as likely as another. Throws `RangeError` when there is none. */
  pick<T>(items: readonly T[]): T;
  /** How many of `trials` succeed, each with this probability. */
  binomial(trials: number, probability: number): number;
  /** How many events there are where `mean` are expected. */
  poisson(mean: number): number;
  /** Divides `trials` among the weights at random. All weights zero: everything is zero. */
  multinomial(trials: number, weights: readonly number[]): number[];
  /** A generator of its own. The same name gives the same one, however much was drawn before. */
  fork(name: string): Random;
}

/** The generator of a seed. Its raw numbers are those of xoroshiro128+; its state is a hash of the seed, so that near seeds differ. */
export function seededRandom(seed: number | string): Random {
  return new SeededRandom(`${seed}`);
}

class SeededRandom implements Random {
  readonly #path: string;
  readonly #uniform: () => number;

  constructor(path: string) {
    this.#path = path;
    const hash = createHash('sha256').update(path).digest();
    const generator = xoroshiro128plusFromState([0, 4, 8, 12].map((offset) => hash.readInt32LE(offset)));
    this.#uniform = () => uniformFloat64(generator);
  }

  uniform(): number {
    return this.#uniform();
  }

  integer(below: number): number {
    return Math.floor(this.#uniform() * below);
  }

  chance(probability: number): boolean {
    return this.#uniform() < probability;
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('nothing to pick from');
    return items[this.integer(items.length)]!;
  }

  binomial(trials: number, probability: number): number {
    return sampleBinomial(this.#uniform, trials, probability);
  }

  poisson(mean: number): number {
    return samplePoisson(this.#uniform, mean);
  }

  multinomial(trials: number, weights: readonly number[]): number[] {
    return sampleMultinomial(this.#uniform, trials, weights);
  }

  fork(name: string): Random {
    return new SeededRandom(`${this.#path}/${name}`);
  }
}
