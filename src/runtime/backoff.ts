import { requireOption, requirePositive } from './invalid-option-error.ts';

/** A source of numbers in [0, 1), injected so that tests repeat. */
export type Random = () => number;

export interface BackoffOptions {
  /** The first delay. */
  initialMs: number;
  /** No delay is longer than this. */
  capMs: number;
  /** The part of each delay, from 0 to 1, that is taken by chance, so that failures in step do not retry in step. */
  jitter: number;
}

/**
 * How long to wait after so many failures in a row (counted from 1): the delay doubles with each failure up to the
 * cap, and the last `jitter` part of it is random. So it lies between (1 - jitter) of the doubled delay and all of it.
 */
export function backoffDelayMs(failures: number, options: BackoffOptions, random: Random): number {
  // 2 ** 1023 is still a number; more failures than that change nothing.
  const doublings = Math.min(Math.max(1, failures) - 1, 1000);
  const fullMs = Math.min(options.capMs, options.initialMs * 2 ** doublings);
  return fullMs * (1 - options.jitter * random());
}

/** Refuses what cannot work; `field` is the name of the options in messages. */
export function checkBackoffOptions(field: string, options: BackoffOptions): void {
  requirePositive(`${field}.initialMs`, options.initialMs);
  requirePositive(`${field}.capMs`, options.capMs);
  requireOption(
    options.capMs >= options.initialMs,
    `${field}.capMs`,
    options.capMs,
    `at least initialMs (${options.initialMs})`,
  );
  requireOption(options.jitter >= 0 && options.jitter <= 1, `${field}.jitter`, options.jitter, '0 to 1');
}

/** The backoff of one thing that is tried again and again: counts its failures in a row. */
export class Backoff {
  readonly #options: BackoffOptions;
  readonly #random: Random;
  #failures = 0;

  constructor(options: BackoffOptions, random: Random = Math.random) {
    checkBackoffOptions('backoff', options);
    this.#options = options;
    this.#random = random;
  }

  get failures(): number {
    return this.#failures;
  }

  /** Counts one more failure and returns the delay that follows it, in milliseconds. */
  next(): number {
    this.#failures += 1;
    return backoffDelayMs(this.#failures, this.#options, this.#random);
  }

  reset(): void {
    this.#failures = 0;
  }
}
