import type { Clock } from '../../runtime/clock.ts';
import { TokenBucket, type TokenBucketOptions } from '../../runtime/token-bucket.ts';
import { ProblemError } from './problem.ts';

/** So many callers are remembered; who was quiet longest is forgotten first, and begins with a full bucket. */
const mostCallers = 5_000;

/** How often each caller may ask. */
export class RateLimit {
  readonly #clock: Clock;
  readonly #options: TokenBucketOptions;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(clock: Clock, options: TokenBucketOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  /** Throws where a caller asks too often. */
  take(caller: string): void {
    const bucket = this.#buckets.get(caller) ?? new TokenBucket(this.#clock, this.#options);
    this.#buckets.delete(caller);
    this.#buckets.set(caller, bucket);
    const [quietest] = this.#buckets.keys();
    if (this.#buckets.size > mostCallers && quietest !== undefined) this.#buckets.delete(quietest);
    if (bucket.tryTake()) return;
    const retryAfterSeconds = Math.ceil(1 / this.#options.perSecond);
    throw new ProblemError('tooManyRequests', 'too many requests in a short time', ['Wait a moment.'], {
      retryAfterSeconds,
    });
  }
}
