import type { Sample } from '../../../domain/analysis/measurement.ts';

/** A function of one series' samples in a range. Undefined: it says nothing about so few of them. */
export type OverTime = (
  samples: readonly Sample[],
  range: { rangeMs: number; untilMs: number },
) => number | undefined;

const valuesOf = (samples: readonly Sample[]) => samples.map(([, value]) => value);

export const overTime: Readonly<Record<string, OverTime>> = {
  rate: (samples, range) => {
    const gained = extrapolatedIncrease(samples, range);
    return gained === undefined ? undefined : gained / (range.rangeMs / 1000);
  },
  increase: extrapolatedIncrease,
  irate: (samples) => {
    const [before, last] = samples.slice(-2);
    if (!before || !last) return undefined;
    const gained = last[1] < before[1] ? last[1] : last[1] - before[1];
    return gained / ((last[0] - before[0]) / 1000);
  },
  sum_over_time: (samples) => valuesOf(samples).reduce((sum, value) => sum + value, 0),
  avg_over_time: (samples) => valuesOf(samples).reduce((sum, value) => sum + value, 0) / samples.length,
  min_over_time: (samples) => Math.min(...valuesOf(samples)),
  max_over_time: (samples) => Math.max(...valuesOf(samples)),
  count_over_time: (samples) => samples.length,
  last_over_time: (samples) => samples.at(-1)?.[1],
};

/**
 * Prometheus' `increase`: the difference between the last and the first sample, resets added up, stretched to the ends of the range: by
 * what lies outside where samples reach close to an end, else by half an interval, and never to below zero.
 */
function extrapolatedIncrease(
  samples: readonly Sample[],
  { rangeMs, untilMs }: { rangeMs: number; untilMs: number },
): number | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || samples.length < 2) return undefined;
  let gained = last[1] - first[1];
  samples.forEach(([, value], index) => {
    const before = samples[index - 1]?.[1];
    if (before !== undefined && value < before) gained += before;
  });
  const sampledMs = last[0] - first[0];
  const intervalMs = sampledMs / (samples.length - 1);
  const thresholdMs = intervalMs * 1.1;
  let toStartMs = first[0] - (untilMs - rangeMs);
  if (toStartMs >= thresholdMs) toStartMs = intervalMs / 2;
  if (gained > 0 && first[1] >= 0) toStartMs = Math.min(toStartMs, sampledMs * (first[1] / gained));
  let toEndMs = untilMs - last[0];
  if (toEndMs >= thresholdMs) toEndMs = intervalMs / 2;
  return (gained * (sampledMs + toStartMs + toEndMs)) / sampledMs;
}
