import { adaptiveDefaults } from '../../api/strategy/adaptive.ts';
import { addCounts, type ArmCounts, noCounts } from '../../domain/analysis/arm-counts.ts';
import { excessLoss } from '../../domain/statistics/excess-loss.ts';
import { promoteFrom } from '../../domain/strategy/gate.ts';
import { boundError, mostBudgets } from '../../domain/strategy/loss-budget.ts';
import { affordableBy, weightUpTo } from '../../domain/strategy/next-weight.ts';
import type { AdaptiveStep } from '../../domain/strategy/plan.ts';
import type { Judge } from './judge.ts';
import { errorJudge, type Knowledge, type SequentialOptions } from './sequential.ts';

/** The product's own decision on one metric of errors where the evidence chooses the weights: `canary.adaptive` with its defaults. */
export function adaptiveJudge(options: SequentialOptions = {}): Judge {
  const { holdS = 120, scrapeIntervalS = 5 } = options;
  const step: AdaptiveStep = {
    kind: 'adaptive',
    ...adaptiveDefaults,
    holdMs: holdS * 1_000,
    maxHoldMs: Infinity,
  };
  const judge = errorJudge({ ...options, countsLoss: true });
  let weight: number = step.start;
  let whole: ArmCounts = noCounts();

  const isSpent = ({ evidence: { loss } }: Knowledge): boolean =>
    loss !== undefined && excessLoss.spent(loss, boundError) >= mostBudgets * step.lossBudget;
  return {
    begin: judge.begin,
    weight: () => weight,
    look([counts], { heldS }) {
      const known = judge.look(counts!);
      if (known.verdict === 'Fail') return 'rollBack';
      if (known.verdict === 'Pass' && heldS >= holdS && weight >= promoteFrom) return 'advance';
      whole = addCounts(whole, counts!);
      if (weight < step.max && !known.isSuspected && !isSpent(known)) {
        const perS = (whole.candidate.requests + whole.stable.requests) / heldS;
        // What the next weight costs is scraped, and then looked at.
        const wish = affordableBy(whole, perS * 2 * scrapeIntervalS, weight, step);
        weight = weightUpTo(wish, weight, step) ?? weight;
      }
      return 'stay';
    },
  };
}
