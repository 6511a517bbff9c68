import { InvalidOptionError } from './invalid-option-error.ts';

/**
 * When within a period a key is looked at by a resync: always the same moment for the same key, and keys spread evenly
 * over the period, so that a resync of thousands of objects is no wave. In milliseconds, at least 0 and below the
 * period.
 */
export function spreadDelayMs(key: string, periodMs: number): number {
  if (!(periodMs > 0)) throw new InvalidOptionError('periodMs', periodMs, 'a number greater than 0');
  // FNV-1a over UTF-16 units, then mixed: names that differ in their last letter must not land side by side.
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return ((hash >>> 0) / 2 ** 32) * periodMs;
}
