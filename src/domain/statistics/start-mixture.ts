import { logSumExp } from './log-sum-exp.ts';
import { lnMean } from './mixture.ts';

/**
 * An e-process that begins many times, for harm that begins late (reference, section 6.3): what a long healthy time has cost a test need
 * not be won back by one that begins after it. One natural logarithm for each ratio that is bet on, and last that of the part that has
 * not begun. Valid, since the parts are fixed in advance and sum to 1.
 */
export type StartMixture = readonly number[];

/** exp(-30) stands for nothing: state stays finite, as JSON asks. */
const nothing = -30;

/** One more interval: its factors, and the part of the whole that begins with it (0 for none). */
export function addToStartMixture(
  mixture: StartMixture | undefined,
  lnFactors: readonly number[],
  beginning: number,
): number[] {
  const sums = mixture?.slice(0, -1) ?? lnFactors.map(() => nothing);
  const left = Math.exp(lnNotBegun(mixture)) - beginning;
  return [
    ...lnFactors.map((lnFactor, index) => {
      const sum = sums[index]!;
      return (beginning > 0 ? logSumExp([sum, Math.log(beginning)]) : sum) + lnFactor;
    }),
    left > 0 ? Math.max(nothing, Math.log(left)) : nothing,
  ];
}

/** The part that begins next where the number of beginnings is not known in advance: 1/2, 1/6, 1/12, ... 1/(j(j+1)). */
export function nextBeginning(mixture: StartMixture | undefined): number {
  const left = Math.exp(lnNotBegun(mixture));
  return left ** 2 / (1 + left);
}

/** The e-value, as a natural logarithm: at least ln(1/alpha) rejects. */
export const lnStartMixture = (mixture: StartMixture): number =>
  logSumExp([lnMean(mixture.slice(0, -1)), lnNotBegun(mixture)]);

const lnNotBegun = (mixture: StartMixture | undefined): number => mixture?.at(-1) ?? 0;
