import { describe, expect, it } from '@jest/globals';
import { labels } from '../api/group.ts';
import { resourceKinds } from '../kubernetes/resource.ts';
import type { ScenarioVerbs } from './verbs.ts';
import { type Bed, serving, specOf, until } from './testing/world-bed.ts';
import type { SimulatedWorld } from './world.ts';

const { rolloutAction, pod } = resourceKinds;
const specs = {
  gateway: specOf(),
  'plain Services': specOf({ traffic: { service: {} } }),
};

const answerOf = (world: SimulatedWorld) =>
  world.server.find(rolloutAction, 'ml/renew')?.['status'] as
    { state?: string; message?: string } | undefined;

const uidsOf = (model: ScenarioVerbs) => model.podsOf(model.stable).map(({ metadata }) => metadata.uid);

/** The fewest ready pods that the stable had from now on, whatever happens to it. */
function watchReady({ world, model }: Bed): () => number {
  let fewest = Infinity;
  world.server.onChange(({ kind }) => {
    if (kind === pod.kind)
      fewest = Math.min(fewest, model.readyPodsOf(model.stable).filter(isStaying).length);
  });
  return () => fewest;
}
const isStaying = ({ metadata }: { metadata: { deletionTimestamp?: string } }) => !metadata.deletionTimestamp;

/** A restart from its beginning to its end. */
async function restarted(bed: Bed): Promise<Bed> {
  await bed.world.run(5_000);
  bed.model.ask('restart', { name: 'renew' });
  await until(bed, () => answerOf(bed.world)?.state === 'Applied');
  await bed.world.run(60_000);
  return bed;
}

describe('a restart', () => {
  it.each(Object.entries(specs))(
    'replaces all pods and has never fewer that are ready, behind %s',
    async (_name, spec) => {
      const bed = await serving({}, spec);
      const { world, model } = bed;
      await world.run(5_000);
      const before = uidsOf(model);
      const fewest = watchReady(bed);
      const revision = model.stable;
      await restarted(bed);
      expect(uidsOf(model).filter((uid) => before.includes(uid))).toEqual([]);
      expect(uidsOf(model)).toHaveLength(2);
      expect(fewest()).toBe(2);
      expect([model.phase, model.stable]).toEqual(['Healthy', revision]);
      expect(model.rollouts).toEqual([]);
      expect(answerOf(world)?.message).toContain('2 of 2 pods');
    },
  );

  it('waits for its PodDisruptionBudget, says so, and goes on when that allows it', async () => {
    const bed = await serving();
    const { world, model } = bed;
    await world.run(5_000);
    const before = uidsOf(model);
    const user = world.as('alice');
    const budget = user.create({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { namespace: 'ml', name: 'keep' },
      spec: { minAvailable: 3, selector: { matchLabels: { [labels.modelDeployment]: 'model' } } },
    });
    bed.model.ask('restart', { name: 'renew' });
    await world.run(300_000);
    expect(answerOf(world)).toMatchObject({
      state: 'Running',
      message: expect.stringMatching(
        /^0 of 2 pods .*The disruption budget keep needs 3 healthy pods and has 3/,
      ),
    });
    expect(uidsOf(model)).toEqual(expect.arrayContaining(before));
    expect(uidsOf(model)).toHaveLength(3);
    user.replace({ ...budget, spec: { ...budget['spec'], minAvailable: 2 } });
    await until(bed, () => answerOf(world)?.state === 'Applied');
    await world.run(60_000);
    expect(uidsOf(model).filter((uid) => before.includes(uid))).toEqual([]);
    expect(uidsOf(model)).toHaveLength(2);
  });

  it('is stopped by deleting its action: nothing is left over', async () => {
    const bed = await serving();
    const { world, model } = bed;
    await world.run(5_000);
    world.nodes.stopScheduling();
    bed.model.ask('restart', { name: 'renew' });
    await world.run(10_000);
    expect(uidsOf(model)).toHaveLength(3);
    world.as('alice').delete(rolloutAction, { namespace: 'ml', name: 'renew' });
    world.nodes.resumeScheduling();
    await world.run(60_000);
    expect(uidsOf(model)).toHaveLength(2);
    const [deployment] = [...world.server.list(resourceKinds.deployment)];
    expect(deployment?.['spec'].replicas).toBe(2);
    expect(deployment?.metadata.annotations).not.toHaveProperty(['understudy.dev/surge']);
  });

  it('beside a canary: both come to their end', async () => {
    const bed = await serving();
    const { world, model } = bed;
    await world.run(5_000);
    const before = uidsOf(model);
    model.release('2');
    await until(bed, () => model.candidate !== undefined && model.percentOf(model.candidate) === 25);
    bed.model.ask('restart', { name: 'renew' });
    await until(bed, () => answerOf(world)?.state === 'Applied');
    expect(model.rollouts.at(-1)?.status?.phase).toBe('Stepping');
    // As long as an old pod takes to end.
    await world.run(2_000);
    expect(uidsOf(model).filter((uid) => before.includes(uid))).toEqual([]);
    await until(bed, () => model.rollouts.at(-1)?.status?.outcome === 'Promoted');
  });

  it.each(Object.entries(specs))(
    'law 12: ends where it would have, whoever dies at any of its writes: %s',
    async (_name, spec) => {
      for (const moment of ['before', 'after'] as const) {
        for (let place = 1; place <= 12; place += 1) {
          const bed = await serving({}, spec);
          const { world, model } = bed;
          await world.run(5_000);
          const before = uidsOf(model);
          const [first] = world.controllers;
          const fewest = watchReady(bed);
          let writes = 0;
          let killed = false;
          first!.link.crash = (when, { kind }) => {
            if (kind === 'Lease' || kind === 'Event' || when !== moment || killed) return false;
            writes += 1;
            if (writes < place) return false;
            killed = true;
            world.killController(first!);
            world.startController();
            return true;
          };
          await restarted(bed);
          expect(killed).toBe(true);
          expect(uidsOf(model)).toHaveLength(2);
          expect(uidsOf(model).filter((uid) => before.includes(uid))).toEqual([]);
          expect(fewest()).toBe(2);
          expect(model.phase).toBe('Healthy');
        }
      }
    },
  );
});
