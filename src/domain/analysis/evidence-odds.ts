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
  const { falseRollback } = plan;
  const weighed = (known: RolloutEvidence['metrics'], asked: RolloutAnalysis['metrics']) =>
    weighHarm(heardEvidence(known, { metrics: asked }), { harmTests: harmTestCount(asked), falseRollback });
  const harm = weighed(metrics, plan.metrics);
  return {
    lnHarm: harm.lnE,
    lnHarmNeeded: harm.lnNeeded,
    lnHealthNeeded: lnRejection(plan.falsePromotion),
    metrics: plan.metrics.flatMap((metric) => {
      const { name, dryRun } = metric;
      const known = metrics[name];
      // A free query has no counts, and no odds.
      if (!known?.tests) return [];
      // One in a dry run is judged alone.
      const { tests } = dryRun ? weighed({ [name]: known }, [{ ...metric, dryRun: false }]) : harm;
      const own = tests.filter((test) => test.metric === name).map(({ lnShare }) => lnShare);
      const lnHarm = Math.max(...own);
      return [{ name, lnHarm, lnHealth: lnHealth(known.tests), ...countsOf(known) }];
    }),
  };
}
