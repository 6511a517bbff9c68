import type { Calibration } from '../../api/model-rollout-status.ts';
import type { Verdict } from '../../api/phase.ts';
import type { RolloutAnalysis, RolloutEvidence } from '../../api/model-rollout.ts';
import { countRequests } from './arm-counts.ts';
import { familySamples, type FamilySamples } from './count-families.ts';
import { findingOf } from './count-finding.ts';
import { countSlow } from './count-latency.ts';
import { type CountContext, countErrors, type CountStanding, uncounted } from './count-metric.ts';
import { type Cursors, cursorsOf, evidenceForStep, storedCursors } from './evidence.ts';
import { harmTestCount, heardEvidence, weighHarm } from './harm.ts';
import { judgeShare, type ShareFinding } from './judge-share.ts';
import type { MetricsState } from './measurement.ts';
import { type MetricFinding, type MetricReason, worstFinding } from './metric-finding.ts';
import { measurementIntervalMs, measurementSlot } from './measurement-slot.ts';
import { latencyId, queryId, requestsId } from './plan-measurements.ts';
import type { Arms, CounterPreset, RequestRole } from './preset.ts';
import { judgeQuery, type QueryJudgement } from './query-metric.ts';
import { roundsOf } from './rounds.ts';
import { type ReadyPods, warmSamples, warmUpOf } from './warm-up.ts';

export interface JudgeInput {
  plan: RolloutAnalysis;
  /** How many tests look for harm in the whole rollout: `harmTestCount`. Absent: as many as `plan` has. */
  harmTests?: number;
  /** The candidate has everything, and nothing runs beside it any more. */
  isPromoted?: boolean;
  /** What the record holds, of whatever step. */
  evidence: RolloutEvidence | undefined;
  /** What was measured of the stable's pods before the rollout. */
  calibration?: Calibration;
  arms: Arms;
  preset: CounterPreset | undefined;
  measurements: MetricsState;
  stepIndex: number;
  /** When the router acknowledged the step's split: counting starts here. */
  sinceMs: number;
  /** When it acknowledged the present one, where a step has several. Absent: `sinceMs`. */
  splitSinceMs?: number;
  /** There is a budget for what the candidate costs, so that it is counted. */
  countsLoss?: boolean;
  nowMs: number;
  /** The candidate's share that the split can achieve, 0 to 1; absent where none is expected (match, mirror, bake). */
  expectedShare?: number;
  /** The candidate's requests are copies of the stable's: counted, and no part of a split. */
  copies?: boolean;
  scrapeIntervalMs: number;
  /** For `warmUpMs` of the plan. */
  readyPods?: ReadyPods;
}

export interface Judgement {
  verdict: Verdict;
  /** The metric that decided the verdict, unless that is a Pass. */
  culprit?: string;
  /** Why, as a constant; with no metrics `NoMetrics`. */
  reason: MetricReason | 'NoMetrics';
  /** Why, in words and numbers. */
  message: string;
  metrics: MetricFinding[];
  /** To be recorded: what is in it is never counted again (law 10). The very object that came in when nothing changed. */
  evidence: RolloutEvidence;
  /** The candidate's share of the requests of this step, 0 to 1; absent for copies, which are nobody's share. */
  observedShare?: number;
  share: ShareFinding;
  /** The source has not answered yet: what was known before this pass still holds. */
  pending: boolean;
}

/** Intervals that begin this long after the acknowledgement count for the share test: data planes follow a moment later. */
const settleMs = 2_000;

/**
 * The answer of a gate from what was measured, and the evidence that it leaves behind. Pure: the same input gives the same judgement.
 * The worst metric decides, in the order Fail, NoData, Inconclusive, Pass.
 */
export function judge(input: JudgeInput): Judgement {
  const { plan, measurements } = input;
  const evidence = evidenceForStep(input.evidence, input);
  const all = (verdict: Verdict, reason: MetricReason, words: string) =>
    conclude(
      input,
      evidence,
      plan.metrics.map(({ name }) => ({ name, verdict, reason, message: `${name}: ${words}` })),
    );
  switch (measurements.kind) {
    case 'notConfigured':
      return all(
        'Pass',
        'NotConfigured',
        'the controller has no metrics source, so hold and readiness decide',
      );
    case 'unknownSource':
      return all(
        'NoData',
        'UnknownSource',
        `the controller has no metrics source named ${measurements.name}`,
      );
    case 'noPreset':
      return all('NoData', 'UnknownPreset', measurements.message);
    case 'pending':
      return all('Inconclusive', 'WaitingForSource', 'the source has not answered yet');
    case 'measured':
      return judgeMeasured(input, evidence, measurements);
  }
}

