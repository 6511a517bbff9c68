import { LatencyHistogram } from './latency-histogram.ts';
import { isFailure, type RequestRecord } from './request-record.ts';

/** What the requests of one model version came to. Times are milliseconds since the epoch. */
export interface VersionSummary {
  readonly requests: number;
  readonly failures: number;
  readonly correct: number;
  /** How often each outcome occurred: by status code, or by error where there was no answer. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly firstFailure: FailureSample | null;
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number };
}

/** The first failed request, with what was answered. */
export interface FailureSample {
  readonly atMs: number;
  readonly outcome: string;
  readonly detail: string | null;
}

/** The key of requests whose answer names no model version: the gateway answered, or nobody did. */
export const noVersion = 'none';

/** Counts of requests by model version. */
export interface LoadCounts {
  readonly requests: number;
  readonly failures: number;
  readonly correct: number;
  readonly versions: Readonly<Record<string, VersionSummary>>;
}

/** What happened since the last report, and so far. */
export interface LoadSecond {
  readonly elapsedMs: number;
  /** Requests that ended since the last call. */
  readonly last: LoadCounts;
  /** All requests that ended so far. */
  readonly total: LoadCounts;
}

/** Adds up records as they come. */
export class LoadTally {
  private readonly versions = new Map<string, VersionTally>();

  add(record: RequestRecord): void {
    const key = record.version ?? noVersion;
    let tally = this.versions.get(key);
    if (!tally) this.versions.set(key, (tally = new VersionTally(record.startedAtMs)));
    tally.add(record);
  }

  counts(): LoadCounts {
    const summaries = [...this.versions]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, tally]) => [key, tally.summary()] as const);
    const sum = (field: 'requests' | 'failures' | 'correct') =>
      summaries.reduce((total, [, summary]) => total + summary[field], 0);
    return {
      requests: sum('requests'),
      failures: sum('failures'),
      correct: sum('correct'),
      versions: Object.fromEntries(summaries),
    };
  }
}

class VersionTally {
  private requests = 0;
  private failures = 0;
  private correct = 0;
  private readonly outcomes: Record<string, number> = {};
  private firstAtMs: number;
  private lastAtMs: number;
  private firstFailure: FailureSample | null = null;
  private readonly latencies = new LatencyHistogram();

  constructor(startedAtMs: number) {
    this.firstAtMs = startedAtMs;
    this.lastAtMs = startedAtMs;
  }

  add(record: RequestRecord): void {
    const { startedAtMs } = record;
    const outcome = record.error ?? String(record.status);
    this.requests++;
    this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
    this.latencies.add(record.latencyMs);
    // Requests end in another order than they start in.
    this.firstAtMs = Math.min(this.firstAtMs, startedAtMs);
    this.lastAtMs = Math.max(this.lastAtMs, startedAtMs);
    if (record.correct) this.correct++;
    if (!isFailure(record)) return;
    this.failures++;
    if (!this.firstFailure || startedAtMs < this.firstFailure.atMs) {
      this.firstFailure = { atMs: startedAtMs, outcome, detail: record.detail };
    }
  }

  summary(): VersionSummary {
    const quantile = (share: number) => Number(this.latencies.quantileMs(share).toFixed(2));
    return {
      requests: this.requests,
      failures: this.failures,
      correct: this.correct,
      outcomes: { ...this.outcomes },
      firstAtMs: this.firstAtMs,
      lastAtMs: this.lastAtMs,
      firstFailure: this.firstFailure,
      latencyMs: { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) },
    };
  }
}
