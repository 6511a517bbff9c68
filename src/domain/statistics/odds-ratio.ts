import gammaln from '@stdlib/math-base-special-gammaln';
import { checkedCounts, type Interval } from './interval.ts';
import { type RatioBound, ratioHypothesis } from './risk-ratio.ts';

/**
 * What one interval adds to the ln of each alternative's e-process in the exact conditional form, which is sharper than the
 * risk ratio's where more than about a tenth of the requests are bad (latency near the median). The ratios of the bound
 * are those of odds p/(1-p) here: a tolerance of 1 is the same hypothesis as for risks. Otherwise a risk ratio lies
 * nearer to 1 than the odds ratio of the same rates does, so that a margin certified here is one for risks too, while a
 * tolerance above 1 is used up by somewhat less harm.
 *
 * Given M, the bad requests of both arms, the candidate's follow Fisher's noncentral hypergeometric distribution:
 * ln e = Ec ln(psi/o) + D(o) - D(psi), D(t) = ln of the sum over x of C(Nc, x) C(Nb, M-x) t^x. Guarantee: the expectation
 * given the past is exactly 1 at the edge, below 1 beyond it, whatever the stable's rate is. Assumption, besides
 * that of `lnRatioSteps`: within one interval all requests of an arm have the same rate.
 */
export function lnOddsSteps(interval: Interval, bound: RatioBound): number[] {
  const { edge, alternatives, dispersion } = ratioHypothesis(bound);
  const candidate = checkedCounts(interval.candidate, 'candidate');
  const stable = checkedCounts(interval.stable, 'stable');
  const bad = candidate.bad + stable.bad;
  if (candidate.requests === 0 || stable.requests === 0 || bad === 0) return alternatives.map(() => 0);
  const lnSum = (odds: number) => lnHypergeometricSum(candidate.requests, stable.requests, bad, odds);
  const ofEdge = lnSum(edge);
  return alternatives.map(
    (ratio) => (candidate.bad * Math.log(ratio / edge) + ofEdge - lnSum(ratio)) / dispersion,
  );
}

/** Terms this much smaller than the greatest add nothing to a sum of doubles, nor do all that follow them. */
const negligible = 1e-18;

/** ln of the sum over x of C(candidate, x) C(stable, bad-x) odds^x. */
function lnHypergeometricSum(candidate: number, stable: number, bad: number, odds: number): number {
  const [lowest, highest] = [Math.max(0, bad - stable), Math.min(candidate, bad)];
  // The terms rise to one greatest and fall from there: of a billion, only those near it count.
  const nextToThis = (x: number) => (odds * (candidate - x) * (bad - x)) / ((x + 1) * (stable - bad + x + 1));
  let [greatest, after] = [lowest, highest];
  while (greatest < after) {
    const middle = Math.floor((greatest + after) / 2);
    if (nextToThis(middle) > 1) greatest = middle + 1;
    else after = middle;
  }
  let sum = 1;
  for (let x = greatest, term = 1; x < highest && term > negligible; x++) sum += term *= nextToThis(x);
  for (let x = greatest, term = 1; x > lowest && term > negligible; x--) sum += term /= nextToThis(x - 1);
  return (
    lnChoose(candidate, greatest) +
    lnChoose(stable, bad - greatest) +
    greatest * Math.log(odds) +
    Math.log(sum)
  );
}

const lnChoose = (n: number, k: number): number => gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1);
