import type { ModelRolloutStatus } from '../../api/model-rollout.ts';
import { type Judgement, type JudgeInput, judge } from '../analysis/judge.ts';
import { achievableWeight } from '../traffic/pods.ts';
import { toMs, toTime } from '../time.ts';
import type { RolloutView, World } from '../world.ts';
import { rolloutReplicas } from './rollout-context.ts';

/** Between decisions the evidence is written at most this often; the rest is recomputed from the raw samples. */
const checkpointEveryMs = 60_000;

/** The question that the evidence has to answer, without the answers: what a measurement is planned from. */
export type Inquiry = Omit<JudgeInput, 'measurements'>;

/**
 * What there is to judge: a candidate with live traffic, from the moment when the router acknowledged its share (law 7).
 * Undefined while there is nothing to ask.
 */
export function inquiryOf(world: World, rollout: RolloutView): Inquiry | undefined {
  const { spec, status } = rollout;
  const sinceMs = toMs(status.step.appliedAt);
  if (status.phase === 'Ended' || status.weight <= 0 || sinceMs === undefined) return undefined;
  if (spec.analysis.metrics.length === 0) return undefined;
  const { namespace, name } = world.deployment;
  const arm = (revision: string) => ({ revision, service: `${name}-${revision}`, port: world.analysis.port });
  const share = achievableWeight(status.weight, rolloutReplicas(world, rollout), world.traffic.router) / 100;
  return {
    plan: spec.analysis,
    preset: world.analysis.preset,
    arms: { namespace, name, candidate: arm(spec.to.revision), stable: arm(spec.from.revision) },
    evidence: status.analysis?.evidence,
    stepIndex: status.step.index,
    sinceMs,
    nowMs: world.nowMs,
    // With everything on one side there is no split to be tested.
    expectedShare: world.traffic.router === 'weighted' && share < 1 ? share : undefined,
    scrapeIntervalMs: world.analysis.scrapeIntervalMs,
  };
}

export function judgeRollout(world: World, rollout: RolloutView): Judgement | undefined {
  const inquiry = inquiryOf(world, rollout);
  if (!inquiry || world.analysis.metrics.kind === 'notConfigured') return undefined;
  return world.analysis.metrics.kind === 'pending'
    ? undefined
    : judge({ ...inquiry, measurements: world.analysis.metrics });
}

/** Since when the source is silent; the clock of `noDataFor`. */
export function noteNoData(
  world: World,
  status: ModelRolloutStatus,
  judgement: Judgement | undefined,
): ModelRolloutStatus {
  if (!judgement) return status;
  const silent = judgement.verdict === 'NoData';
  const since = status.analysis?.noDataSince;
  if (silent === (since !== undefined)) return status;
  const { noDataSince: _since, ...analysis } = status.analysis ?? {};
  return { ...status, analysis: silent ? { ...analysis, noDataSince: toTime(world.nowMs) } : analysis };
}

/**
 * Puts the evidence into the record: with every decision, and otherwise once a minute, so that the API server sees few
 * writes and a restart reads few samples again (design, section 6).
 */
export function checkpoint(
  before: ModelRolloutStatus,
  after: ModelRolloutStatus,
  judgement: Judgement | undefined,
): ModelRolloutStatus {
  if (!judgement) return after;
  const writtenMs = before.analysis?.evidence?.cursorMs ?? 0;
  const due = judgement.evidence.cursorMs - writtenMs >= checkpointEveryMs;
  const changed = JSON.stringify(before) !== JSON.stringify(after);
  if (!due && !changed && !countedFailure(before, judgement)) return after;
  return { ...after, analysis: { ...after.analysis, evidence: judgement.evidence } };
}

/** A failed measurement of a query cannot be recomputed from samples, so that it is written when it happens. */
function countedFailure(before: ModelRolloutStatus, { evidence }: Judgement): boolean {
  const known = before.analysis?.evidence?.metrics ?? {};
  return Object.entries(evidence.metrics).some(([name, { failures }]) => failures !== (known[name]?.failures ?? 0));
}
