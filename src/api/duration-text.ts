/** Durations as text, both ways. Apart from their schema: programs that start quickly need no schema. */

const unitsMs: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** The whole text of a duration. */
export const durationForm = /^([0-9]{1,9}(\.[0-9]{1,3})?(ms|s|m|h)){1,4}$/;
const part = /([0-9.]+)(ms|s|m|h)/g;

/** No duration of the API is longer than this: a year. */
export const longestDurationMs = 365 * 24 * unitsMs.h!;

export class InvalidDurationError extends Error {
  override readonly name = 'InvalidDurationError';
  readonly found: string;

  constructor(found: string) {
    super(
      `"${found}" is no duration; accepted: numbers with the units ms, s, m, h, such as "500ms", "10s" or "1h30m"`,
    );
    this.found = found;
  }
}

/** Milliseconds of a duration such as "500ms", "10s", "2m" or "1h30m". Throws `InvalidDurationError`. */
export function parseDuration(text: string): number {
  if (!durationForm.test(text)) throw new InvalidDurationError(text);
  let totalMs = 0;
  for (const [, count, unit] of text.matchAll(part)) totalMs += Number(count) * unitsMs[unit!]!;
  return Math.round(totalMs);
}

/** The shortest text that `parseDuration` reads back as the same number of milliseconds: 5400000 is "1h30m". */
export function formatDuration(durationMs: number): string {
  let restMs = Math.max(0, Math.round(durationMs));
  let text = '';
  for (const [unit, sizeMs] of Object.entries(unitsMs).reverse()) {
    const count = Math.floor(restMs / sizeMs);
    if (count > 0) text += `${count}${unit}`;
    restMs -= count * sizeMs;
  }
  return text || '0s';
}
