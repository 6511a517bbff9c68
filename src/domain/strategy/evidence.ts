import type { ModelRolloutStatus, RolloutAnalysis, RolloutEvidence } from '../../api/model-rollout.ts';
import type { Verdict } from '../../api/phase.ts';
import { cursorsOf } from '../analysis/evidence.ts';
import { harmTestCount } from '../analysis/harm.ts';
import { type Judgement, type JudgeInput, judge } from '../analysis/judge.ts';
import { worstFinding } from '../analysis/metric-finding.ts';
import type { Arms } from '../analysis/preset.ts';
import { countsTowardsLimits } from '../analysis/query-metric.ts';
import type { ReadyPods } from '../analysis/warm-up.ts';
import { achievableWeight } from '../traffic/pods.ts';
import { toMs, toTime } from '../time.ts';
import type { AnalysisView, RolloutView, World } from '../world.ts';
import { metricsAt } from './placed-metrics.ts';
import { adaptiveStep, currentStep, hasRequests, lastOf, stepSinceMs } from './plan.ts';
import type { RolloutContext } from './rollout-context.ts';
import { rolloutReplicas } from './rollout-replicas.ts';

/** Between decisions the evidence is written at most this often; the rest is recomputed from the raw samples. */
const checkpointEveryMs = 60_000;

/** The question that the evidence has to answer, without the answers: what a measurement is planned from. */
export type Inquiry = Omit<JudgeInput, 'measurements'> & Pick<AnalysisView, 'measures'>;

/**
 * What there is to judge: a candidate with requests, from the moment when the router acknowledged where they go (law 7).
 * Undefined while there is nothing to ask.
 */
export function inquiryOf(world: World, rollout: RolloutView): Inquiry | undefined {
  const { spec, status } = rollout;
  const splitSinceMs = toMs(status.step.appliedAt);
  const sinceMs = stepSinceMs(spec.plan, status);
  if (splitSinceMs === undefined || sinceMs === undefined || !hasRequests(rollout)) return undefined;
  const adaptive = adaptiveStep(spec.plan, status);
  // A clock that was set back must not silence a metric that waits for nothing.
  const appliedForMs = Math.max(0, world.nowMs - sinceMs);
  const metrics = metricsAt(rollout).filter(({ waitMs }) => appliedForMs >= waitMs);
  // Without metrics the share is counted all the same, wherever somebody can count it (law 7).
  if (metrics.length === 0 && (!world.analysis.preset || status.weight >= 100)) return undefined;
  const isMirror = currentStep(spec.plan, status)?.kind === 'mirror';
  const arms = armsOf(world, rollout);
  const share = achievableWeight(status.weight, rolloutReplicas(world, rollout), world.traffic.router) / 100;
  // A mirror Service has counters of its own, so that copies are never taken for live requests.
  const copies = { ...arms.candidate, service: `${arms.candidate.service}-mirror` };
  return {
    plan: { ...spec.analysis, metrics },
    harmTests: harmTestCount(spec.analysis.metrics),
    ...(status.weight >= 100 && { isPromoted: true }),
    preset: world.analysis.preset,
    ...(world.analysis.measures && { measures: world.analysis.measures }),
    arms: isMirror ? { ...arms, candidate: copies } : arms,
    calibration: status.analysis?.calibration,
    ...(spec.analysis.warmUpMs && { readyPods: readyPodsOf(world, rollout) }),
    evidence: status.analysis?.evidence,
    stepIndex: status.step.index,
    sinceMs,
    ...(adaptive && { splitSinceMs, countsLoss: true }),
    nowMs: world.nowMs,
    // With everything on one side there is no split to be tested; testers, copies and clients who stay are no part of one.
    expectedShare:
      world.traffic.router === 'weighted' && share > 0 && share < 1 && !isExempt(rollout) ? share : undefined,
    ...(isMirror && { copies: true }),
    scrapeIntervalMs: world.analysis.scrapeIntervalMs,
  };
}

/** For the warm-up of each pod. */
function readyPodsOf({ revisions }: World, { spec: { from, to } }: RolloutView): ReadyPods {
  const of = (name: string) => {
    const members = revisions.find(({ revision }) => revision === name)?.members ?? [];
    return Object.fromEntries(members.map((pod) => [pod.name, pod.readySinceMs ?? pod.bornAtMs]));
  };
  return { candidate: of(to.revision), stable: of(from.revision) };
}

/** Both revisions as the data plane knows them. */
export function armsOf(
  { deployment: { namespace, name }, analysis: { port } }: World,
  { spec }: RolloutView,
): Arms {
  const arm = (revision: string) => ({ revision, service: `${name}-${revision}`, port });
  return { namespace, name, candidate: arm(spec.to.revision), stable: arm(spec.from.revision) };
}

export function judgeRollout(world: World, rollout: RolloutView): Judgement | undefined {
  const { metrics } = world.analysis;
  if (metrics.kind === 'notConfigured' || metrics.kind === 'pending') return undefined;
  const inquiry = inquiryOf(world, rollout);
  return inquiry && heedRequired(judge({ ...inquiry, measurements: metrics }), rollout);
}

