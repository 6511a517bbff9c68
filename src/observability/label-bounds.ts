import { outcomes, phases, verdicts } from '../api/phase.ts';
import { reasons } from '../api/reasons.ts';
import { metricsErrorKinds } from '../domain/analysis/measurement.ts';
import { notificationTypes } from '../config/notifications-schema.ts';
import { attemptResults } from '../notifications/notifier.ts';
import { circuitStates } from '../runtime/circuit-breaker.ts';
import { lanes } from '../runtime/fair-lanes.ts';
import { reconcileOutcomes } from '../runtime/worker-pool.ts';
import { problemConditions } from './model-deployment-figures.ts';
import { directions } from './rollout-metrics.ts';

/** What a label says, and how many values it can have: a number, or what it grows with. */
export interface LabelBound {
  meaning: string;
  bound: number | string;
  /** All of them, where they are known. */
  values?: readonly string[];
}

const oneOf = (meaning: string, values: readonly string[]): LabelBound => ({
  meaning: `${meaning}: ${values.map((value) => `\`${value}\``).join(', ')}`,
  bound: values.length,
  values,
});

/**
 * Every label of every metric. None has values that a request, a pod, a revision or a rollout could add to: the number of series is
 * bounded by what is installed and configured.
 */
export const labelBounds: Record<string, LabelBound> = {
  'namespace, name': { meaning: 'the ModelDeployment', bound: 'ModelDeployments' },
  name: { meaning: 'the queue', bound: 1 },
  controller: { meaning: 'the controller', bound: 1 },
  metric: { meaning: "the metric of the rollout's plan, at most 16", bound: 'metrics of a plan' },
  arm: oneOf('the revision of the rollout', ['candidate', 'stable']),
  phase: oneOf('the phase', Object.keys(phases)),
  verdict: oneOf('the verdict', Object.keys(verdicts)),
  condition: oneOf('the type of the condition', problemConditions),
  reason: {
    meaning: 'one of the [reasons](reasons.md); each has one at a time',
    bound: 1,
    values: Object.keys(reasons),
  },
  outcome: oneOf('how rollouts ended', Object.keys(outcomes)),
  direction: oneOf('what the write did to the share of the candidate', directions),
  lane: oneOf('how urgent the pass was', lanes),
  verb: { meaning: 'the verb of the API', bound: 9 },
  kind: { meaning: 'the kind of object', bound: 'kinds that are used, about 15' },
  code: { meaning: 'the HTTP status, or `none` without an answer', bound: 'statuses, about 10' },
  source: { meaning: 'the metrics source', bound: 'configured sources' },
  target: { meaning: 'what is called', bound: 'configured sources' },
  type: oneOf('the type of the target', notificationTypes),
  result: oneOf('how a pass, a query or an attempt ended', [
    ...new Set([...reconcileOutcomes, 'success', ...metricsErrorKinds, ...attemptResults]),
  ]),
  state: {
    meaning: `the state; of a circuit ${circuitStates.map((one) => `\`${one}\``).join(', ')}`,
    bound: 4,
  },
  cause: oneOf('why an event was not written', ['bufferFull', 'rateLimited', 'failed', 'stopped']),
  version: { meaning: 'the version of the controller', bound: 1 },
  node: { meaning: 'the version of Node', bound: 1 },
};

/** The labels as they count: those of a ModelDeployment only together. */
export function countedLabels(labels: readonly string[]): string[] {
  const ofObject = labels.includes('namespace') && labels.includes('name');
  return ofObject
    ? ['namespace, name', ...labels.filter((label) => label !== 'namespace' && label !== 'name')]
    : [...labels];
}

/** At most so many series of a metric, in words: what it grows with, times a number. */
export function seriesBound(labels: readonly string[], buckets = 0): string {
  const counted = countedLabels(labels);
  const bounds = counted.map((label) => labelBounds[label]?.bound ?? 'unknown');
  // A histogram has its buckets, the one without a bound, the sum and the count.
  const factors = [buckets > 0 ? buckets + 3 : 1, ...bounds];
  const times = factors.reduce<number>(
    (product, one) => (typeof one === 'number' ? product * one : product),
    1,
  );
  const grows = factors.filter((one) => typeof one === 'string');
  // The reason of a counter is not one at a time: each that ends a rollout has a series.
  const reasons =
    labels.includes('reason') && !labels.includes('name') ? ['reasons that end a rollout, about 15'] : [];
  const all = [
    ...grows,
    ...reasons,
    ...(times > 1 || grows.length + reasons.length === 0 ? [String(times)] : []),
  ];
  return all.join(' × ');
}
