import { describe, expect, it } from '@jest/globals';
import { type Bed, bedOf, serving, specOf, until, weightsOf } from './testing/world-bed.ts';

/** What must be the same whoever died on the way. */
const endOf = ({ model }: Bed) => ({
  phase: model.phase,
  stable: model.stable,
  split: model.split,
  ready: model.readyPodsOf(model.stable).length,
  outcomes: model.rollouts.map(({ status }) => status?.outcome),
});

async function toTheEnd(bed: Bed): Promise<Bed> {
  const { world, model } = bed;
  model.release('2');
  await until(bed, () => model.rollouts.at(-1)?.status?.phase === 'Ended');
  await world.run(60_000);
  return bed;
}

describe('law 12: a controller that is killed', () => {
  it.each(['before', 'after'] as const)(
    'right %s each of its writes: the next one ends where it would have',
    async (moment) => {
      const expected = endOf(await toTheEnd(await serving()));
      // Every fifth place of one canary; the random schedules are to find the rest.
      for (let place = 1; place < 26; place += 5) {
        const bed = await serving();
        const { world } = bed;
        const [first] = world.controllers;
        let writes = 0;
        let killed = false;
        first!.link.crash = (when, { kind }) => {
          if (kind === 'Lease' || kind === 'Event' || when !== moment) return false;
          writes += 1;
          if (writes < place || killed) return false;
          killed = true;
          world.killController(first!);
          world.startController();
          return true;
        };
        await toTheEnd(bed);
        expect(killed).toBe(true);
        expect(endOf(bed)).toEqual(expected);
        expect(weightsOf(bed, bed.model.stable)).toEqual([0, 50, 250, 500, 1000]);
      }
    },
  );

  it('does nothing any more, and another one leads when its Lease has run out', async () => {
    const bed = await serving();
    const { world, model } = bed;
    const [first] = world.controllers;
    world.killController(first!);
    const { length } = world.history.writes;
    model.release('2');
    await world.run(60_000);
    expect(world.history.writes.slice(length).every(({ user }) => user !== first!.name)).toBe(true);
    const second = world.startController();
    await world.run(14_000);
    expect(second.working).toBe(false);
    await world.run(2000);
    expect(second.working).toBe(true);
    await until(bed, () => model.candidate !== undefined);
  });

  it('that ends by SIGTERM gives the Lease back: the next one leads at once', async () => {
    const { world } = await serving();
    const [first] = world.controllers;
    const second = world.startController();
    await world.run(5000);
    expect([first!.working, second.working]).toEqual([true, false]);
    const stopping = first!.stop();
    await world.run(3000);
    await stopping;
    expect([first!.alive, second.working]).toEqual([false, true]);
  });
});

describe('two controllers', () => {
  it('of which one leads write as one', async () => {
    const bed = bedOf();
    bed.world.startController();
    bed.model.create(specOf());
    await until(bed, () => bed.model.phase === 'Healthy');
    await toTheEnd(bed);
    const writers = bed.world.history.writes.filter(
      ({ kind, user }) => kind !== 'Lease' && user.startsWith('understudy'),
    );
    expect(new Set(writers.map(({ user }) => user)).size).toBe(1);
  });

  it('that both believe they lead end where one does: every write carries what it was decided on (law 16)', async () => {
    const expected = endOf(await toTheEnd(await serving()));
    const bed = bedOf({}, { alwaysLeads: true });
    const { world, model } = bed;
    world.startController({ alwaysLeads: true });
    model.create(specOf());
    await until(bed, () => model.phase === 'Healthy');
    await toTheEnd(bed);
    expect(endOf(bed)).toEqual(expected);
    expect(weightsOf(bed, model.stable)).toEqual([0, 50, 250, 500, 1000]);
    const writers = world.history.writes
      .filter(({ user }) => user.startsWith('understudy'))
      .map(({ user }) => user);
    expect(new Set(writers).size).toBe(2);
  });
});
