import type { Clock } from './clock.ts';
import { requirePositive } from './invalid-option-error.ts';

export interface TokenBucketOptions {
  perSecond: number;
  /** How many may go at once after a quiet time. */
  burst: number;
}

/**
 * Lets `perSecond` things happen on average, and `burst` of them at once.
 *
 * Guarantee: in any span of t seconds at most burst + t x perSecond tokens are granted. Uses monotonic time only, so
 * a step of the wall clock neither opens nor blocks it.
 */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #options: TokenBucketOptions;
  #tokens: number;
  #atMs: number;

  constructor(clock: Clock, options: TokenBucketOptions) {
    requirePositive('tokenBucket.perSecond', options.perSecond);
    requirePositive('tokenBucket.burst', options.burst);
    this.#clock = clock;
    this.#options = options;
    this.#tokens = options.burst;
    this.#atMs = clock.monotonic();
  }

  /** Takes a token now or one of the future, and returns how long to wait for it, in milliseconds. */
  reserve(): number {
    this.#refill();
    this.#tokens -= 1;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.#options.perSecond) * 1000;
  }

  /** Takes a token when there is one, and says so; never waits. */
  tryTake(): boolean {
    this.#refill();
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** How long until there is a token, in milliseconds; 0 when there is one. */
  get nextInMs(): number {
    this.#refill();
    return this.#tokens >= 1 ? 0 : ((1 - this.#tokens) / this.#options.perSecond) * 1000;
  }

  /** Whether nothing was taken for so long that it is as good as new. */
  get isFull(): boolean {
    this.#refill();
    return this.#tokens >= this.#options.burst;
  }

  #refill(): void {
    const nowMs = this.#clock.monotonic();
    const gained = ((nowMs - this.#atMs) / 1000) * this.#options.perSecond;
    this.#tokens = Math.min(this.#options.burst, this.#tokens + gained);
    this.#atMs = nowMs;
  }
}
