import type { FamilySamples } from './count-families.ts';
import type { Labels } from './measurement.ts';
import type { CounterPreset } from './preset.ts';

/**
 * Since when each pod has been ready, in milliseconds since the epoch, by its name; of one that is not ready, when it was born: what is
 * new does not count, and what has served before does.
 */
export interface ReadyPods {
  candidate: Readonly<Record<string, number>>;
  stable: Readonly<Record<string, number>>;
}

export interface WarmUpInput {
  /** Of the plan; absent or 0: everything counts. */
  warmUpMs: number | undefined;
  preset: CounterPreset | undefined;
  /** When the candidate first had requests in this rollout. */
  beganMs: number;
  /** Absent where nobody knows the pods. */
  pods?: ReadyPods;
}

/** From when on requests count, in milliseconds since the epoch. */
export interface WarmUp {
  /** Those that a series with these labels counts. */
  fromMs(labels: Labels): number;
  /** Any of the candidate: before, its silence means nothing. */
  candidateFromMs: number;
}

/** The label by which a scrape names its pod. */
const podLabel = 'pod';

/**
 * What is slow or fails while caches fill says nothing about a model. Where each pod counts its own requests, the first time of every
 * pod is left out, of whichever revision and whenever it starts; where a gateway counts by Service, the first time of both revisions
 * after the candidate got its first requests: they are only comparable over the same time.
 */
export function warmUpOf({ warmUpMs = 0, preset, beganMs, pods }: WarmUpInput): WarmUp | undefined {
  if (warmUpMs === 0) return undefined;
  if (!preset?.perPod || !pods) {
    const fromMs = beganMs + warmUpMs;
    return { fromMs: () => fromMs, candidateFromMs: fromMs };
  }
  const readyMs = new Map(Object.entries({ ...pods.stable, ...pods.candidate }));
  const first = Math.min(...Object.values(pods.candidate));
  return {
    // A pod that nobody knows any more is gone, and was warm; a series that names none goes with the gateways'.
    fromMs(labels) {
      const pod = labels[podLabel];
      if (pod === undefined) return beganMs + warmUpMs;
      const sinceMs = readyMs.get(pod);
      return sinceMs === undefined ? -Infinity : sinceMs + warmUpMs;
    },
    candidateFromMs: Number.isFinite(first) ? first + warmUpMs : -Infinity,
  };
}

/**
 * The samples as if each target had been scraped for the first time when it was warm. So its first sample only anchors, no interval
 * counts that began before, and whatever holds of counting holds of what is left (law 10).
 */
export function warmSamples<Samples extends Pick<FamilySamples<unknown>, 'series'>>(
  samples: Samples,
  warmUp: WarmUp | undefined,
): Samples {
  if (!warmUp) return samples;
  const series = samples.series.map((one) => {
    const fromMs = warmUp.fromMs(one.labels);
    return { ...one, samples: one.samples.filter(([timeMs]) => timeMs >= fromMs) };
  });
  return { ...samples, series };
}
