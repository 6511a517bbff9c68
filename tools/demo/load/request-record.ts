/** What became of one request, as its client saw it. */
export interface RequestRecord {
  /** When it was due, in milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** From when it was due to the end of its answer: time spent waiting for a free connection counts. */
  readonly latencyMs: number;
  /** The HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** Why there was no answer, or none that could be read: `ECONNREFUSED`, `timeout`, `unreadable answer`, ... */
  readonly error: string | null;
  /** Which model version answered, an error too; null when the answer does not say: then no model gave it. */
  readonly version: string | null;
  /** Which pod answered, where the server says so. */
  readonly pod: string | null;
  /** Whether the digit was right; null without a readable answer. */
  readonly correct: boolean | null;
  /** The start of an error's body, for people. */
  readonly detail: string | null;
}

/** A request fails when it gets no answer, no readable one, or one whose status is not of the 2xx. */
export function isFailure(record: RequestRecord): boolean {
  return record.error !== null || record.status === null || record.status < 200 || record.status > 299;
}
