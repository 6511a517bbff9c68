/** What one arm gained in one interval. */
export interface Counts {
  /** Whole requests. */
  requests: number;
  /** Those of them that were bad: failed, or too slow. */
  bad: number;
}

/** What both arms gained between two scrapes. */
export interface Interval {
  candidate: Counts;
  stable: Counts;
}

/**
 * The counts of an arm, fit for computing. More bad requests than requests, which two counters can show that were not
 * read at the same moment, are as many as there were requests.
 *
 * @throws RangeError for what is no count: one such number would spoil the state of a test for good.
 */
export function checkedCounts({ requests, bad }: Counts, arm: string): Counts {
  for (const [field, value] of Object.entries({ requests, bad })) {
    if (!Number.isFinite(value) || value < 0) {
      throw new RangeError(`${arm}.${field} is ${value}: accepted are finite counts from 0`);
    }
  }
  return { requests, bad: Math.min(bad, requests) };
}
