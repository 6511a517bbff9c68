/** So many are told at most. */
const most = 5;

/** Those of the names that somebody may have meant, the nearest first. */
export function nearNames(meant: string, names: readonly string[]): string[] {
  const limit = Math.max(2, Math.floor(meant.length / 3));
  return names
    .map((name) => ({ name, distance: name.includes(meant) ? 0 : editDistance(meant, name) }))
    .filter(({ distance }) => distance <= limit)
    .sort((one, other) => one.distance - other.distance || (one.name < other.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name);
}

/** How many letters must be put in, taken out or changed (Levenshtein 1966). */
export function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (let index = 0; index < other.length; index += 1) {
      const changed = row[index]! + (letter === other[index] ? 0 : 1);
      next.push(Math.min(changed, row[index + 1]! + 1, next[index]! + 1));
    }
    row = next;
  }
  return row[other.length]!;
}
