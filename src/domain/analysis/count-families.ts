import { scrapesByTarget } from './counting.ts';
import type { MeasurementFailure, MeasurementResult, SampleSeries } from './measurement.ts';
import { failureFinding } from './measurement-failure.ts';
import type { MetricFinding } from './metric-finding.ts';
import type { CounterFamily } from './preset.ts';
import { seconds } from './words.ts';

/** What came back for one family of counters. */
export interface FamilySamples<Role> {
  family: CounterFamily<Role>;
  /** Empty when the question failed, or had no answer. */
  series: readonly SampleSeries[];
  /** When each scrape target was scraped, in ascending order. */
  scrapesMs: readonly (readonly number[])[];
  failure: MeasurementFailure | undefined;
  warnings: readonly string[];
}

/** Reads the answer to a family's range selector: samples, nothing, or a failure. */
export function familySamples<Role>(
  family: CounterFamily<Role>,
  measured: MeasurementResult | undefined,
): FamilySamples<Role> {
  const nothing = {
    family,
    series: [],
    scrapesMs: [],
    failure: undefined,
    warnings: measured?.result?.warnings ?? [],
  };
  if (!measured) return nothing;
  if (measured.failure) return { ...nothing, failure: measured.failure };
  const { result } = measured;
  if (result.kind === 'empty') return nothing;
  if (result.kind !== 'matrix') {
    const message = `raw samples were asked for, and the answer is of kind ${result.kind}`;
    return { ...nothing, failure: { kind: 'badAnswer', message } };
  }
  const series = result.series.map(withoutFailedScrapes);
  return { ...nothing, series, scrapesMs: scrapesByTarget(series, family.ownLabels) };
}

/**
 * Prometheus says of each target and scrape whether it answered, as a series `up`. A scrape that failed showed nothing: that a
 * counter is missing there does not mean that it stood at 0.
 */
function withoutFailedScrapes(series: SampleSeries): SampleSeries {
  if (series.labels['__name__'] !== 'up') return series;
  return { ...series, samples: series.samples.filter(([, value]) => value === 1) };
}

/**
 * How old the newest sample may be: three scrape intervals, and never less than five seconds, since storing takes its time
 * however often one scrapes. Older ones are stale: the source has lost its target, or its clock is wrong.
 */
export const freshForMs = (scrapeIntervalMs: number): number => Math.max(3 * scrapeIntervalMs, 5_000);

/**
 * Why nothing can be said from these samples, or undefined when something can (law 9). Whether the candidate got requests is
 * another question.
 */
export function silence<Role>(
  name: string,
  samples: FamilySamples<Role>,
  { nowMs, scrapeIntervalMs }: { nowMs: number; scrapeIntervalMs: number },
): MetricFinding | undefined {
  if (samples.failure) return failureFinding(name, samples.failure);
  if (samples.scrapesMs.length === 0) {
    const message = `${name}: the source has no samples of ${samples.family.selector}`;
    return { name, verdict: 'NoData', reason: 'NoSamples', message };
  }
  const newestMs = Math.max(...samples.scrapesMs.map((times) => times.at(-1)!));
  if (nowMs - newestMs <= freshForMs(scrapeIntervalMs)) return undefined;
  return {
    name,
    verdict: 'NoData',
    reason: 'StaleSamples',
    // A time and not an age: words that change by themselves would be a status write for every look (law 15).
    message: `${name}: the newest sample is of ${new Date(newestMs).toISOString()}, at one every ${seconds(scrapeIntervalMs)}`,
  };
}
