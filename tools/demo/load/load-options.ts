import { digitRequests, type DigitRequest } from './digit-requests.ts';
import type { LoadSecond } from './load-summary.ts';
import { LoadOptionError, loadTarget } from './load-target.ts';
import type { RequestRecord } from './request-record.ts';

export interface LoadOptions {
  /** Where the gateway or server listens, for example `http://127.0.0.1:8080`. Only local addresses are accepted. */
  readonly baseUrl: string;
  /** The Host header, by which a gateway finds the route; default: the address itself. */
  readonly hostHeader?: string;
  /** Requests per second. They are sent on time, however slow the answers are (an open loop). */
  readonly ratePerSecond: number;
  /** No request is sent after this time. At most one hour. */
  readonly durationMs: number;
  /** No more requests than this; default 1,000,000. */
  readonly maxRequests?: number;
  /** Default: digits. */
  readonly modelName?: string;
  /** Connections that are kept open; default 32. */
  readonly connections?: number;
  /** Requests that may wait for their answers at once; one that is due beyond that is not sent. Default 1,000. */
  readonly maxInFlight?: number;
  /** A request without an answer for this long fails as `timeout`; default 10 s. */
  readonly requestTimeoutMs?: number;
  /** What to send, in turn; default: the digits data set. */
  readonly requests?: readonly DigitRequest[];
  readonly onRecord?: (record: RequestRecord) => void;
  /** Called once a second while the load runs, and once at its end. */
  readonly onSecond?: (second: LoadSecond) => void;
}

/** Options that were checked, with the defaults filled in. */
export interface CheckedLoadOptions extends Required<Omit<LoadOptions, 'baseUrl' | 'hostHeader'>> {
  readonly target: URL;
  readonly hostHeader: string | undefined;
}

const longestMs = 3_600_000;
const highestRate = 5_000;

/** Checks the options and fills in the defaults; throws `LoadOptionError` when they cannot be used. */
export function checkLoadOptions(options: LoadOptions): CheckedLoadOptions {
  const requests = options.requests ?? digitRequests();
  if (requests.length === 0) throw new LoadOptionError('requests', requests, 'at least one request');
  return {
    target: loadTarget(options.baseUrl),
    hostHeader: options.hostHeader,
    ratePerSecond: within('ratePerSecond', options.ratePerSecond, highestRate),
    durationMs: within('durationMs', options.durationMs, longestMs),
    maxRequests: within('maxRequests', options.maxRequests ?? 1e6, 1e7),
    modelName: options.modelName ?? 'digits',
    connections: within('connections', options.connections ?? 32, 1_000),
    maxInFlight: within('maxInFlight', options.maxInFlight ?? 1_000, 10_000),
    requestTimeoutMs: within('requestTimeoutMs', options.requestTimeoutMs ?? 10_000, longestMs),
    requests,
    onRecord: options.onRecord ?? (() => {}),
    onSecond: options.onSecond ?? (() => {}),
  };
}

function within(option: string, value: number, highest: number): number {
  if (!(value > 0 && value <= highest))
    throw new LoadOptionError(option, value, `a number above 0, at most ${highest}`);
  return value;
}
