import { describe, expect, it } from '@jest/globals';
import { RandomFaults } from './faults/fault-plan.ts';
import { seededRandom } from './random.ts';
import { type Bed, bedOf, specOf, until } from './testing/world-bed.ts';

const rates = {
  conflict: 0.05,
  throttled: 0.03,
  serverError: 0.05,
  lost: 0.05,
  latencyMs: 40,
  watchLagMs: 300,
  watchBreaks: 0.5,
};

/** A canary among faults, with a crash in the middle. */
async function troubled(seed: number): Promise<Bed> {
  const faults = () => new RandomFaults(seededRandom(seed).fork('faults'), rates);
  const bed = bedOf({ seed }, { faults: faults() });
  const { world, model } = bed;
  model.create(specOf());
  await until(bed, () => model.phase === 'Healthy');
  model.release('2');
  await until(bed, () => model.percentOf(model.candidate ?? '') === 25);
  world.killController(world.controllers[0]!);
  world.startController({ faults: faults() });
  await until(bed, () => model.rollouts.at(-1)?.status?.phase === 'Ended', 1_800_000);
  await world.run(60_000);
  return bed;
}

describe('a run of the simulated world', () => {
  it('ends well among errors, timeouts, late watches and broken ones', async () => {
    for (const seed of [1, 2, 3]) {
      const { model } = await troubled(seed);
      expect(model.rollouts.map(({ status }) => status?.outcome)).toEqual(['Promoted']);
      expect(model.condition('Ready')).toBe('True Healthy');
      expect(model.percentOf(model.stable)).toBe(100);
    }
  });

  it('is the same for the same seed, to the last write, and another one for another seed', async () => {
    const [one, again, other] = [await troubled(7), await troubled(7), await troubled(8)];
    expect(again.world.history.digest()).toBe(one.world.history.digest());
    expect(other.world.history.digest()).not.toBe(one.world.history.digest());
  });
});
