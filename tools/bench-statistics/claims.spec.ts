import { describe, expect, it } from '@jest/globals';
import { judges } from './judges.ts';
import { sequentialJudge } from '../../src/simulation/judges/sequential.ts';
import { bursts, failing, harmful, healthy } from './scenarios.ts';
import { tally, type Tally } from './tally.ts';
import type { Judge } from '../../src/simulation/judges/judge.ts';
import type { Truth } from './traffic.ts';

/**
 * What the product claims of its judge, on fixed seeds, with a look at every scrape (design, section 6). So many rollouts that chance
 * does not decide: a rate of 1 % has a standard error of 0.7 percent.
 */
const runs = 200;
const understudy = judges['Understudy']!;
const budget = (probability: number) => probability + 3 * Math.sqrt((probability * (1 - probability)) / runs);

const known = new Map<string, Tally>();
/** The same question is answered once. */
function found(truth: Truth, make: () => Judge = understudy): Tally {
  const key = `${Object.values(judges).indexOf(make)}/${truth.name}/${truth.requestsPerSecond}`;
  const answer = known.get(key) ?? tally(truth, make, runs);
  known.set(key, answer);
  return answer;
}

/** The judges of others that let healthy candidates pass. */
const usefulOthers = () =>
  Object.entries(judges).filter(
    ([name, make]) => !name.startsWith('Understudy') && found(failing(0.01), make).promoted > 0.9 * runs,
  );

describe('the judge', () => {
  it.each(healthy)(
    'takes back no more than falseRollback says of candidates that do no harm: $name',
    (truth) => {
      expect(found(truth).rolledBack / runs).toBeLessThanOrEqual(budget(0.01));
    },
  );

  it('nor of those that do as much harm as is tolerated', () => {
    const truth = failing(0.01 * 1.1);
    expect(found(truth).rolledBack / runs).toBeLessThanOrEqual(budget(0.01));
  });

  it('can be wrong: with a budget of 20 % some at the edge are taken back', () => {
    const loose = () => sequentialJudge({ falseRollback: 0.2 });
    const { rolledBack } = tally(failing(0.01 * 1.1), loose, runs);
    expect(rolledBack).toBeGreaterThan(0);
    expect(rolledBack / runs).toBeLessThanOrEqual(budget(0.2));
  });

  it('promotes no more than falsePromotion says, at each of four gates, of those that are as bad as the margin', () => {
    expect(found(failing(0.02)).promoted / runs).toBeLessThanOrEqual(budget(0.05));
  });

  /** Half as many errors more are near what is tolerated, and an hour is short for them. */
  const [little, ...plain] = harmful;

  it.each(plain)('finds every candidate that does harm: $name', (truth) => {
    expect(found(truth).rolledBack).toBeGreaterThanOrEqual(0.98 * runs);
  });

  it('finds most of those with 1.5 times the errors, and promotes hardly any', () => {
    const { rolledBack, promoted } = found(little!);
    expect(rolledBack).toBeGreaterThan(0.9 * runs);
    expect(promoted).toBeLessThan(0.08 * runs);
  });

  it.each(bursts)('sees bursts before the rollout, and divides its evidence by them: $name', (truth) => {
    expect(found(truth).rolledBack / runs).toBeLessThanOrEqual(budget(0.02));
    const blind = () => ({ ...understudy(), begin: undefined });
    expect(tally(truth, blind, 50).rolledBack).toBeGreaterThan(5);
  });

  it.each([
    [0.02, 600, 50],
    [0.05, 60, 20],
    [0.5, 20, 50],
  ])(
    'takes one with an error rate of %d back within %d s and %d bad answers, in the median',
    (rate, seconds, bad) => {
      const { rolledBackAtS, badUntilRolledBack } = found(failing(rate));
      expect(rolledBackAtS).toBeLessThanOrEqual(seconds);
      expect(badUntilRolledBack).toBeLessThanOrEqual(bad);
    },
  );

  it('promotes a healthy one in half the time that steps of five minutes take', () => {
    expect(found(failing(0.01)).promotedAtS).toBeLessThanOrEqual(600);
  });

  it('finds harm in half the time of every judge that lets healthy candidates pass', () => {
    const useful = usefulOthers();
    expect(useful.map(([name]) => name)).toEqual([
      'Flagger, >= 95 %, threshold 5',
      'Argo Rollouts, >= 95 %, failureLimit 3',
      'Kayenta, Mann-Whitney',
    ]);
    for (const [name, make] of useful) {
      // By ranks twice the errors are found in less than twice our time, and three times the errors are not.
      for (const rate of [name.startsWith('Kayenta') ? 0.03 : 0.02, 0.05, 0.5]) {
        const theirs = found(failing(rate), make).rolledBackAtS ?? Infinity;
        expect(found(failing(rate)).rolledBackAtS).toBeLessThanOrEqual(theirs / 2);
      }
    }
  });
});

describe('the judge that chooses the weights', () => {
  const adaptive = judges['Understudy, adaptive']!;

  it.each(healthy)('takes back no more of candidates that do no harm: $name', (truth) => {
    expect(found(truth, adaptive).rolledBack / runs).toBeLessThanOrEqual(budget(0.01));
  });

  it('promotes a healthy one as soon as its least time is over', () => {
    expect(found(failing(0.01), adaptive).promotedAtS).toBeLessThanOrEqual(120 + 60);
  });

  it.each([
    [0.05, 20],
    [0.5, 50],
  ])(
    'takes one with an error rate of %d back before it gave more than %d bad answers, in the median',
    (rate, bad) => {
      const { rolledBack, badUntilRolledBack } = found(failing(rate), adaptive);
      expect([rolledBack, badUntilRolledBack]).toEqual([runs, expect.any(Number)]);
      expect(badUntilRolledBack).toBeLessThanOrEqual(bad);
    },
  );

  it('finds twice the errors in half the time of every judge that lets healthy candidates pass', () => {
    for (const [, make] of usefulOthers()) {
      const theirs = found(failing(0.02), make).rolledBackAtS ?? Infinity;
      expect(found(failing(0.02), adaptive).rolledBackAtS).toBeLessThanOrEqual(theirs / 2);
    }
  });
});
