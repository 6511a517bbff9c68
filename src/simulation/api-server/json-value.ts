/**
 * JSON as the simulated API server keeps it: frozen through and through, so that the same value can be given to every
 * reader without a copy, and a reader that changes what it was given fails at once. Nobody else freezes anything.
 */
/** A frozen copy as it would come from the wire: without `undefined`. What is frozen already is shared, not copied. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  const copy = Array.isArray(value) ? value.map((item) => frozen(item ?? null)) : frozenFields(value);
  return Object.freeze(copy) as T;
}

/** Whether it is such a copy: it stays what it is. */
export const isFrozen = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.isFrozen(value);

function frozenFields(value: object): object {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const field: unknown = (value as Record<string, unknown>)[key];
    if (field !== undefined) copy[key] = frozen(field);
  }
  return copy;
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The same JSON. The order of fields carries no meaning, that of items does. */
export function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, at) => isSame(item, right[at]))
    );
  }
  if (!isObject(left) || !isObject(right)) return false;
  let defined = 0;
  for (const name of Object.keys(left)) {
    if (left[name] === undefined) continue;
    if (!isSame(left[name], right[name])) return false;
    defined += 1;
  }
  for (const name of Object.keys(right)) if (right[name] !== undefined) defined -= 1;
  return defined === 0;
}
