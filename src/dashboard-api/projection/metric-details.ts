import type { ModelDeployment } from '../../api/model-deployment.ts';
import type { ArmCounts } from '../../api/model-rollout-status.ts';
import type { ModelRollout, RolloutMetric } from '../../api/model-rollout.ts';
import { evidenceOdds } from '../../domain/analysis/evidence-odds.ts';
import { oddsWords, percent } from '../../domain/analysis/words.ts';
import { withoutName } from '../../presentation/words.ts';
import type { MetricDetail } from '../schemas.ts';

/** What each metric of a rollout asks, and what is known of it. `model` is given for the rollout that its status is about. */
export function metricDetails(
  { spec, status }: ModelRollout,
  model: ModelDeployment | undefined,
): MetricDetail[] {
  const evidence = status?.analysis?.evidence;
  const odds = evidence && evidenceOdds(evidence, spec.analysis);
  // Nothing is said of a gate any more when a rollout was taken back; by whose proof, the evidence still shows.
  const isTakenBack = status?.outcome === 'RolledBack' && status.reason === 'AnalysisFailed';
  const isProvedHarmful = (lnHarm = -Infinity) =>
    isTakenBack && odds !== undefined && lnHarm >= odds.lnHarmNeeded;
  return spec.analysis.metrics.map((metric): MetricDetail => {
    const { name, kind, dryRun = false } = metric;
    // What is said of an open gate; at the end of a shadow its report says it.
    const said =
      model?.status?.analysis?.find((one) => one.metric === name) ??
      status?.report?.find((one) => one.metric === name);
    const known = evidence?.metrics[name];
    const proof = odds?.metrics.find((one) => one.name === name);
    const tolerance =
      kind === 'query'
        ? undefined
        : (metric.tolerance ?? status?.analysis?.calibration?.metrics[name]?.tolerance);
    return {
      metric: name,
      kind,
      ...(said ? { verdict: said.verdict } : isProvedHarmful(proof?.lnHarm) && { verdict: 'Fail' as const }),
      ...(said?.message !== undefined && { words: withoutName(name, said.message) }),
      asked: askedWords(metric),
      ...(said && 'value' in said && said.value !== undefined && { value: said.value }),
      dryRun,
      thresholds: thresholdsOf(metric),
      ...(tolerance !== undefined && { tolerance }),
      ...(kind !== 'query' && { passMargin: metric.passMargin }),
      ...(known && { step: evidence!.stepIndex }),
      ...(known?.candidate && { candidate: armOf(known.candidate) }),
      ...(known?.stable && { stable: armOf(known.stable) }),
      ...(known?.whole && {
        whole: { candidate: armOf(known.whole.candidate), stable: armOf(known.whole.stable) },
      }),
      ...(odds &&
        proof && {
          harm: proofOf(proof.lnHarm, odds.lnHarmNeeded),
          health: proofOf(proof.lnHealth, odds.lnHealthNeeded),
        }),
      ...(kind === 'query' &&
        known && {
          query: {
            measurements: known.measurements,
            failures: known.failures,
            ...(metric.failureLimit !== undefined && { failureLimit: metric.failureLimit }),
            ...(known.lastValue !== undefined && { lastValue: known.lastValue }),
          },
        }),
    };
  });
}

/** What a value of the metric means. */
export function askedWords(metric: RolloutMetric): string {
  switch (metric.kind) {
    case 'errorRate':
      return 'share of failed requests';
    case 'latency':
      return metric.objective
        ? `share of requests slower than ${metric.objective.thresholdMs} ms`
        : 'how long requests take, the whole distribution';
    case 'query':
      return metric.query;
  }
}

function thresholdsOf(metric: RolloutMetric): MetricDetail['thresholds'] {
  if (metric.kind === 'query') return [];
  const max = metric.kind === 'latency' ? metric.objective?.max : metric.max;
  return max === undefined ? [] : [{ value: max, says: `max ${percent(max)}`, kind: 'max' }];
}

const armOf = ({ requests, bad }: ArmCounts) => ({
  requests,
  bad,
  ...(requests > 0 && { share: bad / requests }),
});

/** JSON has no infinity: certainty is a large number. */
const finite = (value: number): number => Math.min(1e6, Math.max(-1e6, value));

const proofOf = (ln: number, lnNeeded: number): NonNullable<MetricDetail['harm']> => ({
  ln: finite(ln),
  lnNeeded: finite(lnNeeded),
  words: oddsWords(ln),
  neededWords: oddsWords(lnNeeded),
  progress: lnNeeded > 0 ? Math.min(1, Math.max(0, ln / lnNeeded)) : 0,
});
