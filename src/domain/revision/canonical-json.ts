/**
 * JSON with one spelling: keys sorted, no white space, and nothing for `null` or absent fields, because the API
 * server and the people's tools add and drop those at will. Everything else, the order of lists included, counts.
 *
 * The spelling is part of hash version 1 (law 19): it never changes; a different one is a new hash version.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const fields = Object.entries(value)
      .filter(([, field]) => field !== undefined && field !== null)
      .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
      .map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`);
    return `{${fields.join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
