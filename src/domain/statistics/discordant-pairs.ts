import { type RatioBound, ratioHypothesis } from './risk-ratio.ts';

/** Mirrored requests of one interval that exactly one arm answered badly. */
export interface DiscordantPairs {
  candidateOnly: number;
  stableOnly: number;
}

/**
 * What the discordant pairs of one interval add to the ln of each alternative's e-process, for traffic of which both arms get
 * the same requests. A request that is bad for both says nothing about their difference, so that pairs are far
 * stronger evidence than the arms' counts. Given their number, those of the candidate are binomial with odds 1 under "no difference":
 * ln e = b ln(psi/o) + (b+c) (ln(1+o) - ln(1+psi)), for alternatives psi against the edge o. The ratios of
 * the bound are those of the discordant counts. Guarantee: exactly 1 in expectation at the edge. Source: McNemar's test as
 * a sequential probability ratio test. Assumption: pairs are independent, or correlated within the dispersion.
 */
export function lnPairSteps({ candidateOnly, stableOnly }: DiscordantPairs, bound: RatioBound): number[] {
  for (const [field, value] of Object.entries({ candidateOnly, stableOnly })) {
    if (!Number.isFinite(value) || value < 0) {
      throw new RangeError(`${field} is ${value}: accepted are finite counts from 0`);
    }
  }
  const { edge, alternatives, dispersion } = ratioHypothesis(bound);
  return alternatives.map(
    (ratio) =>
      (candidateOnly * Math.log(ratio / edge) +
        (candidateOnly + stableOnly) * (Math.log1p(edge) - Math.log1p(ratio))) /
      dispersion,
  );
}
