import { logAddExp } from './log-sum-exp.ts';
import { addSteps, lnMean, type LnSums } from './mixture.ts';

/**
 * The state of evidence that may begin late. Its size does not grow with the number of starts, because a start only adds its
 * share to each running product. Plain finite numbers.
 */
export interface StartMixture {
  /** Of each alternative, the ln of the shares that started, each times the factors since its start; empty before the first. */
  running: LnSums;
  /** The share of the evidence that has not started, 1 at first: it stands still. */
  unstarted: number;
}

/**
 * Evidence of harm that begins late (a leak, a cache that expires): a test that has watched a healthy candidate for an hour
 * has lost so much that it finds later harm late. This one is the mixture of tests that start at several moments,
 * E = sum u_j E_j with shares u_j of sum 1, where what has not started is 1.
 *
 * Guarantee: an e-process like its parts, so that it rejects at the same `lnRejection`. A test that starts from the first interval
 * with share u costs ln(1/u) against the plain one. Source: mixtures over change points (Shiryaev; Roberts). Assumption:
 * the shares follow a plan, and are not chosen from what was seen.
 */
export const startMixture = {
  start: (): StartMixture => ({ running: [], unstarted: 1 }),

  /**
   * Takes in what an interval adds to each alternative. `share` of the evidence starts just before the interval: 0 for none;
   * no more starts than is left.
   */
  add({ running, unstarted }: StartMixture, steps: readonly number[], share = 0): StartMixture {
    const starting = Math.min(Math.max(0, share), unstarted);
    if (running.length === 0 && starting === 0) return { running, unstarted };
    const lnShare = Math.log(starting);
    const before =
      running.length > 0 ? running.map((sum) => logAddExp(sum, lnShare)) : steps.map(() => lnShare);
    return { running: addSteps(before, steps), unstarted: Math.max(0, unstarted - starting) };
  },

  lnE: ({ running, unstarted }: StartMixture): number =>
    running.length > 0 ? logAddExp(lnMean(running), Math.log(unstarted)) : 0,
};

/**
 * The share that the next start takes where nobody knows how many will follow: 1/2, 1/6, 1/12, ... 1/(j(j+1)), which sum to 1.
 * Where the number of starts is planned, each takes one over it.
 */
export const openEndedShare = ({ unstarted }: StartMixture): number => unstarted ** 2 / (1 + unstarted);
