import type { MetricEvidence } from '../../api/model-rollout-status.ts';
import type { Verdict } from '../../api/phase.ts';
import type { RolloutAnalysis, RolloutEvidence, RolloutMetric } from '../../api/model-rollout.ts';
import { countRequests } from './arm-counts.ts';
import { familySamples, type FamilySamples } from './count-families.ts';
import { type CountContext, judgeErrorRate, judgeLatency } from './count-metric.ts';
import { nextCursor } from './counting.ts';
import { type Cursors, cursorsOf, evidenceForStep, storedCursors } from './evidence.ts';
import { judgeShare, type ShareFinding } from './judge-share.ts';
import type { MetricsState } from './measurement.ts';
import { type MetricFinding, type MetricReason, worstFinding } from './metric-finding.ts';
import { latencyId, queryId, requestsId } from './plan-measurements.ts';
import type { Arms, BucketRole, CounterPreset, RequestRole } from './preset.ts';
import { judgeQuery } from './query-metric.ts';

export interface JudgeInput {
  plan: RolloutAnalysis;
  /** What the record holds, of whatever step. */
  evidence: RolloutEvidence | undefined;
  arms: Arms;
  preset: CounterPreset | undefined;
  measurements: MetricsState;
  stepIndex: number;
  /** When the router acknowledged the step's split: counting starts here. */
  sinceMs: number;
  nowMs: number;
  /** The candidate's share that the split can achieve, 0 to 1; absent where none is expected (match, mirror, bake). */
  expectedShare?: number;
  /** The candidate's requests are copies of the stable's: counted, and no part of a split. */
  copies?: boolean;
  scrapeIntervalMs: number;
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

function judgeMeasured(
  input: JudgeInput,
  before: RolloutEvidence,
  { atMs, results }: Extract<MetricsState, { kind: 'measured' }>,
): Judgement {
  const { plan, preset, arms, sinceMs, scrapeIntervalMs } = input;
  const resultOf = (id: string) => results.find((result) => result.id === id);
  const requests = preset && familySamples(preset.requests(arms), resultOf(requestsId));
  const latencyFamily = plan.metrics.some(({ kind }) => kind === 'latency') && preset?.latency(arms);
  const latency = latencyFamily ? familySamples(latencyFamily, resultOf(latencyId)) : undefined;

  const used = cursorsOf(before);
  const reached = reachedCursors(used, { requests, latency }, { atMs, scrapeIntervalMs });
  const contextOf = (family: keyof Cursors): CountContext => ({
    window: { afterMs: used[family], untilMs: reached[family], steadyFromMs: sinceMs + settleMs },
    minRequests: plan.minRequests,
    sinceMs,
    // The time of the question, not of this pass: a slow source is not a silent one, and passes in between judge the same.
    nowMs: atMs,
    scrapeIntervalMs,
  });
  const isNewQuery = atMs > (before.measuredAtMs ?? -Infinity);
  const judgeOne = (metric: RolloutMetric) => {
    const known = before.metrics[metric.name];
    switch (metric.kind) {
      case 'errorRate':
        return requests && !preset?.lacks?.errors
          ? judgeErrorRate(metric, known, requests, contextOf('requestsMs'))
          : notCounted(metric.name, known, preset?.lacks?.errors);
      case 'latency':
        return latency
          ? judgeLatency(metric, known, latency, contextOf('latencyMs'))
          : notCounted(metric.name, known, preset?.lacks?.latency);
      case 'query':
        return judgeQuery(metric, known, resultOf(queryId(metric.name)), isNewQuery);
    }
  };
  const judged = plan.metrics.map(judgeOne);

  const hasQueries = plan.metrics.some(({ kind }) => kind === 'query');
  const moved = reached.requestsMs > used.requestsMs || reached.latencyMs > used.latencyMs;
  const { latencyCursorMs: _stored, ...rest } = before;
  const evidence: RolloutEvidence =
    moved || (hasQueries && isNewQuery)
      ? {
          ...rest,
          ...storedCursors(reached),
          ...(hasQueries && isNewQuery && { measuredAtMs: atMs }),
          ...(requests && { share: addShare(before.share, requests, contextOf('requestsMs')) }),
          metrics: Object.fromEntries(
            judged.flatMap(({ finding, evidence }) => (evidence ? [[finding.name, evidence]] : [])),
          ),
        }
      : before;
  return conclude(
    input,
    evidence,
    judged.map(({ finding }) => finding),
  );
}

/**
 * How far each family may be counted now. A query that failed or gave nothing leaves its family's cursor where it is, so that
 * the next answer is counted from there. Latency that nobody asks for goes with the requests: a metric that begins later
 * begins with what comes then.
 */
function reachedCursors(
  used: Cursors,
  {
    requests,
    latency,
  }: { requests: FamilySamples<RequestRole> | undefined; latency: FamilySamples<BucketRole> | undefined },
  at: { atMs: number; scrapeIntervalMs: number },
): Cursors {
  const requestsMs = nextCursor(requests?.newestMs ?? [], { ...at, cursorMs: used.requestsMs });
  return {
    requestsMs,
    latencyMs: latency
      ? nextCursor(latency.newestMs, { ...at, cursorMs: used.latencyMs })
      : Math.max(used.latencyMs, requestsMs),
  };
}

/** Nobody counts what the metric asks for: there is no preset, or `lack` says why it cannot be had from this one (law 9). */
function notCounted(name: string, evidence: MetricEvidence | undefined, lack: string | undefined) {
  const message = `${name}: ${lack ?? 'nobody knows how to count requests at this router'}`;
  const reason = lack === undefined ? 'UnknownPreset' : 'NotInPreset';
  const finding: MetricFinding = { name, verdict: 'NoData', reason, message };
  return { evidence, finding };
}

function addShare(
  before: RolloutEvidence['share'],
  requests: FamilySamples<RequestRole>,
  { window }: CountContext,
): NonNullable<RolloutEvidence['share']> {
  const { steady } = countRequests(requests.family, requests.series, window);
  const known = before ?? { candidate: 0, stable: 0 };
  return { candidate: known.candidate + steady.candidate, stable: known.stable + steady.stable };
}

function conclude(input: JudgeInput, evidence: RolloutEvidence, metrics: MetricFinding[]): Judgement {
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
