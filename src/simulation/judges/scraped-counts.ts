import { withDefaults } from '../../api/defaults.ts';
import type { ModelDeploymentSpec } from '../../api/model-deployment.ts';
import type { RolloutMetric } from '../../api/model-rollout.ts';
import {
  type ArmCounts,
  countRequests,
  countSlowRequests,
  noCounts,
} from '../../domain/analysis/arm-counts.ts';
import { familySamples, type FamilySamples } from '../../domain/analysis/count-families.ts';
import type { CountingMetric } from '../../domain/analysis/count-metric.ts';
import { maxOf } from '../../domain/analysis/count-metric.ts';
import { latencyBound } from '../../domain/analysis/histograms.ts';
import type { Arms, CounterFamily } from '../../domain/analysis/preset.ts';
import { bestOf } from '../../domain/analysis/presets/counter-preset.ts';
import { contourEnvoy } from '../../metrics-source/presets/gateways/contour-envoy.ts';
import type { MetricsSource } from '../../metrics-source/metrics-source.ts';

/** The metrics of a spec that count requests, which every judge can be asked about. */
export const countingMetrics = (spec: ModelDeploymentSpec): CountingMetric[] =>
  withDefaults(spec).analysis.metrics.filter(
    (metric: RolloutMetric): metric is CountingMetric =>
      !metric.dryRun &&
      (metric.kind === 'errorRate' || (metric.kind === 'latency' && metric.objective !== undefined)),
  );

/** What somebody would write down who knows what the spec allows: the least share of good answers; 99 % where it sets no limit. */
export const leastOf = (metrics: readonly CountingMetric[]): number[] =>
  metrics.map((metric) => 1 - (maxOf(metric) ?? 0.01));

/** Reads what the gateway counted since the last time, for judges that are no part of the controller. */
export class ScrapedCounts {
  readonly #source: MetricsSource;
  readonly #arms: Arms;
  readonly #metrics: readonly CountingMetric[];
  /** Samples up to here are used, by the family that they are of. */
  readonly #usedMs: Record<'requests' | 'latency', number>;

  constructor(source: MetricsSource, arms: Arms, metrics: readonly CountingMetric[], sinceMs: number) {
    this.#source = source;
    this.#arms = arms;
    this.#metrics = metrics;
    this.#usedMs = { requests: sinceMs, latency: sinceMs };
  }

  /** The counts of each metric since the last look; none where the source says nothing, whose samples are then counted later. */
  async read(nowMs: number): Promise<ArmCounts[]> {
    const preset = bestOf(contourEnvoy);
    const latency = preset.latency(this.#arms);
    const requested = await this.#samples('requests', preset.requests(this.#arms), nowMs);
    const timed = latency && (await this.#samples('latency', latency, nowMs));
    return this.#metrics.map((metric) => {
      if (metric.kind === 'errorRate') {
        const { samples, window } = requested;
        return countRequests(samples.family, samples.series, window).rounds[0]!;
      }
      if (!timed || !metric.objective) return noCounts();
      const { samples, window } = timed;
      const bound = latencyBound(samples.family, samples.series, metric.objective.thresholdMs);
      if (bound.kind !== 'bound') return noCounts();
      return countSlowRequests(samples.family, samples.series, window, bound.boundMs)[0]!;
    });
  }

  async #samples<Role>(which: 'requests' | 'latency', family: CounterFamily<Role>, nowMs: number) {
    const afterMs = this.#usedMs[which];
    const window = { afterMs, roundsMs: [nowMs], steadyFromMs: afterMs };
    let samples: FamilySamples<Role> = familySamples(family, undefined);
    try {
      const range = `[${Math.ceil(nowMs - afterMs + anchorMs)}ms]`;
      const result = await this.#source.instant(`${family.selector}${range}`, { atMs: nowMs });
      samples = familySamples(family, { id: which, result });
      this.#usedMs[which] = nowMs;
    } catch {
      // Whoever asks a source that does not answer has no number, and looks again.
    }
    return { samples, window };
  }
}

/** So far before the last look samples are read, so that each series has one to anchor at. */
const anchorMs = 60_000;
