import { z } from 'zod';
import { field } from './schema.ts';

const unitsMs: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const whole = /^([0-9]{1,9}(\.[0-9]{1,3})?(ms|s|m|h)){1,4}$/;
const part = /([0-9.]+)(ms|s|m|h)/g;

/** The same pattern for CEL. */
export const durationPattern = whole.source.replaceAll('\\', '\\\\');

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
  if (!whole.test(text)) throw new InvalidDurationError(text);
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

/** A duration in a spec. `name` is the field's, for the message of a bad one. */
export const duration = (name: string, description: string, { min = '0s' }: { min?: string } = {}) =>
  field(z.string().max(40), description, {
    shownAs: 'duration',
    rules: [
      {
        rule: `self.matches('${durationPattern}')`,
        message: `${name} must be a duration such as "500ms", "10s", "2m" or "1h30m" (units ms, s, m, h)`,
      },
      {
        rule: `!self.matches('${durationPattern}') || (duration(self) >= duration('${min}') && duration(self) <= duration('8760h'))`,
        message: `${name} must be at least ${min} and at most 8760h (a year)`,
      },
    ],
  });
