/**
 * The ln of an e-value from which on a hypothesis is rejected with at most this probability of error (Ville's inequality).
 *
 * @throws RangeError for what is no probability of error.
 */
export function lnRejection(errorProbability: number): number {
  if (!(errorProbability > 0 && errorProbability < 1)) {
    throw new RangeError(
      `the probability of error is ${errorProbability}: accepted is more than 0, less than 1`,
    );
  }
  return -Math.log(errorProbability);
}

/**
 * Whether a single bad request of a candidate with a tiny share could roll back: its e-value is the mean of what is bet on,
 * relative to the edge (19.1 for the alternatives of the risk ratio), whatever the rates are. The API accepts no such
 * budget.
 */
export const oneRequestRejects = (factors: readonly number[], falseRollback: number): boolean =>
  factors.reduce((sum, factor) => sum + factor, 0) / factors.length >= 1 / falseRollback;
