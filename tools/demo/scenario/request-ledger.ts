import { noVersion } from '../load/load-summary.ts';
import { isFailure, type RequestRecord } from '../load/request-record.ts';

/** What the client saw of one model version. Times are milliseconds since the epoch. */
export interface VersionCounts {
  requests: number;
  failures: number;
  /** Those of the failures that the model itself answered: an error status under the version's own name. */
  modelFailures: number;
  correct: number;
  /** When the client had the first failed answer in hand. */
  firstFailureAtMs: number | null;
  lastAnswerAtMs: number;
}

/** A failure that no model caused, for the explanation. */
export interface ForeignFailure {
  readonly atMs: number;
  readonly version: string | null;
  readonly pod: string | null;
  /** The status, or the transport's error. */
  readonly outcome: string;
  readonly detail: string | null;
}

/** The requests that were due while one part of the demo ran, by model version; those that no model answered are `none`. */
export interface LedgerEntry {
  readonly versions: Record<string, VersionCounts>;
  readonly foreignFailures: ForeignFailure[];
}

/** An error status under a version's own name is the model's; everything else is the gateway's or the network's. */
export function isModelFailure(record: RequestRecord): boolean {
  return isFailure(record) && record.error === null && record.version !== null && (record.status ?? 0) >= 500;
}

const keptForeignFailures = 20;

/** Counts requests by the part of the demo in which they were due, as the client saw them. */
export class RequestLedger {
  readonly #parts: { readonly name: string; readonly fromMs: number; readonly entry: LedgerEntry }[] = [];
  #foreign = 0;

  /** From this time on, requests belong to this part. */
  begin(part: string, fromMs: number): void {
    this.#parts.push({ name: part, fromMs, entry: { versions: {}, foreignFailures: [] } });
  }

  /** Failures of all parts that no model caused. */
  get foreignFailures(): number {
    return this.#foreign;
  }

  add(record: RequestRecord): void {
    const entry = this.#entryAt(record.startedAtMs);
    const answeredAtMs = record.startedAtMs + record.latencyMs;
    const counts = (entry.versions[record.version ?? noVersion] ??= {
      requests: 0,
      failures: 0,
      modelFailures: 0,
      correct: 0,
      firstFailureAtMs: null,
      lastAnswerAtMs: 0,
    });
    counts.requests++;
    counts.lastAnswerAtMs = Math.max(counts.lastAnswerAtMs, answeredAtMs);
    if (record.correct) counts.correct++;
    if (!isFailure(record)) return;
    counts.failures++;
    counts.firstFailureAtMs = Math.min(counts.firstFailureAtMs ?? Infinity, answeredAtMs);
    if (isModelFailure(record)) counts.modelFailures++;
    else this.#keep(entry, record, answeredAtMs);
  }

  /** What was counted for a part; empty for one that never began. */
  entry(part: string): LedgerEntry {
    return this.#parts.find(({ name }) => name === part)?.entry ?? { versions: {}, foreignFailures: [] };
  }

  #keep(entry: LedgerEntry, record: RequestRecord, atMs: number): void {
    this.#foreign++;
    if (entry.foreignFailures.length >= keptForeignFailures) return;
    const { version, pod, detail } = record;
    const outcome = record.error ?? String(record.status);
    entry.foreignFailures.push({ atMs, version, pod, outcome, detail });
  }

  /** Parts begin in order; what was due before the first one belongs to it. */
  #entryAt(atMs: number): LedgerEntry {
    const found = this.#parts.findLast(({ fromMs }) => fromMs <= atMs) ?? this.#parts[0];
    if (!found) throw new Error('a request was recorded before any part of the demo began');
    return found.entry;
  }
}
