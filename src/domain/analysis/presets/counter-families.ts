import type { Labels } from '../measurement.ts';
import type { Arms, BucketRole, CounterFamily, RequestRole } from '../preset.ts';
import { armFinder, matcher, nameLabel, patternsOf, selectorFor } from './arm-labels.ts';
import type { ArmLabels, LatencySeries, RequestCounters, RequestSeries, TimeUnit } from './preset-data.ts';

const boundLabel = 'le';

/** The counters of requests of both revisions, in the way that the preset says. */
export function requestFamily(counters: RequestCounters, arms: Arms): CounterFamily<RequestRole> {
  const { series, alive } = counters;
  const armOf = armFinder(counters.arms, arms);
  const readers = series.map((one) => ({ one, counts: countsIn(one), isBad: failedIn(one) }));
  const own = [nameLabel, ...Object.keys(counters.arms), ...series.flatMap(({ labels }) => labels)];
  return {
    selector: selectorFor(requestNames(counters), bothArms(counters.arms, arms)),
    ownLabels: ownOf(own, counters.arms, alive),
    partLabels: [...new Set([nameLabel, ...series.flatMap(({ labels }) => labels)])],
    read(labels) {
      const arm = armOf(labels);
      const found = arm && readers.find(({ counts }) => counts(labels));
      if (!found) return undefined;
      return { arm, bad: found.isBad(labels), ...(found.one.repeats && { repeated: true }) };
    },
  };
}

/** The buckets of both revisions' histograms; bounds in milliseconds. */
export function latencyFamily(latency: LatencySeries, arms: Arms): CounterFamily<BucketRole> {
  const name = bucketName(latency);
  const armOf = armFinder(latency.arms, arms);
  const counts = countsIn({ name, where: latency.where, except: latency.except });
  const own = [nameLabel, boundLabel, ...Object.keys(latency.arms), ...latency.labels];
  return {
    selector: selectorFor(bucketNames(latency), bothArms(latency.arms, arms)),
    ownLabels: ownOf(own, latency.arms, latency.alive),
    partLabels: [nameLabel, boundLabel],
    read(labels) {
      const arm = armOf(labels);
      if (!arm || !counts(labels)) return undefined;
      const upperBoundMs = boundMs(labels[boundLabel] ?? '', latency.unit);
      return Number.isNaN(upperBoundMs) ? undefined : { arm, upperBoundMs };
    },
  };
}

/** Whether a series is one that counts, by its name and labels. */
export function countsIn({ name, where, except }: Pick<RequestSeries, 'name' | 'where' | 'except'>) {
  const belongs = matcher(where);
  const isLeftOut = except && matcher(except);
  return (labels: Labels): boolean => labels[nameLabel] === name && belongs(labels) && !isLeftOut?.(labels);
}

function failedIn({ failed }: RequestSeries): (labels: Labels) => boolean {
  if (typeof failed === 'string') return () => failed === 'all';
  return matcher({ [failed.label]: failed.pattern });
}

/**
 * Labels that a scrape gave to the target name the revision too where the pods are the targets; they are no labels of the series
 * then. `up` has these only.
 */
function ownOf(own: readonly string[], arms: ArmLabels, alive: string | undefined): string[] {
  const ofTarget = alive === targetsUp ? Object.keys(arms) : [];
  return [...new Set(own)].filter((label) => !ofTarget.includes(label));
}

/** Prometheus writes this one for every target at every scrape, 0 for a scrape that failed. */
export const targetsUp = 'up';

/** The names of all series that count requests, and of the one that shows their target alive. */
export const requestNames = ({ series, alive }: RequestCounters): string[] => [
  ...new Set([...series.map(({ name }) => name), ...(alive ? [alive] : [])]),
];

/** The same of a histogram; a native one has its plain name, and is read as if it had buckets. */
export const bucketNames = (latency: LatencySeries): string[] => [
  bucketName(latency),
  metricOf(latency),
  ...(latency.alive ? [latency.alive] : []),
];

/** What Prometheus calls the buckets of a histogram. */
export const bucketName = (latency: Pick<LatencySeries, 'id' | 'metric'>): string =>
  `${metricOf(latency)}_bucket`;

const metricOf = ({ id, metric = id }: Pick<LatencySeries, 'id' | 'metric'>): string => metric;

const bothArms = (labels: ArmLabels, arms: Arms) => [
  patternsOf(labels, arms, arms.candidate),
  patternsOf(labels, arms, arms.stable),
];

/** Milliseconds in one unit. */
export const unitMs: Readonly<Record<TimeUnit, number>> = { s: 1_000, ms: 1, us: 0.001 };

function boundMs(bound: string, unit: TimeUnit): number {
  if (bound === '+Inf') return Infinity;
  if (bound === '') return NaN;
  // 0.035 s are 35 ms, and not 35.00000000000001 ms.
  return Number((Number(bound) * unitMs[unit]).toPrecision(12));
}
