/** ln of the probabilities of 0, 1, ... `trials` successes: exact sums over what may happen need no luck. */
export function lnBinomial(trials: number, probability: number): number[] {
  const lnProbabilities: number[] = [];
  let lnChoose = 0;
  for (let successes = 0; successes <= trials; successes++) {
    lnProbabilities.push(
      lnChoose +
        (successes > 0 ? successes * Math.log(probability) : 0) +
        (successes < trials ? (trials - successes) * Math.log1p(-probability) : 0),
    );
    lnChoose += Math.log(trials - successes) - Math.log(successes + 1);
  }
  return lnProbabilities;
}

/** The expectation of exp(`lnValue`) over the bad requests of both arms, each arm's drawn from its binomial distribution. */
export function expectation(
  [candidate, stable]: readonly [requests: number, rate: number][],
  lnValue: (candidateBad: number, stableBad: number) => number,
): number {
  const lnStable = lnBinomial(...stable!);
  return lnBinomial(...candidate!).reduce(
    (sum, lnOfCandidate, candidateBad) =>
      lnStable.reduce((inner, lnOfStable, stableBad) => {
        const lnProbability = lnOfCandidate + lnOfStable;
        // Below this, even the greatest bet adds nothing that is seen.
        return lnProbability < -700
          ? inner
          : inner + Math.exp(lnProbability + lnValue(candidateBad, stableBad));
      }, sum),
    0,
  );
}