/** What one metric brought in this pass. */
type Judged = { standing: CountStanding } | { query: QueryJudgement };

function judgeMeasured(
  input: JudgeInput,
  before: RolloutEvidence,
  { atMs, results }: Extract<MetricsState, { kind: 'measured' }>,
): Judgement {
  const { plan, preset, arms, sinceMs, splitSinceMs = sinceMs, scrapeIntervalMs, isPromoted = false } = input;
  const resultOf = (id: string) => results.find((result) => result.id === id);
  // The share is one of all requests, also of those that are too early to say anything about a model.
  const all = preset && familySamples(preset.requests(arms), resultOf(requestsId));
  const latencyFamily = plan.metrics.some(({ kind }) => kind === 'latency') && preset?.latency(arms);
  const { beganMs = sinceMs } = before;
  const warmUp = warmUpOf({ warmUpMs: plan.warmUpMs, preset, beganMs, pods: input.readyPods });
  const requests = all && warmSamples(all, warmUp);
  const latency = latencyFamily
    ? warmSamples(familySamples(latencyFamily, resultOf(latencyId)), warmUp)
    : undefined;

  const used = cursorsOf(before);
  const rounds = roundsOfFamilies(used, { requests, latency }, { atMs, scrapeIntervalMs });
  const contextOf = (family: keyof Cursors): CountContext => ({
    window: { afterMs: used[family], roundsMs: rounds[family], steadyFromMs: splitSinceMs + settleMs },
    minRequests: plan.minRequests,
    falsePromotion: plan.falsePromotion,
    isPromoted,
    ...(input.countsLoss && { countsLoss: true }),
    calibration: input.calibration,
    expectedShare: input.expectedShare,
    sinceMs: Math.max(sinceMs, warmUp?.candidateFromMs ?? -Infinity),
    // The time of the question, not of this pass: a slow source is not a silent one, and passes in between judge the same.
    nowMs: atMs,
    scrapeIntervalMs,
  });
  const isNewQuery = isNewMeasurement(input, before, atMs);
  const judged = plan.metrics.map((metric): Judged => {
    const known = before.metrics[metric.name];
    switch (metric.kind) {
      case 'errorRate': {
        const context = contextOf('requestsMs');
        return {
          standing:
            requests && !preset?.lacks?.errors
              ? countErrors(metric, known, requests, context)
              : uncounted(metric, known, context, preset?.lacks?.errors),
        };
      }
      case 'latency': {
        const context = contextOf('latencyMs');
        return {
          standing: latency
            ? countSlow(metric, known, latency, context)
            : uncounted(metric, known, context, preset?.lacks?.latency),
        };
      }
      case 'query':
        return {
          query: judgeQuery(metric, known, {
            measured: resultOf(queryId(metric.name)),
            isNew: isNewQuery,
            atMs,
            scrapeIntervalMs,
          }),
        };
    }
  });

  const hasQueries = plan.metrics.some(({ kind }) => kind === 'query');
  const moved = rounds.requestsMs.length > 0 || rounds.latencyMs.length > 0;
  const { latencyCursorMs: _stored, ...rest } = before;
  const evidence: RolloutEvidence =
    moved || (hasQueries && isNewQuery)
      ? {
          ...rest,
          ...storedCursors(reachedCursors(used, rounds, latency !== undefined)),
          ...(hasQueries && isNewQuery && { measuredAtMs: atMs }),
          ...(all && {
            share: addShare(before.share, all, contextOf('requestsMs'), input.splitSinceMs),
          }),
          metrics: { ...before.metrics, ...evidenceOf(judged) },
        }
      : before;
  const { harmTests = harmTestCount(plan.metrics) } = input;
  const { falseRollback, minRequests } = plan;
  const harm = weighHarm(heardEvidence(evidence.metrics, plan), { harmTests, falseRollback });
  return conclude(
    input,
    evidence,
    judged.map((each) => {
      if ('query' in each) return each.query.finding;
      const { metric } = each.standing;
      if (!metric.dryRun) return findingOf(each.standing, harm, minRequests);
      // Alone: what is not heard takes nothing from the budget of what is.
      const own = { [metric.name]: each.standing.evidence };
      return findingOf(
        each.standing,
        weighHarm(own, { harmTests: harmTestCount([{ ...metric, dryRun: false }]), falseRollback }),
        minRequests,
      );
    }),
  );
}

