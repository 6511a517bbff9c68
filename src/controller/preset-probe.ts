import type { ResolvedSpec } from '../api/defaults.ts';
import type { PresetChoice } from '../api/model-rollout-status.ts';
import type { PresetName } from '../api/preset-names.ts';
import type { MeasurementFailure, MetricsState } from '../domain/analysis/measurement.ts';
import {
  type ChosenPreset,
  choosePreset,
  hasAlternatives,
} from '../domain/analysis/presets/choose-preset.ts';
import { bestOf, choiceInWords, counterPreset } from '../domain/analysis/presets/counter-preset.ts';
import type { PresetData } from '../domain/analysis/presets/preset-data.ts';
import { planProbe, readProbe } from '../domain/analysis/presets/probe.ts';
import type { Inquiry } from '../domain/strategy/evidence.ts';
import type { AnalysisView } from '../domain/world.ts';
import { keyOf } from '../kubernetes/resource.ts';
import { presetsFor, routerPreset } from '../metrics-source/presets/presets.ts';
import type { MetricsSampler } from '../metrics-source/sampler.ts';
import type { ClusterCache } from './cache/cluster-cache.ts';

/** What a rollout can be judged by, as far as it is known. */
export type PresetView = Pick<AnalysisView, 'preset' | 'chosen'>;

/** What a probe has led to. */
export type Probed =
  | { kind: 'chosen'; view: PresetView }
  /** Nothing can be asked of the source yet, and this is what is known of it. */
  | { kind: 'waiting'; metrics: MetricsState }
  /** The source has no series of any preset that comes into question. */
  | { kind: 'nothing'; message: string }
  /** The source did not answer the probe, and will not answer anything else. */
  | { kind: 'failed'; view: PresetView; atMs: number; failure: MeasurementFailure };

/** Which slot of a sampler a look is. */
export interface When {
  key: string;
  scope: string;
  slot: string;
}

/**
 * The presets that come into question for a spec, the best first: by what it says, and by the class of its gateways. The one that
 * the record holds is among them.
 */
export function presetsOf(
  cache: ClusterCache,
  namespace: string,
  spec: ResolvedSpec,
  name: PresetName | 'auto',
  recorded: PresetChoice | undefined,
): readonly PresetData[] {
  const parents = spec.traffic.kind === 'gatewayAPI' ? spec.traffic.parentRefs : [];
  const routers = parents.flatMap((parent) => {
    const gateway = keyOf({ metadata: { namespace: parent.namespace ?? namespace, name: parent.name } });
    const controllerName = cache.gatewayController(gateway);
    const preset = controllerName === undefined ? undefined : routerPreset(controllerName);
    return preset ?? [];
  });
  const presets = presetsFor(name, routers[0]);
  // Another gateway in the spec is for the next rollout.
  const isKept = !recorded || presets.some((preset) => preset.name === recorded.name);
  return isKept ? presets : presetsFor(recorded.name, undefined);
}

/** What is known without asking: what the record holds, or the only one that there is. */
export function viewOf(presets: readonly PresetData[], recorded: PresetChoice | undefined): PresetView {
  const chosen = choosePreset(presets, undefined, recorded);
  return chosen ? chosenView(chosen) : { preset: undefined };
}

const chosenView = (chosen: ChosenPreset): PresetView => ({
  preset: counterPreset(chosen),
  chosen: { choice: chosen.choice, says: choiceInWords(chosen) },
});

/** Whether the source could still tell what to read. */
export function isOpen(presets: readonly PresetData[], { chosen }: PresetView, { plan }: Inquiry): boolean {
  const counted = plan.metrics.map(({ kind }) => kind);
  const needsRequests = counted.includes('errorRate') || counted.includes('latency');
  if (!needsRequests || !hasAlternatives(presets)) return false;
  return !chosen?.choice.requests || (counted.includes('latency') && !chosen.choice.latency);
}

/** Asks the source which series it has, and chooses by the answer. Never waits (law 17). */
export function probe(
  probes: MetricsSampler,
  presets: readonly PresetData[],
  inquiry: Inquiry,
  recorded: PresetChoice | undefined,
  { key, scope, slot }: When,
): Probed {
  const { arms, nowMs, plan } = inquiry;
  const questions = planProbe(presets, arms).map((one) => ({ ...one, source: plan.source, atMs: nowMs }));
  const state = probes.measure(key, slot, questions, scope);
  if (state.kind !== 'measured') return { kind: 'waiting', metrics: state };
  const seen = readProbe(presets, arms, state.results);
  if (!seen) {
    const failure = state.results.find((result) => result.failure)?.failure;
    const view = viewOf(presets, recorded);
    const preset = view.preset ?? (presets[0] && bestOf(presets[0]));
    const unknown: MeasurementFailure = { kind: 'badAnswer', message: 'the probe has no answer' };
    return { kind: 'failed', view: { ...view, preset }, atMs: state.atMs, failure: failure ?? unknown };
  }
  const chosen = choosePreset(presets, seen, recorded);
  if (!chosen) return { kind: 'nothing', message: nothingSeen(presets) };
  return { kind: 'chosen', view: chosenView(chosen) };
}

function nothingSeen(presets: readonly PresetData[]): string {
  const [first] = presets;
  const router =
    first?.layer === 'router'
      ? `${first.title} shows nothing of these revisions, since ${first.needsSetup}`
      : 'the gateway has no preset';
  const labels = Object.keys(presets.at(-1)?.requests[0]?.arms ?? {}).join(', ');
  return `nobody knows how to count requests here: ${router}, and no known model server shows series with the labels ${labels} of the pods`;
}
