import { InvalidOptionError } from './invalid-option-error.ts';
import { stableHash } from './stable-hash.ts';

/**
 * When within a period a key is looked at by a resync: always the same moment for the same key, and keys spread evenly
 * over the period, so that a resync of thousands of objects is no wave. In milliseconds, at least 0 and below the
 * period.
 */
export function spreadDelayMs(key: string, periodMs: number): number {
  if (!(periodMs > 0)) throw new InvalidOptionError('periodMs', periodMs, 'a number greater than 0');
  return (stableHash(key) / 2 ** 32) * periodMs;
}
