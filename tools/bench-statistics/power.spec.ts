import { describe, expect, it } from '@jest/globals';
import { powerAt, slowRequests } from './power.ts';

const runs = 100;

/** What docs/benchmarks/power.md says of the defaults, where chance does not decide. */
describe('one step of the default plan', () => {
  it.each([0.001, 0.01, 0.1])('passes an equal candidate with a share of %d bad requests', (rate) => {
    expect(powerAt(rate, 1, runs)).toMatchObject({ failed: 0, passed: 1 });
  });

  it.each([0.01, 0.1])('fails one that is three times as bad, with a share of %d bad requests', (rate) => {
    expect(powerAt(rate, 3, runs).failed).toBeGreaterThan(0.95);
  });

  it('passes what lies below a hundredth, whatever the ratio, where no limit is given', () => {
    expect(powerAt(0.001, 2, runs).passed).toBeGreaterThan(0.9);
  });

  it('cuts some off by maxHold between tolerance and margin, and few beyond', () => {
    const undecided = (ratio: number) => {
      const { failed, passed } = powerAt(0.01, ratio, runs);
      return 1 - failed - passed;
    };
    expect(undecided(1.5)).toBeGreaterThan(0.05);
    expect(undecided(1.5)).toBeLessThan(0.4);
    expect(undecided(3)).toBeLessThan(0.02);
  });
});

describe('a gate on rare slow requests', () => {
  it('needs requests in inverse proportion to the usual share', () => {
    const needed = [0.001, 0.01].map((share) =>
      slowRequests({ share, ratio: 5, weight: 5, max: 2 * share }, runs)!,
    );
    expect(needed[0]! / needed[1]!).toBeGreaterThan(5);
    expect(needed[0]! / needed[1]!).toBeLessThan(20);
  });
});
