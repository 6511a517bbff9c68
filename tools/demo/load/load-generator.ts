import type { DigitRequest } from './digit-requests.ts';
import { InferenceClient } from './inference-client.ts';
import { checkLoadOptions, type CheckedLoadOptions, type LoadOptions } from './load-options.ts';
import { LoadTally, type LoadCounts } from './load-summary.ts';

/** The whole run; plain data, ready for JSON. */
export interface LoadSummary extends LoadCounts {
  readonly url: string;
  readonly hostHeader: string | null;
  readonly ratePerSecond: number;
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** Requests that were due but not sent, because `maxInFlight` others had no answer yet. */
  readonly notSent: number;
}

/** A load that is running. */
export interface Load {
  /** Ends the load; the requests in flight are waited for. The same promise as `done`. */
  stop(): Promise<LoadSummary>;
  readonly done: Promise<LoadSummary>;
}

/** How many requests are due after this time: the first one at once, then at even distances. */
export function dueRequests(elapsedMs: number, ratePerSecond: number): number {
  return Math.floor((elapsedMs * ratePerSecond) / 1_000) + 1;
}

/** Starts to send; throws `LoadOptionError` when the options cannot be used. */
export function startLoad(options: LoadOptions): Load {
  return new LoadRun(checkLoadOptions(options));
}

class LoadRun implements Load {
  readonly done: Promise<LoadSummary>;
  private readonly options: CheckedLoadOptions;
  private readonly client: InferenceClient;
  private readonly startedAtMs = Date.now();
  private readonly startedMs = performance.now();
  private readonly total = new LoadTally();
  private last = new LoadTally();
  private readonly inFlight = new Set<Promise<void>>();
  private due = 0;
  private notSent = 0;
  private callbackError: { readonly error: unknown } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly seconds: NodeJS.Timeout;
  private endSending!: () => void;

  constructor(options: CheckedLoadOptions) {
    this.options = options;
    this.client = new InferenceClient(options);
    const sendingEnded = new Promise<void>((resolve) => (this.endSending = resolve));
    this.done = sendingEnded.then(() => this.finish());
    this.seconds = setInterval(() => this.reportSecond(), 1_000);
    this.pace();
  }

  stop(): Promise<LoadSummary> {
    clearTimeout(this.timer);
    this.endSending();
    return this.done;
  }

  private elapsedMs(): number {
    return performance.now() - this.startedMs;
  }

  /** Sends what is due by now and sleeps until the next one is. */
  private pace(): void {
    const { ratePerSecond, durationMs, maxRequests } = this.options;
    const nowMs = this.elapsedMs();
    const target = Math.min(dueRequests(Math.min(nowMs, durationMs), ratePerSecond), maxRequests);
    const dueAtMs = () => (this.due * 1_000) / ratePerSecond;
    while (this.due < target) {
      this.sendOne(nowMs - dueAtMs());
      this.due++;
    }
    if (nowMs >= durationMs || this.due >= maxRequests) this.endSending();
    else this.timer = setTimeout(() => this.pace(), Math.max(1, dueAtMs() - this.elapsedMs()));
  }

  private sendOne(lateMs: number): void {
    const { requests, maxInFlight, onRecord } = this.options;
    if (this.inFlight.size >= maxInFlight) {
      this.notSent++;
      return;
    }
    const request = requests[this.due % requests.length] as DigitRequest;
    const sent: Promise<void> = this.client.send(request, lateMs).then((record) => {
      this.inFlight.delete(sent);
      this.total.add(record);
      this.last.add(record);
      this.guard(() => onRecord(record));
    });
    this.inFlight.add(sent);
  }

  private reportSecond(): void {
    const { last } = this;
    this.last = new LoadTally();
    const second = { elapsedMs: this.elapsedMs(), last: last.counts(), total: this.total.counts() };
    this.guard(() => this.options.onSecond(second));
  }

  /** An error of the caller's callback ends the load and becomes the error of `done`. */
  private guard(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      this.callbackError ??= { error };
      clearTimeout(this.timer);
      this.endSending();
    }
  }

  private async finish(): Promise<LoadSummary> {
    await Promise.all(this.inFlight);
    clearInterval(this.seconds);
    this.reportSecond();
    await this.client.close();
    if (this.callbackError) throw this.callbackError.error;
    const { target, hostHeader, ratePerSecond } = this.options;
    return {
      url: target.href,
      hostHeader: hostHeader ?? null,
      ratePerSecond,
      startedAtMs: this.startedAtMs,
      durationMs: Math.round(this.elapsedMs()),
      notSent: this.notSent,
      ...this.total.counts(),
    };
  }
}
