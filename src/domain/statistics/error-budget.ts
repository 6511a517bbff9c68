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
