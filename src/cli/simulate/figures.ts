import { formatDuration } from '../../api/duration.ts';
import { badByModel, badOf, badOtherwise, type Served, slowerThan } from '../../simulation/traffic/ledger.ts';

/** Virtual time as minutes, seconds and tenths: `1:04.7`, and with hours `2:01:04.7`. */
export function clockTime(ms: number): string {
  const tenths = Math.round(ms / 100);
  const hours = Math.floor(tenths / 36_000);
  const minutes = Math.floor((tenths % 36_000) / 600);
  const seconds = ((tenths % 600) / 10).toFixed(1).padStart(4, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
}

/** A duration in words, in whole seconds. */
export const inSeconds = (ms: number): string => formatDuration(Math.round(ms / 1_000) * 1_000);

/** A whole number with commas, the same on every machine. */
export const count = (value: number): string => value.toLocaleString('en-US');

/** What users were served, as a person or a program wants to know it. */
export interface ServedFigures {
  requests: number;
  /** Errors of the model itself: it answered with one, or crashed. */
  failed: number;
  /** Errors that the model did not make: no endpoint, a pod that was gone, no route. */
  failedOtherwise: number;
  /** Answers above the threshold; absent where no metric has one. */
  slow?: number;
}

export const figuresOf = (served: Served, thresholdMs: number | undefined): ServedFigures => ({
  requests: served.requests,
  failed: badOf(served, badByModel),
  failedOtherwise: badOf(served, badOtherwise),
  ...(thresholdMs !== undefined && { slow: slowerThan(served, thresholdMs) }),
});

/** Columns of equal width, the first to the left and the others to the right. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('   ')
      .trimEnd(),
  );
}
