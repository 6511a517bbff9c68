import { z } from 'zod';
import type { Labels, Sample, SampleSeries } from '../domain/analysis/measurement.ts';

/** A bucket of an answer: which of its ends belong to it, the ends, and how many observations lie between them. */
const Bucket = z.tuple([z.number(), z.string(), z.string(), z.string()]);
export const NativeHistogram = z.tuple([
  z.number(),
  z.object({ count: z.string(), sum: z.string(), buckets: z.array(Bucket).default([]) }),
]);
export type NativeHistogram = z.infer<typeof NativeHistogram>;

export interface NativeSeries {
  labels: Labels;
  histograms: readonly NativeHistogram[];
}

/**
 * Native histograms as what classic ones are: counters of the observations up to each bound, named `..._bucket` with a label `le`. All series of one
 * name get the bounds that any of them has, because a native histogram leaves out the buckets that nothing fell into: what one of them counts up
 * to a bound of another is known all the same.
 */
export function asBuckets(native: readonly NativeSeries[]): SampleSeries[] {
  const bounds = new Map<string, Set<string>>();
  for (const { labels, histograms } of native) {
    const known = bounds.get(nameOf(labels)) ?? new Set();
    for (const [, { buckets }] of histograms) for (const [, , upper] of buckets) known.add(upper);
    bounds.set(nameOf(labels), known);
  }
  return native.flatMap(({ labels, histograms }) => {
    const upTo = (le: string, count: (histogram: NativeHistogram[1]) => number): SampleSeries => ({
      labels: { ...labels, __name__: `${nameOf(labels)}_bucket`, le },
      samples: histograms.map(([seconds, one]): Sample => [Math.round(seconds * 1000), count(one)]),
    });
    const finite = [...bounds.get(nameOf(labels))!].filter((bound) => Number.isFinite(Number(bound)));
    return [
      ...finite.map((bound) => upTo(bound, (one) => within(one, Number(bound)))),
      upTo('+Inf', ({ count }) => Number(count)),
    ];
  });
}

const nameOf = (labels: Labels): string => labels['__name__'] ?? '';

const within = ({ buckets }: NativeHistogram[1], bound: number): number =>
  buckets.reduce((sum, [, , upper, count]) => (Number(upper) <= bound ? sum + Number(count) : sum), 0);
