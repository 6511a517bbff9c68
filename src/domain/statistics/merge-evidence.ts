import { logSumExp } from './log-sum-exp.ts';

/** The evidence of harm of one metric. */
export interface MetricEvidence {
  name: string;
  /** The ln of its e-value. A metric without data stands where it stood; at first at 0. */
  lnE: number;
  /** How much of the budget of false rollbacks it gets, relative to the others; above 0. More for a critical one. */
  weight: number;
}

/**
 * The evidence of harm of all metrics together: the weighted mean of their e-values, E = sum v_j E_j with sum v = 1, and the
 * metric that contributes most to it.
 *
 * Guarantee: the mean of e-processes is one, however the metrics depend on each other, so that the whole rollout has the
 * one budget, without a correction for the number of metrics (Vovk and Wang: no other merging of arbitrary
 * e-values is better everywhere). Never multiply e-values of the same requests. The culprit is a description: that another
 * metric is free of harm is not said. No metrics give no evidence.
 */
export function mergeEvidence(metrics: readonly MetricEvidence[]): { lnE: number; culprit?: string } {
  const total = metrics.reduce((sum, { name, weight }) => {
    if (!(weight > 0 && weight < Infinity)) {
      throw new RangeError(`the weight of metric ${name} is ${weight}: accepted are finite numbers above 0`);
    }
    return sum + weight;
  }, 0);
  const parts = metrics.map(({ name, lnE, weight }) => ({ name, lnPart: lnE + Math.log(weight / total) }));
  const [first, ...others] = parts;
  if (!first) return { lnE: 0 };
  const culprit = others.reduce((best, next) => (next.lnPart > best.lnPart ? next : best), first);
  return { lnE: logSumExp(parts.map(({ lnPart }) => lnPart)), culprit: culprit.name };
}
