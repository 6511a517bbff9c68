import { ClusterError } from '../../kubernetes/cluster-error.ts';
import type { Random } from '../random.ts';

export type RequestVerb =
  'get' | 'list' | 'watch' | 'create' | 'apply' | 'patch' | 'replace' | 'delete' | 'evict';

/** A request as it leaves a client. */
export interface SentRequest {
  verb: RequestVerb;
  kind: string;
  /** `namespace/name`; empty for lists and watches. */
  key: string;
  subresource?: 'status' | 'scale';
  dryRun: boolean;
}

/** Reads and dry runs change nothing. */
export const isWrite = ({ verb, dryRun }: SentRequest): boolean =>
  !dryRun && verb !== 'get' && verb !== 'list' && verb !== 'watch';

export type Fault =
  /** The server answers so, and does nothing. */
  | { kind: 'refused'; error: ClusterError }
  /** No answer comes; after `afterMs` the client gives up. Whether it was done nobody tells it. */
  | { kind: 'lost'; done: boolean; afterMs: number };

/** What happens between one client and the API server. Asked anew for each request, so that it may change at any time. */
export interface FaultPlan {
  /** Until the request arrives. */
  latencyMs(request: SentRequest): number;
  fault(request: SentRequest): Fault | undefined;
  /** How much later than it happened an event of a watch arrives; the order stays. */
  watchLagMs(kind: string): number;
  /** When a watch that is opened now breaks; undefined for never. */
  watchBreaksAfterMs(kind: string): number | undefined;
}

/** A network and a server without faults. */
export const noFaults: FaultPlan = {
  latencyMs: () => 0,
  fault: () => undefined,
  watchLagMs: () => 0,
  watchBreaksAfterMs: () => undefined,
};

/** How often what happens: probabilities for each request, 0 to 1, and longest times. */
export interface FaultRates {
  conflict: number;
  throttled: number;
  serverError: number;
  /** Timeouts; half of the writes were done. */
  lost: number;
  latencyMs: number;
  watchLagMs: number;
  /** For each watch that is opened. */
  watchBreaks: number;
  watchBreaksWithinMs: number;
}

export const noRates: FaultRates = {
  conflict: 0,
  throttled: 0,
  serverError: 0,
  lost: 0,
  latencyMs: 0,
  watchLagMs: 0,
  watchBreaks: 0,
  watchBreaksWithinMs: 60_000,
};

const giveUpMs = 3000;

/** Faults by chance, from one generator: the same draws give the same faults. The rates may be changed at any time. */
export class RandomFaults implements FaultPlan {
  rates: FaultRates;
  readonly #random: Random;

  constructor(random: Random, rates: Partial<FaultRates> = {}) {
    this.#random = random;
    this.rates = { ...noRates, ...rates };
  }

  latencyMs(): number {
    return this.#upTo(this.rates.latencyMs);
  }

  watchLagMs(): number {
    return this.#upTo(this.rates.watchLagMs);
  }

  watchBreaksAfterMs(): number | undefined {
    const { watchBreaks, watchBreaksWithinMs } = this.rates;
    return this.#random.chance(watchBreaks) ? this.#upTo(watchBreaksWithinMs) : undefined;
  }

  fault(request: SentRequest): Fault | undefined {
    const { conflict, throttled, serverError, lost } = this.rates;
    const drawn = this.#random.uniform();
    let limit = 0;
    const falls = (rate: number) => drawn < (limit += rate);
    if (falls(isWrite(request) ? conflict : 0))
      return refused('conflict', 409, 'the object has been modified');
    if (falls(throttled)) {
      const retryAfterMs = 1000 * (1 + this.#random.integer(5));
      return refused('throttled', 429, 'too many requests', retryAfterMs);
    }
    if (falls(serverError)) return refused('serverError', 500, 'etcdserver: request timed out');
    if (falls(lost)) return { kind: 'lost', done: this.#random.chance(0.5), afterMs: giveUpMs };
    return undefined;
  }

  #upTo(longestMs: number): number {
    return longestMs === 0 ? 0 : Math.floor(this.#random.uniform() * (longestMs + 1));
  }
}

export const refused = (
  kind: 'conflict' | 'throttled' | 'serverError',
  status: number,
  message: string,
  retryAfterMs?: number,
): Fault => ({ kind: 'refused', error: new ClusterError(kind, message, { status, retryAfterMs }) });
