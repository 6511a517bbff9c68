import type { ResolvedSpec } from '../api/defaults.ts';
import type { MetricsState } from '../domain/analysis/measurement.ts';
import { measurementIntervalMs, measurementSlot } from '../domain/analysis/measurement-slot.ts';
import { type PodHistory, planPodHistory } from '../domain/analysis/pod-history.ts';
import { namedMeasures } from '../domain/analysis/presets/named-measure.ts';
import type { PresetData } from '../domain/analysis/presets/preset-data.ts';
import type { Inquiry } from '../domain/strategy/evidence.ts';
import { wantsCalibration } from '../domain/strategy/calibration.ts';
import { armsOf, inquiryOf } from '../domain/strategy/evidence.ts';
import type { AnalysisView, RolloutView, World } from '../domain/world.ts';
import { measuring } from '../metrics-source/presets/presets.ts';
import type { MetricsSources } from '../metrics-source/metrics-sources.ts';
import type { MetricsSampler } from '../metrics-source/sampler.ts';
import { askSource, type Samplers } from './ask-source.ts';
import type { ClusterCache } from './cache/cluster-cache.ts';
import { presetsOf, viewOf } from './preset-probe.ts';

/** Used where no source says how often it scrapes. */
const defaultScrapeIntervalMs = 15_000;

export interface MeasurementDependencies extends Samplers {
  cache: ClusterCache;
  sources: MetricsSources;
}

/**
 * The metrics part of a pass: asks for what the domain wants to know, and returns what is known by now. It never waits: a
 * slow source delays no pass (law 17), and its answer brings the key back to the queue.
 */
export class Measurements {
  readonly #cache: ClusterCache;
  readonly #sources: MetricsSources;
  readonly #sampler: MetricsSampler;
  readonly #probes: MetricsSampler;

  constructor({ cache, sources, sampler, probes }: MeasurementDependencies) {
    this.#cache = cache;
    this.#sources = sources;
    this.#sampler = sampler;
    this.#probes = probes;
  }

  /** What can be said before the domain has been asked what it wants to know. */
  unasked(spec: ResolvedSpec): AnalysisView {
    return {
      metrics: this.#sources.names.length === 0 ? { kind: 'notConfigured' } : { kind: 'pending' },
      preset: undefined,
      port: spec.service.port,
      scrapeIntervalMs: this.#sources.scrapeIntervalMs(spec.analysis.source) ?? defaultScrapeIntervalMs,
    };
  }

  gather(key: string, world: World, spec: ResolvedSpec): AnalysisView {
    const rollout = world.rollouts.at(-1);
    // The plan of a rollout is fixed; without one, nothing is asked.
    const name = (rollout ?? { spec }).spec.analysis.preset ?? 'auto';
    const recorded = rollout?.status.analysis?.preset;
    const presets = presetsOf(this.#cache, world.deployment.namespace, spec, name, recorded);
    const measures = namedMeasures(measuring(name));
    const view = { ...this.unasked(spec), ...viewOf(presets, recorded), measures };
    if (!rollout || this.#sources.names.length === 0) return view;
    const source = rollout.spec.analysis.source;
    const scrapeIntervalMs = this.#sources.scrapeIntervalMs(source);
    const known = { ...view, scrapeIntervalMs: scrapeIntervalMs ?? view.scrapeIntervalMs };
    const seen = { ...world, analysis: known };
    const unknown: MetricsState | undefined =
      scrapeIntervalMs === undefined ? { kind: 'unknownSource', name: source } : undefined;
    if (wantsCalibration(rollout)) {
      return {
        ...known,
        history: unknown ? unavailable(source) : this.#askHistory(key, seen, rollout, name),
      };
    }
    const inquiry = inquiryOf(seen, rollout);
    if (!inquiry) {
      // No gate is open: the raw samples of the last one are no longer needed.
      this.forget(key);
      return known;
    }
    if (unknown) return { ...known, metrics: unknown };
    return this.#ask(key, seen, rollout, presets, inquiry);
  }

  forget(key: string): void {
    this.#sampler.forget(key);
    this.#probes.forget(key);
  }

  /** Cancels everything, for the end of the program. */
  close(): void {
    this.#sampler.close();
    this.#probes.close();
  }

  /** One question to the source, when a rollout begins: what the stable's single pods did until now. */
  #askHistory(key: string, world: World, rollout: RolloutView, name: string): PodHistory {
    const { scrapeIntervalMs, preset: gateway } = world.analysis;
    const counted = { presets: measuring(name), ...(gateway && { gateway }) };
    const when = { nowMs: world.nowMs, scrapeIntervalMs };
    const questions = planPodHistory(counted, armsOf(world, rollout), rollout.spec.analysis, when);
    const state = this.#sampler.measure(key, `${rollout.name}/pods`, questions);
    if (state.kind === 'pending') return { kind: 'pending' };
    if (state.kind !== 'measured') return unavailable(rollout.spec.analysis.source);
    return { kind: 'measured', atMs: state.atMs, results: state.results, ...counted };
  }

  #ask(
    key: string,
    world: World,
    rollout: RolloutView,
    presets: readonly PresetData[],
    inquiry: Inquiry,
  ): AnalysisView {
    const intervalMs = measurementIntervalMs(rollout.spec.analysis, world.analysis.scrapeIntervalMs);
    const { index } = measurementSlot(world.nowMs, intervalMs);
    const scope = `${rollout.name}/${inquiry.stepIndex}/${inquiry.sinceMs}`;
    const when = { key, scope, slot: `${scope}/${index}` };
    const samplers = { sampler: this.#sampler, probes: this.#probes };
    const recorded = rollout.status.analysis?.preset;
    const view = world.analysis;
    return { ...view, ...askSource(samplers, presets, inquiry, { view, recorded, when }) };
  }
}

const unavailable = (source: string): PodHistory => ({
  kind: 'unavailable',
  because: `the controller has no metrics source named ${source}`,
});
