import type { ResolvedSpec } from '../api/defaults.ts';
import { planMeasurements } from '../domain/analysis/plan-measurements.ts';
import type { CounterPreset } from '../domain/analysis/preset.ts';
import type { MetricsState } from '../domain/analysis/measurement.ts';
import type { Inquiry } from '../domain/strategy/evidence.ts';
import { inquiryOf } from '../domain/strategy/evidence.ts';
import { measurementIntervalMs, measurementSlot } from '../domain/strategy/run-rollout.ts';
import type { AnalysisView, World } from '../domain/world.ts';
import { keyOf } from '../kubernetes/resource.ts';
import type { MetricsSources } from '../metrics-source/metrics-sources.ts';
import type { MetricsSampler } from '../metrics-source/sampler.ts';
import { bestOf } from '../domain/analysis/presets/counter-preset.ts';
import { routerPreset } from '../metrics-source/presets/presets.ts';
import type { ClusterCache } from './cache/cluster-cache.ts';

/** Used where no source says how often it scrapes. */
const defaultScrapeIntervalMs = 15_000;

/**
 * The metrics part of a pass: asks for what the domain wants to know, and returns what is known by now. It never waits: a
 * slow source delays no pass (law 17), and its answer brings the key back to the queue.
 */
export class Measurements {
  readonly #cache: ClusterCache;
  readonly #sources: MetricsSources;
  readonly #sampler: MetricsSampler;

  constructor(cache: ClusterCache, sources: MetricsSources, sampler: MetricsSampler) {
    this.#cache = cache;
    this.#sources = sources;
    this.#sampler = sampler;
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
    const view = { ...this.unasked(spec), preset: this.#preset(world.deployment.namespace, spec) };
    if (!rollout || this.#sources.names.length === 0) return view;
    const source = rollout.spec.analysis.source;
    const scrapeIntervalMs = this.#sources.scrapeIntervalMs(source);
    const known = { ...view, scrapeIntervalMs: scrapeIntervalMs ?? view.scrapeIntervalMs };
    const asked = { ...world, analysis: known };
    const inquiry = inquiryOf(asked, rollout);
    if (!inquiry) {
      // No gate is open: the raw samples of the last one are no longer needed.
      this.#sampler.forget(key);
      return known;
    }
    if (scrapeIntervalMs === undefined) return { ...known, metrics: { kind: 'unknownSource', name: source } };
    const { index } = measurementSlot(world.nowMs, measurementIntervalMs(asked, rollout));
    const scope = `${rollout.name}/${inquiry.stepIndex}/${inquiry.sinceMs}`;
    return { ...known, metrics: this.#measure(key, { scope, slot: `${scope}/${index}` }, inquiry) };
  }

  forget(key: string): void {
    this.#sampler.forget(key);
  }

  #measure(key: string, { scope, slot }: { scope: string; slot: string }, inquiry: Inquiry): MetricsState {
    const requests = planMeasurements(inquiry);
    if (requests.length === 0) {
      return { kind: 'noPreset', message: 'nobody knows how to count requests at this router' };
    }
    return this.#sampler.measure(key, slot, requests, scope);
  }

  #preset(namespace: string, spec: ResolvedSpec): CounterPreset | undefined {
    if (spec.traffic.kind !== 'gatewayAPI') return undefined;
    for (const parent of spec.traffic.parentRefs) {
      const gateway = keyOf({ metadata: { namespace: parent.namespace ?? namespace, name: parent.name } });
      const controllerName = this.#cache.gatewayController(gateway);
      const preset = controllerName === undefined ? undefined : routerPreset(controllerName);
      if (preset) return bestOf(preset);
    }
    return undefined;
  }
}
