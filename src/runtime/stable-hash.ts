/** A hash of a text as a whole number below 2^32: the same in every process and in every release, and spread evenly. */
export function stableHash(text: string): number {
  // FNV-1a over UTF-16 units, then mixed: names that differ in their last letter must not land side by side.
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return hash >>> 0;
}
