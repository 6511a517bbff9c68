import type { ResolvedSpec } from '../api/defaults.ts';
import type { PresetChoice } from '../api/model-rollout-status.ts';
import type { RolloutAnalysis, RolloutEvidence } from '../api/model-rollout.ts';
import { askSource } from '../controller/ask-source.ts';
import { viewOf } from '../controller/preset-probe.ts';
import { type EvidenceOdds, evidenceOdds } from '../domain/analysis/evidence-odds.ts';
import { harmTestCount } from '../domain/analysis/harm.ts';
import { type Judgement, judge } from '../domain/analysis/judge.ts';
import type { MeasurementFailure, MetricsErrorKind } from '../domain/analysis/measurement.ts';
import type { Arms } from '../domain/analysis/preset.ts';
import { namedMeasures } from '../domain/analysis/presets/named-measure.ts';
import type { PresetData } from '../domain/analysis/presets/preset-data.ts';
import type { Inquiry } from '../domain/strategy/evidence.ts';
import { choiceAfter } from '../domain/strategy/note-preset.ts';
import { waitMsOf } from '../domain/analysis/metric-wait.ts';
import { measuring } from '../metrics-source/presets/presets.ts';
import type { MetricsSource } from '../metrics-source/metrics-source.ts';
import { MetricsSources } from '../metrics-source/metrics-sources.ts';
import { MetricsSampler } from '../metrics-source/sampler.ts';
import type { Clock } from '../runtime/clock.ts';
import { ReplayError } from './replay-error.ts';
import type { Span } from './take-census.ts';

export interface ReplayOptions {
  /** Named as the plan's source is. */
  source: MetricsSource;
  /** For the time limits of queries: the real time, not that of history. */
  clock: Clock;
  plan: ResolvedSpec['analysis'];
  presets: readonly PresetData[];
  arms: Arms;
  span: Span;
  /** How often the gate looked. */
  intervalMs: number;
  scrapeIntervalMs: number;
  /** The candidate had copies of requests. */
  copies?: boolean;
}

/** What the judge would have said at one moment. */
export interface ReplayedLook {
  atMs: number;
  judgement: Judgement;
  odds: EvidenceOdds;
  /** Which counters it was read from, and what people have to know of them; absent as long as none was seen. */
  preset?: { choice: PresetChoice; says: readonly string[] };
}

/**
 * Replays the judge over recorded history: at every interval the same questions, samples, rounds and tests as in a pass of the controller,
 * as if one step had begun at `fromMs` and lasted until `toMs`. The split may have changed on the way: every round is weighed by the
 * requests that it had.
 *
 * Ends at the first Fail, which would have taken the traffic back. Throws `ReplayError` when the source does not answer: history is
 * not silent because the way to it is.
 */
export async function* replay(options: ReplayOptions): AsyncGenerator<ReplayedLook> {
  const { source, clock, plan, span, intervalMs, presets } = options;
  let wake = () => {};
  const sampler = () => new MetricsSampler(new MetricsSources([source]), clock, () => wake());
  const samplers = { sampler: sampler(), probes: sampler() };
  let evidence: RolloutEvidence | undefined;
  let recorded: PresetChoice | undefined;
  try {
    for (let atMs = span.fromMs + intervalMs; atMs <= span.toMs; atMs += intervalMs) {
      const view = viewOf(presets, recorded);
      const inquiry = inquiryAt(options, atMs, evidence);
      const when = { key: 'replay', scope: 'replay', slot: String(atMs) };
      const look = () => askSource(samplers, presets, inquiry, { view, recorded, when });
      let answered = look();
      while (answered.metrics.kind === 'pending') {
        await new Promise<void>((resolve) => (wake = resolve));
        answered = look();
      }
      const { metrics, preset, chosen } = answered;
      if (metrics.kind === 'measured')
        requireAnswers(metrics.results.flatMap(({ failure }) => failure ?? []));
      const judgement = judge({ ...inquiry, preset, measurements: metrics });
      evidence = judgement.evidence;
      recorded = choiceAfter(recorded, chosen?.choice);
      yield { atMs, judgement, odds: evidenceOdds(evidence, plan), ...(chosen && { preset: chosen }) };
      if (judgement.verdict === 'Fail') return;
    }
  } finally {
    samplers.sampler.close();
    samplers.probes.close();
  }
}

function inquiryAt(options: ReplayOptions, nowMs: number, evidence: RolloutEvidence | undefined): Inquiry {
  const { plan, arms, span, intervalMs, scrapeIntervalMs, copies } = options;
  const sinceMs = span.fromMs;
  const due: RolloutAnalysis['metrics'] = plan.metrics.filter(
    (metric) => nowMs - sinceMs >= waitMsOf(metric),
  );
  return {
    plan: { ...plan, intervalMs, metrics: due },
    harmTests: harmTestCount(plan.metrics),
    preset: undefined,
    measures: namedMeasures(measuring(plan.preset ?? 'auto')),
    arms,
    evidence,
    stepIndex: 0,
    sinceMs,
    nowMs,
    // Nobody knows which split was written.
    expectedShare: undefined,
    ...(copies && { copies }),
    scrapeIntervalMs,
  };
}

/** What is wrong with a query is a finding, as in a rollout; what is wrong with the way to the source ends the replay. */
const ofTheQuery: ReadonlySet<MetricsErrorKind> = new Set(['badQuery', 'tooLarge']);

function requireAnswers(failures: readonly MeasurementFailure[]): void {
  const fatal = failures.find(({ kind }) => !ofTheQuery.has(kind));
  if (fatal) throw new ReplayError(fatal.message);
}
