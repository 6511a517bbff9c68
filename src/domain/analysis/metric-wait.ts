import type { RolloutMetric } from '../../api/model-rollout.ts';

/** How long the split of a step has to be in force before the metric is asked. */
export const waitMsOf = (metric: RolloutMetric): number =>
  Math.max(metric.initialDelayMs ?? 0, metric.kind === 'query' ? (metric.windowMs ?? 0) : 0);
