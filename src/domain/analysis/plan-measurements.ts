import type { RolloutAnalysis, RolloutEvidence, RolloutMetric } from '../../api/model-rollout.ts';
import { cursorsOf, evidenceForStep } from './evidence.ts';
import type { MeasurementRequest } from './measurement.ts';
import { measurementIntervalMs, measurementSlot } from './measurement-slot.ts';
import { waitMsOf } from './metric-wait.ts';
import type { Arms, CounterPreset } from './preset.ts';
import type { NamedMeasures } from './presets/named-measure.ts';
import { QueryTemplateError, type QueryScope, renderQuery } from './query-template.ts';

export interface PlanMeasurementsInput {
  plan: RolloutAnalysis;
  /** What the record holds, of whatever step. */
  evidence: RolloutEvidence | undefined;
  arms: Arms;
  /** Absent where nobody knows how this router counts: then only free queries are asked. */
  preset: CounterPreset | undefined;
  /** What model servers measure, for the variables of free queries. */
  measures?: NamedMeasures;
  stepIndex: number;
  /** When the router acknowledged the step's split. */
  sinceMs: number;
  nowMs: number;
  scrapeIntervalMs: number;
}

/** Ids of the requests for counters. A free query's id is `query/` and the name of its metric. */
export const requestsId = 'requests';
export const latencyId = 'latency';
export const queryId = (metric: string) => `query/${metric}`;

/** How far before a cursor samples are read, so that each series has one to anchor at, even after missed scrapes. */
const anchorIntervals = 10;
const leastAnchorMs = 60_000;

/** What lies further back than this many scrape intervals is skipped after a long absence: an answer must stay small. */
const longestIntervals = 720;

/**
 * What to ask the source now: the raw samples of both arms since its cursor, one query for each family of counters, and the plan's free queries.
 * The requests are always counted, for the share test (law 7). A query that cannot be rendered is left out; `checkExpressions`
 * says why, and its metric is NoData.
 */
export function planMeasurements(input: PlanMeasurementsInput): MeasurementRequest[] {
  const { plan, arms, preset, nowMs, scrapeIntervalMs } = input;
  const { requestsMs, latencyMs } = cursorsOf(evidenceForStep(input.evidence, input));
  const anchorMs = Math.max(leastAnchorMs, anchorIntervals * scrapeIntervalMs);
  const longestMs = Math.max(anchorMs, longestIntervals * scrapeIntervalMs);
  const since = (cursorMs: number): string =>
    `[${Math.ceil(Math.min(longestMs, Math.max(0, nowMs - cursorMs) + anchorMs))}ms]`;
  const ask = (id: string, query: string, atMs = nowMs): MeasurementRequest => ({
    id,
    source: plan.source,
    query,
    atMs,
  });

  const requests: MeasurementRequest[] = [];
  if (preset) {
    requests.push(ask(requestsId, `${preset.requests(arms).selector}${since(requestsMs)}`));
    const latency = plan.metrics.some(({ kind }) => kind === 'latency') && preset.latency(arms);
    if (latency) requests.push(ask(latencyId, `${latency.selector}${since(latencyMs)}`));
  }
  for (const metric of plan.metrics) {
    if (metric.kind !== 'query') continue;
    const query = rendered(metric.query, { ...arms, windowMs: metric.windowMs, measures: input.measures });
    if (query !== undefined) requests.push(ask(queryId(metric.name), query, sharedTimeMs(input, metric)));
  }
  return requests;
}

/**
 * The time at which a free query is evaluated: the beginning of the interval, so that all ModelDeployments that ask the same ask it for the same
 * time, and one answer serves them. Never a time before the metric counts.
 */
function sharedTimeMs(
  { plan, sinceMs, nowMs, scrapeIntervalMs }: PlanMeasurementsInput,
  metric: RolloutMetric,
): number {
  const { startMs } = measurementSlot(nowMs, measurementIntervalMs(plan, scrapeIntervalMs));
  return startMs >= sinceMs + waitMsOf(metric) ? startMs : nowMs;
}

function rendered(template: string, scope: QueryScope): string | undefined {
  try {
    return renderQuery(template, scope);
  } catch (error) {
    if (error instanceof QueryTemplateError) return undefined;
    throw error;
  }
}
