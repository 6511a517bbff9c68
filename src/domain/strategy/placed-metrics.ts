import type { RolloutMetric, RolloutStep } from '../../api/model-rollout.ts';
import { waitMsOf } from '../analysis/metric-wait.ts';
import type { RolloutView } from '../world.ts';
import { currentStep } from './plan.ts';

/** A metric of the place at which a rollout stands. */
export type PlacedMetric = RolloutMetric & {
  /** It is asked when the split has been in force for this long. */
  waitMs: number;
  /** The gate needs its Pass; of the others it only heeds a Fail, and of a dry run nothing. */
  required: boolean;
};

/**
 * The metrics that are asked where a rollout stands. Testers and previews have few requests: their gates need only metrics that
 * name the place, and a preview, without live requests, asks no others. Who promotes in full asks none.
 */
export function metricsAt({ spec, status }: RolloutView): PlacedMetric[] {
  const { plan, analysis } = spec;
  if (status.full) return [];
  return metricsOfPlace(analysis.metrics, status.step.index, currentStep(plan, status)?.kind);
}

/** The same of a place in a plan, by the kind of its step; a place behind the steps has none. */
export function metricsOfPlace(
  metrics: readonly RolloutMetric[],
  place: number,
  kind: RolloutStep['kind'] | undefined,
): PlacedMetric[] {
  return metrics
    .filter(({ places }) => places?.includes(place) ?? kind !== 'preview')
    .map((metric) => ({
      ...metric,
      waitMs: waitMsOf(metric),
      required: !metric.dryRun && (metric.places !== undefined || kind !== 'match'),
    }));
}
