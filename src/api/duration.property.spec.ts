import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration, longestDurationMs, parseDuration } from './duration.ts';

it('reads back what it wrote', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: longestDurationMs }), (durationMs) => {
      expect(parseDuration(formatDuration(durationMs))).toBe(durationMs);
    }),
  );
});

it('adds up the parts, whatever their order', () => {
  const sizes = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
  const part = fc.tuple(
    fc.integer({ min: 0, max: 9_999 }),
    fc.constantFrom<keyof typeof sizes>('ms', 's', 'm', 'h'),
  );
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
      const text = parts.map(([count, unit]) => `${count}${unit}`).join('');
      expect(parseDuration(text)).toBe(parts.reduce((sum, [count, unit]) => sum + count * sizes[unit], 0));
    }),
  );
});
