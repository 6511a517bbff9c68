/** Times stand in objects as RFC 3339 text with whole seconds or milliseconds, and in the domain as milliseconds. */

export function toMs(time: string | undefined): number | undefined {
  if (time === undefined) return undefined;
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? undefined : ms;
}

/** With milliseconds: a hold of two seconds would otherwise be off by up to half of itself. */
export function toTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** For conditions, whose times have whole seconds in the Kubernetes API. */
export function toConditionTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** The earliest of some times; absent ones do not count. */
export function earliest(...times: (number | undefined)[]): number | undefined {
  const known = times.filter((time): time is number => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
