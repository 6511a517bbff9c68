import type { RolloutAnalysis, RolloutMetric } from '../api/model-rollout.ts';
import { countRequests, countSlowRequests, type Counts } from '../domain/analysis/arm-counts.ts';
import { familySamples } from '../domain/analysis/count-families.ts';
import { latencyBound } from '../domain/analysis/histograms.ts';
import type { QueryResult } from '../domain/analysis/measurement.ts';
import type { ArmName, Arms, CounterPreset } from '../domain/analysis/preset.ts';
import { counterPreset } from '../domain/analysis/presets/counter-preset.ts';
import { namedMeasures } from '../domain/analysis/presets/named-measure.ts';
import type { PresetData } from '../domain/analysis/presets/preset-data.ts';
import { QueryTemplateError, renderQuery } from '../domain/analysis/query-template.ts';
import { MetricsError } from '../metrics-source/metrics-error.ts';
import type { MetricsSource } from '../metrics-source/metrics-source.ts';
import { measuring } from '../metrics-source/presets/presets.ts';
import { presetSeen } from './presets-seen.ts';

/** What one metric says of the stable revision now. */
export interface MetricFigure {
  metric: string;
  kind: RolloutMetric['kind'];
  /** As the source was asked; absent where there is nothing to ask. */
  query?: string;
  /** Of a metric that counts. */
  counts?: Counts;
  /** Of a query that gives one number. */
  value?: number;
  /** Why there is no number, in words. */
  lacks?: string;
}

/** What a source knows of both revisions now. */
export interface ArmFigures {
  /** Who counts; absent where nobody does. */
  preset?: string;
  /** Which revisions have series of requests. */
  seen: Record<ArmName, boolean>;
  /** Of the stable revision; absent where nobody counts. */
  requestsPerSecond?: number;
  metrics: MetricFigure[];
}

export interface FiguresQuestion {
  source: MetricsSource;
  presets: readonly PresetData[];
  arms: Arms;
  analysis: RolloutAnalysis;
  nowMs: number;
}

/** So long a time says what is usual now. */
export const figuresWindowMs = 300_000;
/** Before it lies the sample that each series is anchored at. */
const anchorMs = 60_000;

/**
 * Asks the source what it knows of both revisions at this moment: the same selectors, counts and queries as the controller's, with the stable
 * revision in the candidate's place where a query names it. Rejects with `MetricsError` when the source does not answer.
 */
export async function armFigures({
  source,
  presets,
  arms,
  analysis,
  nowMs,
}: FiguresQuestion): Promise<ArmFigures> {
  const span = { fromMs: nowMs - figuresWindowMs, toMs: nowMs };
  const chosen = await presetSeen(source, presets, arms, span);
  const preset = chosen && counterPreset(chosen);
  const requests = preset && (await countedRequests(source, preset, arms, nowMs));
  const metrics: MetricFigure[] = [];
  for (const metric of analysis.metrics) {
    const about = { metric: metric.name, kind: metric.kind };
    if (metric.kind === 'query')
      metrics.push({ ...about, ...(await queried(source, metric, arms, analysis, nowMs)) });
    else if (!preset || !requests) metrics.push({ ...about, lacks: 'no counted request of either revision' });
    else if (metric.kind === 'errorRate') metrics.push({ ...about, ...requests.figure });
    else metrics.push({ ...about, ...(await slowRequests(source, preset, metric, arms, nowMs)) });
  }
  return {
    ...(preset && { preset: preset.name }),
    seen: requests?.seen ?? { candidate: false, stable: false },
    ...(requests?.figure.counts && {
      requestsPerSecond: (1_000 * requests.figure.counts.requests) / figuresWindowMs,
    }),
    metrics,
  };
}

const windowOf = (nowMs: number) => ({
  afterMs: nowMs - figuresWindowMs,
  roundsMs: [nowMs],
  steadyFromMs: nowMs,
});
const range = `[${figuresWindowMs + anchorMs}ms]`;

async function countedRequests(source: MetricsSource, preset: CounterPreset, arms: Arms, nowMs: number) {
  const family = preset.requests(arms);
  const query = `${family.selector}${range}`;
  const { series } = familySamples(family, { id: '', result: await source.instant(query, { atMs: nowMs }) });
  const has = (arm: ArmName) => series.some(({ labels }) => family.read(labels)?.arm === arm);
  const { rounds } = countRequests(family, series, windowOf(nowMs));
  const figure: Omit<MetricFigure, 'metric' | 'kind'> = has('stable')
    ? { query, counts: rounds[0]!.stable }
    : { query, lacks: 'no counted request of the stable revision' };
  return { seen: { candidate: has('candidate'), stable: has('stable') }, figure };
}

async function slowRequests(
  source: MetricsSource,
  preset: CounterPreset,
  { objective }: Extract<RolloutMetric, { kind: 'latency' }>,
  arms: Arms,
  nowMs: number,
): Promise<Omit<MetricFigure, 'metric' | 'kind'>> {
  const family = preset.latency(arms);
  if (!family) return { lacks: preset.lacks?.latency ?? 'nobody counts how long requests take' };
  const query = `${family.selector}${range}`;
  if (!objective) return { query, lacks: 'whole distributions are compared, and that needs both revisions' };
  const { series } = familySamples(family, { id: '', result: await source.instant(query, { atMs: nowMs }) });
  const bound = latencyBound(family, series, objective.thresholdMs);
  if (bound.kind !== 'bound') {
    const lacks =
      bound.kind === 'noBuckets' ? 'no histogram yet' : `the lowest bucket ends at ${bound.lowestMs} ms`;
    return { query, lacks };
  }
  const [round] = countSlowRequests(family, series, windowOf(nowMs), bound.boundMs);
  return { query, counts: round!.stable };
}

async function queried(
  source: MetricsSource,
  metric: Extract<RolloutMetric, { kind: 'query' }>,
  arms: Arms,
  { preset = 'auto' }: RolloutAnalysis,
  nowMs: number,
): Promise<Omit<MetricFigure, 'metric' | 'kind'>> {
  let query: string | undefined;
  try {
    query = renderQuery(metric.query, {
      ...arms,
      candidate: arms.stable,
      ...(metric.windowMs !== undefined && { windowMs: metric.windowMs }),
      measures: namedMeasures(measuring(preset)),
    });
    return { query, ...valueIn(await source.instant(query, { atMs: nowMs })) };
  } catch (error) {
    const isOfQuery = error instanceof MetricsError && error.kind === 'badQuery';
    if (!isOfQuery && !(error instanceof QueryTemplateError)) throw error;
    return { ...(query !== undefined && { query }), lacks: error.message };
  }
}

function valueIn(result: QueryResult): Pick<MetricFigure, 'value' | 'lacks'> {
  switch (result.kind) {
    case 'value':
      return { value: result.value };
    case 'empty':
      return { lacks: 'no data' };
    case 'nan':
      return { lacks: result.value };
    default:
      return { lacks: `${result.series.length} series` };
  }
}
