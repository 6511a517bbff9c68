import { formatDuration } from '../api/duration-text.ts';

/** Time since a beginning as minutes, seconds and tenths: `1:04.7`, and with hours `2:01:04.7`. */
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
