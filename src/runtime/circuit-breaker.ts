import type { Clock } from './clock.ts';
import { requireOption, requirePositive } from './invalid-option-error.ts';

/** `closed`: calls pass. `open`: none does. `half-open`: one does, to see whether the target is well again. */
export type CircuitState = 'closed' | 'open' | 'half-open';
export const circuitStates: readonly CircuitState[] = ['closed', 'half-open', 'open'];

/** The call was not made: the target failed too often just now. */
export class CircuitOpenError extends Error {
  override readonly name = 'CircuitOpenError';
  readonly reason = 'CircuitOpen';
  /** When the target is tried again, at the earliest. */
  readonly retryAfterMs: number;

  constructor(target: string, retryAfterMs: number) {
    super(`${target} failed too often and is not called for another ${Math.ceil(retryAfterMs)} ms`);
    this.retryAfterMs = retryAfterMs;
  }
}

export interface CircuitBreakerOptions {
  /** So many failures in a row open it; default 5. */
  failureThreshold?: number;
  /** How long it stays open; default 30 s. */
  openMs?: number;
  /** Which errors speak against the target; default all. A refused query says that the target is well. */
  isFailure?: (error: unknown) => boolean;
}

/**
 * Spares a sick target, and its callers the wait. One per target.
 *
 * Guarantees: after `failureThreshold` failures in a row nothing is sent for `openMs`; then one call is, and its
 * outcome closes the circuit or opens it anew; a call that was sent before the circuit changed does not change it again.
 * Errors: those of the calls, and `CircuitOpenError` for calls that were not made.
 */
export class CircuitBreaker {
  readonly target: string;
  readonly #clock: Clock;
  readonly #failureThreshold: number;
  readonly #openMs: number;
  readonly #isFailure: (error: unknown) => boolean;
  #failures = 0;
  #openUntilMs: number | undefined;
  #probing = false;
  /** Counts the changes of the circuit, so that late answers are known as such. */
  #era = 0;

  constructor(target: string, clock: Clock, options: CircuitBreakerOptions = {}) {
    this.target = target;
    this.#clock = clock;
    this.#failureThreshold = options.failureThreshold ?? 5;
    this.#openMs = options.openMs ?? 30_000;
    this.#isFailure = options.isFailure ?? (() => true);
    requireOption(
      Number.isInteger(this.#failureThreshold) && this.#failureThreshold > 0,
      'failureThreshold',
      this.#failureThreshold,
      'a whole number from 1',
    );
    requirePositive('openMs', this.#openMs);
  }

  get state(): CircuitState {
    if (this.#openUntilMs === undefined) return 'closed';
    return this.#clock.monotonic() < this.#openUntilMs ? 'open' : 'half-open';
  }

  async run<T>(call: () => Promise<T>): Promise<T> {
    const state = this.state;
    if (state === 'open' || (state === 'half-open' && this.#probing)) {
      const leftMs = (this.#openUntilMs ?? 0) - this.#clock.monotonic();
      // While a probe is under way its end is not known: a tenth of the time is soon enough to ask again.
      throw new CircuitOpenError(this.target, leftMs > 0 ? leftMs : this.#openMs / 10);
    }
    if (state === 'half-open') this.#probing = true;
    const era = this.#era;
    try {
      const answer = await call();
      this.#settled(era, false);
      return answer;
    } catch (error) {
      this.#settled(era, this.#isFailure(error));
      throw error;
    }
  }

  #settled(era: number, failed: boolean): void {
    if (era !== this.#era) return;
    this.#failures = failed ? this.#failures + 1 : 0;
    const opens = failed && (this.#probing || this.#failures >= this.#failureThreshold);
    const closes = !failed && this.#openUntilMs !== undefined;
    if (!opens && !closes) return;
    this.#era += 1;
    this.#probing = false;
    this.#openUntilMs = opens ? this.#clock.monotonic() + this.#openMs : undefined;
  }
}

/** One breaker per target, made when it is first asked for. */
export class CircuitBreakers {
  readonly #clock: Clock;
  readonly #options: CircuitBreakerOptions;
  readonly #breakers = new Map<string, CircuitBreaker>();

  constructor(clock: Clock, options: CircuitBreakerOptions = {}) {
    this.#clock = clock;
    this.#options = options;
  }

  for(target: string): CircuitBreaker {
    let breaker = this.#breakers.get(target);
    if (!breaker)
      this.#breakers.set(target, (breaker = new CircuitBreaker(target, this.#clock, this.#options)));
    return breaker;
  }

  /** The target is not configured any more. */
  forget(target: string): void {
    this.#breakers.delete(target);
  }

  /** For metrics. */
  states(): { target: string; state: CircuitState }[] {
    return Array.from(this.#breakers.values(), ({ target, state }) => ({ target, state }));
  }
}
