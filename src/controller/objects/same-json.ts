/**
 * Whether two JSON values mean the same to the API server: the order of keys does not count, and a field that is absent is one
 * that is undefined. The question behind "is there anything to write?" (law 15).
 */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => sameJson(item, right[index]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every((key) => sameJson(own(left, key), own(right, key)));
}

/** Without what every object inherits: `__proto__` is a key like any other in JSON. */
const own = (object: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object';
}
