import { logSumExp } from './log-sum-exp.ts';

/**
 * The state of a test that bets on several alternatives: the ln of each one's e-process, in the order of the
 * alternatives. Plain finite numbers, so that a record in JSON keeps it exactly.
 */
export type LnSums = readonly number[];

/** Before the first interval: each e-process is 1. */
export const startSums = (alternatives: number): number[] => Array<number>(alternatives).fill(0);

/**
 * The sums after one more interval. Factors of intervals multiply and counts are never pooled: sums of counts over
 * changes of the weight would mistake a rising base rate for harm (Simpson's paradox).
 *
 * @throws RangeError when the state belongs to other alternatives.
 */
export function addSteps(sums: LnSums, steps: readonly number[]): number[] {
  if (sums.length !== steps.length) {
    throw new RangeError(
      `the state has ${sums.length} sums: accepted are ${steps.length}, one an alternative`,
    );
  }
  return sums.map((sum, index) => sum + steps[index]!);
}

/** ln of the mean of the e-processes, which is one itself. Without alternatives nothing is bet, and it stays at 0. */
export const lnMean = (sums: LnSums): number =>
  sums.length > 0 ? logSumExp(sums) - Math.log(sums.length) : 0;
