/** What the next weight of the candidate is chosen from. Weights and rates from 0 to 1. */
export interface WeightChoice {
  /** The weight in force. */
  weight: number;
  /** Requests of both arms together that are expected until the next look. */
  requests: number;
  /** What the candidate's rate of bad requests may still be: its `upperRateBound`. */
  upperRate: number;
  /** The stable's rate of bad requests. */
  stableRate: number;
  /** Bad requests more than the stable would have had, that may be lost until the next look. */
  lossBudget: number;
  /** Excess of the candidate's rate that is assumed at least, so that little evidence of a perfect candidate is not all trust. */
  minExcess?: number;
  /** The next weight is at most this multiple of the one in force, above 1. */
  growth: number;
  min: number;
  max: number;
}

/**
 * The largest next weight whose possible loss until the next look stays within the budget: with R requests and an excess of at
 * most D = upper bound of the candidate's rate less the stable's rate, a weight w loses at most R D w. It grows
 * by at most `growth`, and never shrinks: noise takes no weight back, a Fail takes all of it.
 *
 * Guarantee: this bounds exposure, and no probability of error: the weight is a function of the past, under which the sequential
 * tests stay valid. What the router can express and ready pods can carry is the caller's to apply. Source: ramps under a
 * loss budget (Li, Mao, Bojinov), here with the upper end of a confidence sequence.
 */
export function nextWeight(choice: WeightChoice): number {
  const { weight, requests, upperRate, stableRate, lossBudget, minExcess = 0.001, growth, min, max } = choice;
  const affordable = lossBudget / (requests * Math.max(upperRate - stableRate, minExcess));
  return Math.min(1, Math.max(weight, min, Math.min(affordable, growth * weight, max)));
}