/**
 * Whether the answers have not been counted yet. Within a step each slot of the grid of looks counts once: after a restart the same
 * slot is asked for again, at another time (laws 10 and 12).
 */
function isNewMeasurement(
  { plan, scrapeIntervalMs, evidence }: JudgeInput,
  before: RolloutEvidence,
  atMs: number,
): boolean {
  const { measuredAtMs } = before;
  if (measuredAtMs === undefined) return true;
  const isSameStep = evidence?.stepIndex === before.stepIndex && evidence.sinceMs === before.sinceMs;
  if (!isSameStep) return atMs > measuredAtMs;
  const intervalMs = measurementIntervalMs(plan, scrapeIntervalMs);
  return measurementSlot(atMs, intervalMs).index > measurementSlot(measuredAtMs, intervalMs).index;
}

function evidenceOf(judged: readonly Judged[]): RolloutEvidence['metrics'] {
  return Object.fromEntries(
    judged.map((each) =>
      'query' in each
        ? [each.query.finding.name, each.query.evidence]
        : [each.standing.metric.name, each.standing.evidence],
    ),
  );
}

/** The rounds of each family that are over. A query that failed or gave nothing has none, so that the next answer is counted from there. */
function roundsOfFamilies(
  used: Cursors,
  families: { requests: FamilySamples<unknown> | undefined; latency: FamilySamples<unknown> | undefined },
  at: { atMs: number; scrapeIntervalMs: number },
): Record<keyof Cursors, number[]> {
  const { requests, latency } = families;
  return {
    requestsMs: roundsOf(requests?.scrapesMs ?? [], { ...at, afterMs: used.requestsMs }),
    latencyMs: roundsOf(latency?.scrapesMs ?? [], { ...at, afterMs: used.latencyMs }),
  };
}

/** Latency that nobody asks for goes with the requests: a metric that begins later begins with what comes then. */
function reachedCursors(
  used: Cursors,
  rounds: Record<keyof Cursors, number[]>,
  asksLatency: boolean,
): Cursors {
  const requestsMs = rounds.requestsMs.at(-1) ?? used.requestsMs;
  const latencyMs = rounds.latencyMs.at(-1) ?? used.latencyMs;
  return { requestsMs, latencyMs: asksLatency ? latencyMs : Math.max(latencyMs, requestsMs) };
}

function addShare(
  before: RolloutEvidence['share'],
  requests: FamilySamples<RequestRole>,
  { window }: CountContext,
  sinceMs: number | undefined,
): NonNullable<RolloutEvidence['share']> {
  const { steady } = countRequests(requests.family, requests.series, window);
  const known = before ?? { candidate: 0, stable: 0 };
  return {
    candidate: known.candidate + steady.candidate,
    stable: known.stable + steady.stable,
    ...(sinceMs !== undefined && { sinceMs }),
  };
}

function conclude(input: JudgeInput, evidence: RolloutEvidence, findings: MetricFinding[]): Judgement {
  const dryRuns = new Set(input.plan.metrics.flatMap(({ name, dryRun }) => (dryRun ? [name] : [])));
  const metrics = findings.map((one): MetricFinding => {
    return dryRuns.has(one.name) ? { ...one, dryRun: true } : one;
  });
  const worst = worstFinding(metrics);
  const pending = input.measurements.kind === 'pending';
  return {
    verdict: worst?.verdict ?? 'Pass',
    ...(worst && worst.verdict !== 'Pass' && { culprit: worst.name }),
    reason: worst?.reason ?? 'NoMetrics',
    message: worst?.message ?? 'no metric is asked for, so hold and readiness decide',
    metrics,
    evidence,
    ...judgeShare(input.copies ? undefined : evidence.share, input.expectedShare),
    pending,
  };
}
