import { checkedCounts, type Interval } from './interval.ts';

/**
 * What is tested about the risk ratio, the candidate's probability of a bad request divided by the stable's.
 *
 * `tolerance`: fail direction. Evidence against "the ratio is at most the tolerance", so evidence of harm.
 * `margin`: pass direction. Evidence against "the ratio is at least the margin", so evidence that harm is less than that.
 * `dispersion` (1 and more, default 1): variance of counts relative to that of independent requests.
 */
export type RatioBound = ({ tolerance: number } | { margin: number }) & { dispersion?: number };

/** What the fail direction bets on, as multiples of the tolerance: from a little harm to an outage. */
export const failAlternatives: readonly number[] = [1.25, 1.5, 2, 3, 5, 10, 30, 100];

/** What the pass direction bets on: a candidate as good as the stable, or better. */
export const passAlternatives: readonly number[] = [1, 0.8, 0.5];

export interface RatioHypothesis {
  /** The ratio at the edge of what is tested. */
  edge: number;
  /** The true ratios that are bet on, of equal weight; all above the edge, or all below it. */
  alternatives: readonly number[];
  dispersion: number;
}

/** @throws RangeError for a bound that cannot be tested. */
export function ratioHypothesis(bound: RatioBound): RatioHypothesis {
  const { dispersion = 1 } = bound;
  if (!(dispersion >= 1 && dispersion < Infinity)) {
    throw new RangeError(`dispersion is ${dispersion}: accepted are finite numbers from 1`);
  }
  if ('tolerance' in bound) {
    const { tolerance } = bound;
    if (!(tolerance > 0 && tolerance < Infinity)) {
      throw new RangeError(`tolerance is ${tolerance}: accepted are finite ratios above 0`);
    }
    return {
      edge: tolerance,
      alternatives: failAlternatives.map((factor) => tolerance * factor),
      dispersion,
    };
  }
  const { margin } = bound;
  if (!(margin > 1 && margin < Infinity)) {
    throw new RangeError(`margin is ${margin}: accepted are finite ratios above 1`);
  }
  return { edge: margin, alternatives: passAlternatives, dispersion };
}

/**
 * What one interval adds to the ln of each alternative's e-process: with candidate share w of the interval's requests,
 * Ec bad ones of the candidate and M of both arms, ln e = Ec ln(psi/r0) + M (ln(1-w+w r0) - ln(1-w+w psi)).
 *
 * Guarantee: given the past, exp of it has an expectation of at most 1 for every true ratio on the tested side of the
 * edge, whatever the stable's rate is in that interval and however the weight was chosen, because 1+x <= exp(x) bounds
 * what each request contributes by a Poisson count's. Dividing by the dispersion keeps that (Jensen's inequality).
 * Assumption: requests are bad independently of each other, or correlated within the dispersion.
 * An interval that lacks one arm compares nothing and adds exactly 0.
 */
export function lnRatioSteps(interval: Interval, bound: RatioBound): number[] {
  const { edge, alternatives, dispersion } = ratioHypothesis(bound);
  const candidate = checkedCounts(interval.candidate, 'candidate');
  const stable = checkedCounts(interval.stable, 'stable');
  if (candidate.requests === 0 || stable.requests === 0) return alternatives.map(() => 0);
  const share = candidate.requests / (candidate.requests + stable.requests);
  const bad = candidate.bad + stable.bad;
  return alternatives.map(
    (ratio) =>
      (candidate.bad * Math.log(ratio / edge) +
        bad * (Math.log1p(share * (edge - 1)) - Math.log1p(share * (ratio - 1)))) /
      dispersion,
  );
}
