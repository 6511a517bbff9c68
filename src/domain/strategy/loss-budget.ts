import type { RolloutEvidence } from '../../api/model-rollout.ts';
import { excessLoss } from '../statistics/excess-loss.ts';
import { adaptiveStep } from './plan.ts';
import { knownEvidence, type RolloutContext } from './rollout-context.ts';

/** A rollout that has surely cost so many budgets goes no further: `onInconclusive` decides, and never the budget itself. */
export const mostBudgets = 10;

/** The probability that a bound on what the candidate does, or did, is wrong. It steers exposure; verdicts do not rest on it. */
export const boundError = 0.05;

/**
 * Bad requests that the candidate has surely cost so far, over the whole rollout: the lower bound of the costliest metric, since one
 * request may be bad in several. Undefined where there is no budget, or nobody counts.
 */
export function lossSpent(evidence: RolloutEvidence | undefined): number | undefined {
  const losses = Object.values(evidence?.metrics ?? {}).flatMap(({ loss }) =>
    loss ? [Math.floor(excessLoss.spent(loss, boundError))] : [],
  );
  return losses.length === 0 ? undefined : Math.max(...losses);
}

/** Why the rollout may cost no more, in words; undefined while it may. */
export function spentInWords(context: Pick<RolloutContext, 'rollout' | 'judgement'>): string | undefined {
  const { spec, status } = context.rollout;
  const step = adaptiveStep(spec.plan, status);
  const spent = lossSpent(knownEvidence(context));
  if (!step || spent === undefined || spent < mostBudgets * step.lossBudget) return undefined;
  return `the candidate had at least ${spent} bad requests more than the stable revision would have had: ${mostBudgets} times lossBudget are spent`;
}
