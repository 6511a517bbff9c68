import { describe, expect, it } from '@jest/globals';
import type { CountTests } from '../../api/model-rollout-status.ts';
import type { ArmCounts } from './arm-counts.ts';
import { addRound, type CountLimits, lnDrift, lnDriftNeeded, lnHarm, lnLimit } from './count-tests.ts';

const limits: CountLimits = {
  tolerance: 1.1,
  passMargin: 2,
  max: undefined,
  falsePromotion: 0.05,
  isPromoted: false,
};
const counts = (requests: number, bad: number, stableRequests = 0, stableBad = 0): ArmCounts => ({
  candidate: { requests, bad },
  stable: { requests: stableRequests, bad: stableBad },
});

/** The state after so many rounds alike. */
function after(
  rounds: number,
  round: ArmCounts,
  more: Partial<CountLimits> & { before?: CountTests; whole?: ArmCounts } = {},
): CountTests {
  const { before, whole = round, ...changed } = more;
  let tests = before;
  for (let index = 0; index < rounds; index += 1) {
    tests = addRound(tests, { counts: round, whole, begins: index === 0 }, { ...limits, ...changed });
  }
  return tests!;
}

/** How many rounds alike it takes. */
function roundsUntil(
  done: (tests: CountTests) => boolean,
  round: ArmCounts,
  { before, ...more }: Partial<CountLimits> & { before?: CountTests } = {},
): number {
  let tests = before;
  for (let rounds = 1; rounds < 5_000; rounds += 1) {
    tests = addRound(tests, { counts: round, whole: round, begins: rounds === 1 }, { ...limits, ...more });
    if (done(tests)) return rounds;
  }
  return Infinity;
}

const isHarmful = (tests: CountTests) => lnHarm(tests) >= Math.log(100);

describe('harm', () => {
  it.each([
    [0.01, 5],
    [0.05, 5],
  ])('of an outage is proved by the fifth request at the latest, with a base rate of %d', (base, most) => {
    const requests = roundsUntil(isHarmful, counts(1, 1, 19, 19 * base));
    expect(requests).toBeGreaterThan(1);
    expect(requests).toBeLessThanOrEqual(most);
  });

  it('within the tolerance is never found, and costs health nothing', () => {
    const tests = after(2_000, counts(50, 1.05, 950, 19));
    expect(lnHarm(tests)).toBeLessThan(0);
    expect(tests.passed).toBe(true);
  });

  it('that begins late is found nearly as fast, when the tests begin anew', () => {
    const harm = counts(50, 1.5, 950, 9.5);
    const healthy = after(500, counts(50, 0.5, 950, 9.5));
    const late = roundsUntil(isHarmful, harm, { before: healthy });
    expect(late).toBeLessThan(roundsUntil(isHarmful, harm) * 1.5);
  });
});

describe('the limit', () => {
  it('is exceeded whatever the stable revision does', () => {
    const tests = after(10, counts(100, 10, 900, 90), { max: 0.02 });
    expect(lnLimit(tests)).toBeGreaterThan(Math.log(100));
    expect(lnHarm(tests)).toBeLessThan(Math.log(2));
  });

  it.each([
    [0, 0, 0],
    [0, 3, 4],
    [1, 100, 0],
  ])('of %d with %d bad requests', (max, bad, ln) => {
    const found = lnLimit(after(1, counts(100, bad), { max }));
    if (ln === 0) expect(found).toBeCloseTo(0, 3);
    else expect(found).toBeGreaterThan(ln);
  });
});

describe('health', () => {
  it.each([0.02, 0.05, 0.1, 0.2])(
    'below a limit of %d is proved without an error by about six times 1 / limit',
    (max) => {
      const requests = roundsUntil(({ passed }) => passed === true, counts(1, 0), { max });
      expect(requests * max).toBeGreaterThan(5);
      expect(requests * max).toBeLessThan(7);
    },
  );

  it('is not proved by a candidate as bad as the margin says', () => {
    expect(after(500, counts(50, 1, 950, 9.5)).passed).toBeUndefined();
  });

  it('stays proved on its step', () => {
    const healthy = after(200, counts(50, 0.5, 950, 9.5));
    expect(healthy.passed).toBe(true);
    expect(after(5, counts(50, 2, 950, 9.5), { before: healthy }).passed).toBe(true);
  });
});

describe('after the promotion', () => {
  const whole = counts(5_000, 50, 50_000, 500);
  const promoted = { isPromoted: true, whole };

  it('is quiet while the candidate does what the stable revision did', () => {
    expect(lnDrift(after(2_000, counts(1_000, 10), promoted))!).toBeLessThan(lnDriftNeeded(15_000));
  });

  it('alarms soon when it gets worse, however long it was well', () => {
    const before = after(2_000, counts(1_000, 10), promoted);
    expect(lnDrift(after(5, counts(1_000, 40), { ...promoted, before }))!).toBeGreaterThan(
      lnDriftNeeded(15_000),
    );
  });

  it('has nothing to compare with when the stable revision was never counted', () => {
    expect(after(10, counts(100, 50), { isPromoted: true, whole: counts(100, 50) }).drift).toBeUndefined();
  });
});
