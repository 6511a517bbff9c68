/**
 * JSON as the simulated API server keeps it: frozen through and through, so that the same value can be given to every
 * reader without a copy, and a reader that changes what it was given fails at once.
 */
const immutable = new WeakSet<object>();

/** A frozen copy as it would come from the wire: without `undefined`. What is frozen already is shared, not copied. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || immutable.has(value)) return value;
  const copy = Array.isArray(value) ? value.map((item) => frozen(item ?? null)) : frozenFields(value);
  immutable.add(copy);
  return Object.freeze(copy) as T;
}

function frozenFields(value: object): object {
  const copy: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) if (field !== undefined) copy[key] = frozen(field);
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
  const names = definedNames(left);
  return (
    names.length === definedNames(right).length && names.every((name) => isSame(left[name], right[name]))
  );
}

const definedNames = (value: Record<string, unknown>) =>
  Object.keys(value).filter((name) => value[name] !== undefined);
