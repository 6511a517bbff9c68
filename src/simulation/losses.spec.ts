import { describe, expect, it } from '@jest/globals';
import { type Bed, serving, specOf, until, weightsOf } from './testing/world-bed.ts';

/** Nobody measures anything, and one pod has all of a share: it answers for forty seconds, then its process ends. */
const spec = specOf({
  replicas: 1,
  progressDeadline: '10m',
  strategy: { canary: { steps: [{ weight: 50, hold: '30s' }], bake: { duration: '15m' } } },
});

async function crashing(bed: Bed): Promise<Bed> {
  const { model, world } = bed;
  model.release('2');
  await until(bed, () => model.candidate !== undefined);
  model.makeCandidate({ kind: 'crashes', afterMs: 40_000, readyAfterMs: 500, exitCode: 137 });
  await until(bed, () => model.rollouts.at(-1)?.status?.phase === 'Ended', 3_600_000);
  await world.run(60_000);
  return bed;
}

const endOf = ({ model }: Bed) => ({
  phase: model.phase,
  stable: model.stable,
  split: model.split,
  ends: model.rollouts.map(({ status }) => [status?.outcome, status?.reason, status?.losses]),
});

describe('a candidate whose pods live shorter than the bake', () => {
  it('is taken back for good at its third loss, without any metrics', async () => {
    const bed = await crashing(await serving({}, spec));
    expect(endOf(bed)).toMatchObject({
      phase: 'RolledBack',
      ends: [['RolledBack', 'CandidateUnstable', 3]],
    });
    expect(bed.model.status.message).toContain('lost all its ready pods 3 times');
    const { rollouts } = bed.model;
    const weights = weightsOf(bed, rollouts[0]!.spec.to.revision);
    expect(weights.filter((weight, at) => weight === 0 && at > 0)).toHaveLength(3);
    await bed.world.run(3_600_000);
    expect(bed.model.rollouts).toHaveLength(1);
  });

  it.each(['before', 'after'] as const)(
    'has each loss counted once when the controller is killed right %s a write (law 12)',
    async (moment) => {
      const expected = endOf(await crashing(await serving({}, spec)));
      for (let place = 1; place < 20; place += 3) {
        const bed = await serving({}, spec);
        const { world } = bed;
        const [first] = world.controllers;
        let writes = 0;
        let killed = false;
        first!.link.crash = (when, { kind }) => {
          if (when !== moment || (kind !== 'ModelRollout' && kind !== 'HTTPRoute')) return false;
          writes += 1;
          if (writes < place || killed) return false;
          killed = true;
          world.killController(first!);
          world.startController();
          return true;
        };
        await crashing(bed);
        expect([place, killed]).toEqual([place, true]);
        expect([place, endOf(bed)]).toEqual([place, expected]);
      }
    },
  );
});
