/** A PromQL matcher for one of these values exactly. */
export function oneOf(label: string, values: readonly string[]): string {
  const pattern = values.map(escapeRegex).join('|');
  return `${label}=~${JSON.stringify(pattern)}`;
}

/** A value that a regular expression of RE2 matches literally. */
const escapeRegex = (value: string): string => value.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
