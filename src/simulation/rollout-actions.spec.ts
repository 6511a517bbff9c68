import { describe, expect, it } from '@jest/globals';
import type { RolloutActionStatus } from '../api/rollout-action.ts';
import { resourceKinds } from '../kubernetes/resource.ts';
import { type Bed, serving, specOf, until, weightsOf } from './testing/world-bed.ts';

const steps = [{ weight: 5, hold: '30s' }, { pause: {} }, { weight: 50, hold: '30s' }];
const paused = specOf({ strategy: { canary: { steps, bake: { duration: '60s' } } } });

const answers = ({ world }: Bed) =>
  [...world.server.list(resourceKinds.rolloutAction)].map((action) => {
    const { state, reason, step } = (action['status'] ?? {}) as RolloutActionStatus;
    return [action.metadata.name, state, reason, step].join(' ').trim();
  });

/** Two people promote a canary out of its pause at the same time; one of them aborts the next one, which is then tried again. */
async function led(bed: Bed): Promise<Bed> {
  const { world, model } = bed;
  model.release('2');
  await until(bed, () => model.phase === 'Paused');
  model.ask('promote', { name: 'alice', requestedBy: 'alice' });
  model.ask('promote', { name: 'bob', requestedBy: 'bob' });
  await until(bed, () => model.rollouts.at(-1)?.status?.phase === 'Ended');
  model.release('3');
  await until(bed, () => model.phase === 'Paused');
  model.ask('abort', { name: 'carol', requestedBy: 'carol' });
  await until(bed, () => model.phase === 'RolledBack');
  model.ask('retry', { name: 'dave', requestedBy: 'dave' });
  await until(bed, () => model.phase === 'Paused');
  await world.run(30_000);
  return bed;
}

const endOf = (bed: Bed) => ({
  answers: answers(bed),
  phase: bed.model.phase,
  split: bed.model.split,
  outcomes: bed.model.rollouts.map(({ status }) => status?.outcome),
  decisions: bed.model.rollouts.map(({ status }) =>
    status?.decisions?.map(({ action, requestedBy }) => `${action} ${requestedBy?.name ?? ''}`.trim()),
  ),
});

describe('rollout actions in the simulated world', () => {
  it('move a canary by one step, end it, and have it tried again', async () => {
    const bed = await led(await serving({}, paused));
    expect(answers(bed)).toEqual([
      'alice Applied PromotedByAction 1',
      'bob Refused StepNotReached',
      'carol Applied Aborted 1',
      'dave Applied Retried 1',
    ]);
    expect(weightsOf(bed, bed.model.stable)).toEqual([0, 50, 500, 1000, 950, 1000, 950]);
    expect(bed.model.rollouts.map(({ status }) => status?.outcome)).toEqual([
      'Promoted',
      'Aborted',
      undefined,
    ]);
    const owners = [...bed.world.server.list(resourceKinds.rolloutAction)].map(
      ({ metadata }) => metadata.ownerReferences?.[0]?.name,
    );
    expect(owners).toEqual(Array(4).fill('model'));
  });

  it('go with their ModelDeployment', async () => {
    const bed = await led(await serving({}, paused));
    bed.model.remove();
    await bed.world.run(60_000);
    expect(answers(bed)).toEqual([]);
  });

  it.each(['before', 'after'] as const)(
    'have the same end when the controller is killed right %s a write (law 12)',
    async (moment) => {
      const expected = endOf(await led(await serving({}, paused)));
      const isOfAction = (kind: string) =>
        kind === 'RolloutAction' || kind === 'ModelRollout' || kind === 'HTTPRoute';
      for (let place = 1; place < 60; place += 7) {
        const bed = await serving({}, paused);
        const { world } = bed;
        const [first] = world.controllers;
        let writes = 0;
        let killed = false;
        first!.link.crash = (when, { kind }) => {
          if (when !== moment || !isOfAction(kind)) return false;
          writes += 1;
          if (writes < place || killed) return false;
          killed = true;
          world.killController(first!);
          world.startController();
          return true;
        };
        await led(bed);
        expect([place, endOf(bed)]).toEqual([place, expected]);
      }
    },
  );
});
