import type { Labels, Sample, SampleSeries } from './measurement.ts';

/**
 * Counting from raw samples (design, section 6; law 10).
 *
 * Every increase of a counter belongs to the sample that shows it. A window counts the increases of the samples after
 * `afterMs` and up to the end of its last round; what lies at or before `afterMs` only anchors. So windows that follow each other
 * without overlap add up to the whole, and no sample is counted twice, wherever one is cut: by a pass, a restart or a step.
 */
export interface CountingWindow {
  afterMs: number;
  /** Where its rounds end, in ascending order: `roundsOf`. */
  roundsMs: readonly number[];
  /** Increases of intervals that began at or after this time are also reported as `steady`. */
  steadyFromMs: number;
}

/** What one series gained in a window. */
export interface Increase {
  labels: Labels;
  /** In each round of the window. */
  gained: number[];
  /** The part whose whole scrape interval lies after `steadyFromMs`: no request of an earlier split is in it. */
  steady: number;
}

/** Which labels say what of a series. */
export interface SeriesLabels {
  /** Labels that tell the series of one scrape target apart; all other labels identify the target. */
  ownLabels: readonly string[];
  /** Labels that tell the parts of one count apart (response codes, buckets): parts begin again together. */
  partLabels: readonly string[];
}

/** All labels but these, as one text. */
export function identity(labels: Labels, without: readonly string[]): string {
  const names = Object.keys(labels)
    .filter((name) => !without.includes(name))
    .sort();
  return JSON.stringify(names.map((name) => [name, labels[name]]));
}

/**
 * The increase of each series in the window.
 *
 * A value below the one before it is a reset: the counter, and with it the other parts of the same count, began again
 * at 0. A series whose first sample lies in the window began at 0 when its target had been scraped before without it;
 * when nothing is known of its target's past, its first sample only anchors, because it may stand for requests that were
 * counted long ago (law 10).
 */
export function countIncreases(
  series: readonly SampleSeries[],
  { ownLabels, partLabels }: SeriesLabels,
  window: CountingWindow,
): Increase[] {
  const scrapes = timesBy(series, ownLabels, (samples) => samples.map(([timeMs]) => timeMs));
  const resets = resetsBy(series, partLabels);
  const { afterMs, roundsMs, steadyFromMs } = window;
  return series.map(({ labels, samples }) => {
    const increase: Increase = { labels, gained: roundsMs.map(() => 0), steady: 0 };
    const resetsOfCount = resets.get(identity(labels, partLabels));
    let previous: Sample | undefined;
    let round = 0;
    for (const sample of ordered(samples)) {
      const [timeMs, value] = sample;
      while (round < roundsMs.length && timeMs > roundsMs[round]!) round += 1;
      if (round === roundsMs.length) break;
      if (timeMs > afterMs) {
        previous ??= originOf(scrapes.get(identity(labels, ownLabels))!, timeMs);
        if (previous) {
          const beganAgain = previous[0] <= (resetsOfCount?.get(timeMs) ?? -Infinity);
          const base = beganAgain ? 0 : previous[1];
          const gained = Math.round(Math.max(0, value - base));
          increase.gained[round]! += gained;
          if (previous[0] >= steadyFromMs) increase.steady += gained;
        }
      }
      previous = sample;
    }
    return increase;
  });
}

/** The target's last scrape before a new series' first sample, at which that series stood at 0. */
function originOf(scrapes: ReadonlySet<number>, firstMs: number): Sample | undefined {
  let last: number | undefined;
  for (const timeMs of scrapes) if (timeMs < firstMs && (last === undefined || timeMs > last)) last = timeMs;
  return last === undefined ? undefined : [last, 0];
}

/** Sample times picked from each series, united over the series that have all labels in common but some. */
function timesBy(
  series: readonly SampleSeries[],
  without: readonly string[],
  pick: (samples: readonly Sample[]) => readonly number[],
): Map<string, Set<number>> {
  const times = new Map<string, Set<number>>();
  for (const { labels, samples } of series) {
    const key = identity(labels, without);
    const known = times.get(key) ?? new Set();
    for (const timeMs of pick(ordered(samples))) known.add(timeMs);
    times.set(key, known);
  }
  return times;
}

/**
 * When each count began again: the time of a sample that lies below the one before it, and the time of that one. A part whose
 * own last sample is younger may have begun again before it, so that only older ones share the reset.
 */
function resetsBy(
  series: readonly SampleSeries[],
  partLabels: readonly string[],
): Map<string, Map<number, number>> {
  const resets = new Map<string, Map<number, number>>();
  for (const { labels, samples } of series) {
    const key = identity(labels, partLabels);
    ordered(samples).forEach(([timeMs, value], index, all) => {
      const before = all[index - 1];
      if (!before || value >= before[1]) return;
      const known = resets.get(key) ?? new Map<number, number>();
      known.set(timeMs, Math.max(before[0], known.get(timeMs) ?? -Infinity));
      resets.set(key, known);
    });
  }
  return resets;
}

/** Finite samples by time, each time once: what a source sends is in order, but counting must not depend on it. */
function ordered(samples: readonly Sample[]): Sample[] {
  const byTime = new Map<number, Sample>();
  for (const sample of samples) if (Number.isFinite(sample[1])) byTime.set(sample[0], sample);
  return [...byTime.values()].sort(([a], [b]) => a - b);
}

/** When each scrape target was scraped, in ascending order. */
export function scrapesByTarget(series: readonly SampleSeries[], ownLabels: readonly string[]): number[][] {
  const times = timesBy(series, ownLabels, (samples) => samples.map(([timeMs]) => timeMs));
  return [...times.values()]
    .filter((known) => known.size > 0)
    .map((known) => [...known].sort((left, right) => left - right));
}
