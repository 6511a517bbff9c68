import type { RolloutEvidence } from '../../api/model-rollout-status.ts';
import type { RolloutAnalysis } from '../../api/model-rollout.ts';
import { lnRejection } from '../statistics/error-budget.ts';
import type { ArmCounts } from './arm-counts.ts';
import { countsOf } from './count-metric.ts';
import { lnHealth } from './count-tests.ts';
import { harmTestCount, heardEvidence, weighHarm } from './harm.ts';

/** How far the proofs of one metric that counts have come. Odds are natural logarithms. */
export interface MetricOdds extends ArmCounts {
  name: string;
  /** Its own part of the odds that the candidate does harm: the heavier of its tests. */
  lnHarm: number;
  /** The odds that it is healthy, on this step. After the promotion nothing is added to them. */
  lnHealth: number;
}

/** How far all proofs of a rollout have come. */
export interface EvidenceOdds {
  /** Of all metrics together: what `falseRollback` is compared with. */
  lnHarm: number;
  lnHarmNeeded: number;
  lnHealthNeeded: number;
  metrics: MetricOdds[];
}

/** The numbers behind the words of a judgement, from the evidence that it left behind. */
export function evidenceOdds(
  { metrics }: Pick<RolloutEvidence, 'metrics'>,
  plan: Pick<RolloutAnalysis, 'metrics' | 'falseRollback' | 'falsePromotion'>,
): EvidenceOdds {
  const harmTests = harmTestCount(plan.metrics);
  const heard = heardEvidence(metrics, plan);
  const harm = weighHarm(heard, { harmTests, falseRollback: plan.falseRollback });
  return {
    lnHarm: harm.lnE,
    lnHarmNeeded: harm.lnNeeded,
    lnHealthNeeded: lnRejection(plan.falsePromotion),
    metrics: Object.entries(heard).flatMap(([name, known]) => {
      // A free query has no counts, and no odds.
      if (!known.tests) return [];
      const own = harm.tests.filter(({ metric }) => metric === name).map(({ lnShare }) => lnShare);
      const lnHarm = Math.max(...own);
      return [{ name, lnHarm, lnHealth: lnHealth(known.tests), ...countsOf(known) }];
    }),
  };
}
