import { z } from 'zod';
import { durationForm } from './duration-text.ts';
import { field } from './schema.ts';

export { formatDuration, InvalidDurationError, longestDurationMs, parseDuration } from './duration-text.ts';

/** The same pattern for CEL. */
export const durationPattern = durationForm.source.replaceAll('\\', '\\\\');

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
