/** What is tested about the mean of scores between 0 and 1. `max`: evidence that it lies above; `below`: that it lies below. */
export type ScoreBound = { max: number } | { below: number };

/** Parts of the capital that are bet on each score: small ones for small differences, large ones for large. */
const bets = [0.02, 0.1, 0.3, 0.6, 0.9];

/** How many sums the state of this test has. */
export const scoreAlternatives = bets.length;

/**
 * What the scores of one interval add to the ln of each bet's e-process: ln of the product of 1 + lambda (x - m), with lambda as
 * large as leaves 1 minus the bet in the worst case. Sum them with `addSteps`, ask `lnMean`.
 *
 * Guarantee: given the past, exp of it has an expectation of at most 1 for every distribution on [0, 1] whose mean lies on the
 * tested side of m, whatever its shape. Source: betting on bounded means (Waudby-Smith and Ramdas). Assumption: each
 * score's mean, given those before, lies on that side. For the difference of two arms' scores, take
 * (candidate - stable + 1) / 2 of pairs against (1 + tolerated difference) / 2.
 *
 * @throws RangeError for a score or a bound that lies outside.
 */
export function lnScoreSteps(scores: readonly number[], bound: ScoreBound): number[] {
  const [field, mean] = 'max' in bound ? ['max', bound.max] : ['below', bound.below];
  if (!(mean > 0 && mean < 1))
    throw new RangeError(`${field} is ${mean}: accepted is more than 0, less than 1`);
  const wrong = scores.find((score) => !(score >= 0 && score <= 1));
  if (wrong !== undefined) throw new RangeError(`a score is ${wrong}: accepted are numbers from 0 to 1`);
  return bets.map((bet) => {
    const lambda = 'max' in bound ? bet / mean : -bet / (1 - mean);
    return scores.reduce((sum, score) => sum + Math.log1p(lambda * (score - mean)), 0);
  });
}
