/** A PromQL matcher for one of these values exactly. */
export function oneOf(label: string, values: readonly string[]): string {
  return matching(label, values.map(escapeRegex));
}

/** A PromQL matcher for values that match one of these patterns as a whole. */
export function matching(label: string, patterns: readonly string[]): string {
  return `${label}=~${JSON.stringify(patterns.join('|'))}`;
}

/** A value that a regular expression of RE2 matches literally. */
export const escapeRegex = (value: string): string => value.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
