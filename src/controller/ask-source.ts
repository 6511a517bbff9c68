import type { PresetChoice } from '../api/model-rollout-status.ts';
import type { MeasurementFailure, MetricsState } from '../domain/analysis/measurement.ts';
import { latencyId, planMeasurements, queryId, requestsId } from '../domain/analysis/plan-measurements.ts';
import type { PresetData } from '../domain/analysis/presets/preset-data.ts';
import type { Inquiry } from '../domain/strategy/evidence.ts';
import type { MetricsSampler } from '../metrics-source/sampler.ts';
import { isOpen, type PresetView, probe, type When } from './preset-probe.ts';

export interface Samplers {
  sampler: MetricsSampler;
  /** Asks which series there are: apart, so that its answers do not displace the others. */
  probes: MetricsSampler;
}

/** What is known before a look, and which look it is. */
export interface Look {
  /** What the record holds, or the only preset that there is. */
  view: PresetView;
  recorded: PresetChoice | undefined;
  when: When;
}

/**
 * One look at the source: which preset fits its series, as long as that is open, and the samples since the last look. Never waits:
 * `pending` until the answers are there (law 17). The controller and the replay of recorded history both look by it.
 */
export function askSource(
  { sampler, probes }: Samplers,
  presets: readonly PresetData[],
  inquiry: Inquiry,
  { view: known, recorded, when }: Look,
): PresetView & { metrics: MetricsState } {
  let view = known;
  let nobody = 'nobody knows how to count requests at this router';
  if (isOpen(presets, view, inquiry)) {
    const probed = probe(probes, presets, inquiry, recorded, when);
    if (probed.kind === 'chosen') view = { ...view, ...probed.view };
    // Free queries are asked all the same.
    else if (probed.kind === 'nothing') nobody = probed.message;
    // What was chosen before is asked all the same.
    else if (!view.chosen?.choice.requests) {
      if (probed.kind === 'waiting') return { ...view, metrics: probed.metrics };
      return { ...view, ...probed.view, metrics: failedAll(inquiry, probed.atMs, probed.failure) };
    }
  }
  const requests = planMeasurements({ ...inquiry, preset: view.preset });
  if (requests.length === 0) return { ...view, metrics: { kind: 'noPreset', message: nobody } };
  return { ...view, metrics: sampler.measure(when.key, when.slot, requests, when.scope) };
}

/** The source answers nothing: what would have been asked has failed as the probe did. */
function failedAll({ plan }: Inquiry, atMs: number, failure: MeasurementFailure): MetricsState {
  const ids = [requestsId, latencyId, ...plan.metrics.map(({ name }) => queryId(name))];
  return { kind: 'measured', atMs, results: ids.map((id) => ({ id, failure })) };
}
