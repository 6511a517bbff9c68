import type { Clock } from './clock.ts';
import { FairLanes, type Lane, lanes } from './fair-lanes.ts';
import { currentReconcile } from './reconcile-context.ts';
import { TokenBucket, type TokenBucketOptions } from './token-bucket.ts';

/** What a caller is told who waits: go, or the time when it gave up. */
interface Turn {
  lane: Lane;
  sinceMs: number;
  /** Gives the turn; false when the caller has given up and needs none. */
  go: () => boolean;
}

/** Told how long each request waited, for metrics. Must not throw. */
export type RequestLimitObserver = (wait: { lane: Lane; waitedMs: number }) => void;

/**
 * How many requests this process sends to the API server: a rate over all, and whose turn it is when more are wanted.
 *
 * Flow: `turn` right before a request. The pass that asks is known from its context: what is urgent goes first, so that a rollback overtakes
 * a resync, and within a lane namespaces take turns (law 17: `FairLanes`); what belongs to no pass is background work.
 * Guarantees: at most burst + t x perSecond turns in t seconds; nobody waits for ever; one that gives up takes no token.
 * Errors: `turn` rejects with the reason of its signal, and with nothing else.
 */
export class RequestLimit {
  readonly #clock: Clock;
  readonly #bucket: TokenBucket;
  readonly #observer: RequestLimitObserver;
  readonly #waiting = new FairLanes<Turn>(groupOf);
  #numbered = 0;
  #timed = false;

  constructor(clock: Clock, rate: TokenBucketOptions, observer: RequestLimitObserver = () => {}) {
    this.#clock = clock;
    this.#bucket = new TokenBucket(clock, rate);
    this.#observer = observer;
  }

  /** Resolves when one request may be sent. */
  async turn(signal?: AbortSignal): Promise<void> {
    const { key = '', lane = leastUrgent } = currentReconcile() ?? {};
    if (this.#waiting.size === 0 && this.#bucket.tryTake()) return this.#observer({ lane, waitedMs: 0 });
    await new Promise<void>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const giveUp = () => reject(signal?.reason);
      signal?.addEventListener('abort', giveUp, { once: true });
      const go = () => {
        if (signal?.aborted) return false;
        signal?.removeEventListener('abort', giveUp);
        resolve();
        return true;
      };
      this.#numbered += 1;
      this.#waiting.add(`${key}#${this.#numbered}`, lane, { lane, sinceMs: this.#clock.monotonic(), go });
      this.#serveLater();
    });
  }

  #serveLater(): void {
    if (this.#timed || this.#waiting.size === 0) return;
    this.#timed = true;
    // Never 0: a timer may fire a fraction too early, and the next one must not be a busy loop.
    this.#clock.after(Math.max(1, this.#bucket.nextInMs), () => {
      this.#timed = false;
      this.#serve();
      this.#serveLater();
    });
  }

  #serve(): void {
    while (this.#waiting.size > 0 && this.#bucket.nextInMs === 0) {
      const [, turn] = this.#waiting.take()!;
      if (!turn.go()) continue;
      this.#bucket.tryTake();
      this.#observer({ lane: turn.lane, waitedMs: this.#clock.monotonic() - turn.sinceMs });
    }
  }
}

const leastUrgent = lanes.at(-1)!;

const groupOf = (numbered: string): string => numbered.slice(0, Math.max(0, numbered.indexOf('/')));