/** Law 7 exempts them: who is a tester, a copy or stays where it was is not drawn by the weights. */
function isExempt({ spec: { plan }, status }: RolloutView): boolean {
  const testers = status.phase === 'Stepping' ? lastOf(plan, status.step.index, 'match')?.matches.length : 0;
  return plan.sticky !== undefined || (testers ?? 0) > 0;
}

/** Of metrics that the gate does not need, only a Fail counts. */
function heedRequired(judgement: Judgement, rollout: RolloutView): Judgement {
  const required = new Set(metricsAt(rollout).flatMap(({ name, required }) => (required ? [name] : [])));
  const heeded = judgement.metrics.filter(({ name, verdict }) => verdict === 'Fail' || required.has(name));
  if (heeded.length === judgement.metrics.length) return judgement;
  const worst = worstFinding(heeded);
  const { culprit: _culprit, ...rest } = judgement;
  return {
    ...rest,
    verdict: worst?.verdict ?? 'Pass',
    ...(worst && worst.verdict !== 'Pass' && { culprit: worst.name }),
    reason: worst?.reason ?? 'NoMetrics',
    message: worst?.message ?? 'no metric of this step is asked for',
  };
}

/** The gate needs evidence, and there is a source that may give it. */
export function isAsked({ world, rollout }: Pick<RolloutContext, 'world' | 'rollout'>): boolean {
  const isNeeded = metricsAt(rollout).some(({ required }) => required);
  return isNeeded && world.analysis.metrics.kind !== 'notConfigured';
}

/** The requests do not arrive in the split that was written: it is not in force, whatever the router says (law 7). */
export function isShareRejected(judgement: Judgement | undefined): boolean {
  return judgement?.share.state === 'rejected';
}

/** What the metrics said last, for people: no step is left and no rollout ended on it. */
export interface LastSaid {
  verdict: Verdict;
  metrics: { name: string; verdict: Verdict; message?: string; dryRun?: boolean }[];
}

/**
 * While the answer of the source is under way, what the status says about this step still stands: otherwise status and
 * conditions would go to and fro with every measurement.
 */
export function lastSaidOf(world: World, { name, status }: RolloutView): LastSaid | undefined {
  const before = world.deployment.status;
  const sameStep = before?.rollout?.name === name && before.rollout.since === status.step.enteredAt;
  if (world.analysis.metrics.kind !== 'pending' || !sameStep || !before.analysis?.length) return undefined;
  const metrics = before.analysis.map(({ metric, ...said }) => ({ ...said, name: metric }));
  const worst = (['Fail', 'NoData', 'Inconclusive'] as const).find((verdict) =>
    metrics.some((metric) => metric.verdict === verdict && !metric.dryRun),
  );
  return { verdict: worst ?? 'Pass', metrics };
}

/** Since when the source is silent; the clock of `noDataFor`. It does not run while nothing is asked. */
export function noteNoData(
  world: World,
  rollout: RolloutView,
  judgement: Judgement | undefined,
): ModelRolloutStatus {
  const { status } = rollout;
  const underWay = world.analysis.metrics.kind === 'pending' && inquiryOf(world, rollout) !== undefined;
  const silent = judgement?.verdict === 'NoData';
  if (underWay || silent === (status.analysis?.noDataSince !== undefined)) return status;
  const { noDataSince: _since, ...analysis } = status.analysis ?? {};
  return { ...status, analysis: silent ? { ...analysis, noDataSince: toTime(world.nowMs) } : analysis };
}

/**
 * Puts the evidence into the record: with every decision, when a query came nearer to one of its limits, and otherwise once a minute,
 * so that the API server sees few writes and a restart reads few samples again (design, section 6).
 */
export function checkpoint(
  { spec, status: before }: RolloutView,
  after: ModelRolloutStatus,
  judgement: Judgement | undefined,
): ModelRolloutStatus {
  if (!judgement) return after;
  const due = newestUsedMs(judgement.evidence) - newestUsedMs(before.analysis?.evidence) >= checkpointEveryMs;
  const decided = JSON.stringify(before) !== JSON.stringify(after);
  if (!due && !decided && !hasNewCounts(spec.analysis, before.analysis?.evidence, judgement.evidence))
    return after;
  return { ...after, analysis: { ...after.analysis, evidence: judgement.evidence } };
}

function newestUsedMs(evidence: RolloutEvidence | undefined): number {
  return evidence ? Math.max(...Object.values(cursorsOf(evidence))) : 0;
}

/** What queries counted towards their limits is not to be computed again from raw samples (law 12). */
function hasNewCounts(
  { metrics }: RolloutAnalysis,
  before: RolloutEvidence | undefined,
  after: RolloutEvidence,
): boolean {
  const isSameStep = before?.stepIndex === after.stepIndex && before.sinceMs === after.sinceMs;
  return metrics.some((metric) => {
    if (metric.kind !== 'query') return false;
    const known = countsTowardsLimits(metric, isSameStep ? before.metrics[metric.name] : undefined);
    const reached = countsTowardsLimits(metric, after.metrics[metric.name]);
    return reached.some((count, index) => count !== known[index]);
  });
}
