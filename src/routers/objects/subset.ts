/**
 * Whether a live object already says everything that we want to say. What the API server or others added beside our
 * fields does not count, so that defaults never cause a write (law 15). Lists count as a whole: they have the same length
 * and hold the same things in the same order. An empty list or object is the same as none.
 */
export function isSubset(desired: unknown, live: unknown): boolean {
  if (Array.isArray(desired)) {
    if (desired.length === 0 && live === undefined) return true;
    return (
      Array.isArray(live) &&
      live.length === desired.length &&
      desired.every((item, index) => isSubset(item, live[index]))
    );
  }
  if (desired !== null && typeof desired === 'object') {
    const fields = Object.entries(desired).filter(([, field]) => field !== undefined);
    if (fields.length === 0 && live === undefined) return true;
    if (live === null || typeof live !== 'object' || Array.isArray(live)) return false;
    return fields.every(([key, field]) => isSubset(field, (live as Record<string, unknown>)[key]));
  }
  return desired === live;
}
