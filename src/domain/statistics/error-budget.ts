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
 * Whether a metric passes that may do so in more than one way (by the ratio to the stable, or by an absolute rate): when one
 * of the e-values rejects at an equal part of the budget of false promotions. Metrics that are all required need no such
 * division: the gate passes when each of them does at the full budget (intersection-union test).
 */
export const passesOneWay = (lnEs: readonly number[], falsePromotion: number): boolean =>
  lnEs.length > 0 && Math.max(...lnEs) >= lnRejection(falsePromotion / lnEs.length);

/**
 * Whether a single bad request of a candidate with a tiny share could roll back: its e-value is the mean of what is bet on,
 * relative to the edge (19.1 for the alternatives of the risk ratio), whatever the rates are. A budget that small requests
 * can use up is refused by whoever takes it from a user.
 */
export const oneRequestRejects = (factors: readonly number[], falseRollback: number): boolean =>
  factors.reduce((sum, factor) => sum + factor, 0) / factors.length >= 1 / falseRollback;
