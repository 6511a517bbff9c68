import { describe, expect, it } from '@jest/globals';
import { weightStep } from '../testing/tiny-spec.ts';
import { TinyWorld } from '../testing/tiny-world.ts';

const minute = 60_000;

describe('a status that is deleted (law 20)', () => {
  it.each([0, 1, 3, 5, 8, 12, 30])('after %p minutes of a canary changes nothing that happens', (minutes) => {
    const reference = new TinyWorld({ analysis: true }).run(minute);
    const world = new TinyWorld({ analysis: true }).run(minute);
    for (const one of [reference, world]) {
      one.editSpec('v2');
      one.run(minutes * minute);
    }
    world.deleteStatus();
    world.run(40 * minute);
    reference.run(40 * minute);
    expect(world.weights).toEqual(reference.weights);
    expect(world.rollout).toEqual(reference.rollout);
    expect(world.facts().revisions).toEqual(reference.facts().revisions);
    expect(world.violations).toEqual([]);
  });
});

describe('records that are deleted', () => {
  it.each(['weighted', 'replicaRatio'] as const)(
    'with the status: the stable is read from the live objects, and the candidate begins again, by a %s router',
    (router) => {
      const world = new TinyWorld({
        router,
        analysis: true,
        steps: [weightStep(5), weightStep(75, 30 * minute)],
      });
      world.run(minute);
      world.editSpec('v2');
      world.run(4 * minute);
      expect(world.split['v2']).toBeGreaterThanOrEqual(75);
      world.deleteStatus();
      world.deleteRecords();
      world.tick();
      expect(world.split['v1']).toBe(100);
      expect(world.rollout.spec).toMatchObject({ from: { revision: world.revision('v1') }, number: 1 });
      world.run(60 * minute);
      expect(world.status).toMatchObject({ phase: 'Healthy', stable: { revision: world.revision('v2') } });
      expect(world.violations).toEqual([]);
    },
  );

  it('alone: the next one gets a number that was never used', () => {
    const world = new TinyWorld().run(minute);
    world.editSpec('v2');
    world.run(3 * minute);
    world.deleteRecords();
    world.run(1_000);
    expect(world.rollout.spec.number).toBe(2);
  });

  it('when settled: the next one gets no number of which anybody was told', () => {
    const world = new TinyWorld().run(minute);
    world.targets = [{ name: 'team', events: ['Started'], delivered: { rollout: 1, told: 5 } }];
    world.editSpec('v2');
    world.run(60 * minute);
    world.deleteRecords();
    world.editSpec('v3');
    world.run(1_000);
    expect(world.rollout.spec.number).toBe(2);
  });

  it('when settled: nothing happens', () => {
    const world = new TinyWorld().run(minute);
    world.editSpec('v2');
    world.run(40 * minute);
    world.deleteRecords();
    world.deleteStatus();
    world.run(minute);
    expect(world.rollouts).toEqual([]);
    expect(world.status).toMatchObject({ phase: 'Healthy', stable: { revision: world.revision('v2') } });
  });
});

describe('a Deployment that somebody deletes', () => {
  it('of the candidate: its weight is taken back, and it is made again', () => {
    const world = new TinyWorld({ analysis: true }).run(minute);
    world.editSpec('v2');
    world.run(4 * minute);
    world.healPods('v2', 10_000);
    world.deleteRevision('v2');
    world.tick();
    expect(world.split['v1']).toBe(100);
    world.run(40 * minute);
    expect(world.status).toMatchObject({ phase: 'Healthy', stable: { revision: world.revision('v2') } });
    expect(world.violations).toEqual([]);
  });

  it('of the stable, in mid-rollout: there is nothing to go back to, so the revision of the spec is served at once', () => {
    const world = new TinyWorld({ analysis: true }).run(minute);
    world.editSpec('v2');
    world.run(4 * minute);
    world.deleteRevision('v1');
    world.run(minute);
    expect(world.rollout.status).toMatchObject({
      outcome: 'Aborted',
      message: expect.stringContaining('is gone'),
    });
    expect(world.split).toEqual({ v2: 100 });
    expect(world.status).toMatchObject({
      phase: 'Healthy',
      stable: { revision: world.revision('v2'), ready: 4 },
    });
  });

  it('of the only revision: it is made again', () => {
    const world = new TinyWorld().run(minute);
    world.deleteRevision('v1');
    world.run(minute);
    expect(world.status).toMatchObject({ phase: 'Healthy', stable: { ready: 4 } });
  });
});

describe('history', () => {
  it('keeps so many revisions at zero replicas and so many records', () => {
    const world = new TinyWorld({ revisionHistoryLimit: 2, bakeMs: 0, steps: [weightStep(50)] }).run(minute);
    for (const version of ['v2', 'v3', 'v4', 'v5', 'v6']) {
      world.editSpec(version);
      world.run(20 * minute);
    }
    const kept = [...world.cluster.revisions.values()].map(({ version }) => version).sort();
    expect(kept).toEqual(['v4', 'v5', 'v6']);
    expect(world.rollouts.map(({ spec }) => spec.number)).toEqual([4, 5]);
    expect(world.violations).toEqual([]);
  });

  it('of nothing keeps the newest record, from which the roles are read', () => {
    const world = new TinyWorld({ revisionHistoryLimit: 0, analysis: true }).run(minute);
    world.say('v2', 'Fail');
    world.editSpec('v2');
    world.run(20 * minute);
    expect(world.rollouts).toHaveLength(1);
    expect(world.status?.phase).toBe('RolledBack');
    world.editSpec('v3');
    world.run(60 * minute);
    expect([...world.cluster.revisions.values()].map(({ version }) => version)).toEqual(['v3']);
    expect(world.rollouts).toHaveLength(1);
  });

  it('a revision drains for as long as the spec says, and longer when its pods need it', () => {
    const world = new TinyWorld({ drainMs: 0, bakeMs: 0, steps: [weightStep(50)] }).run(minute);
    world.editSpec('v2');
    world.run(2 * minute);
    expect(world.status?.phase).toBe('Healthy');
    expect(world.replicasOf('v1')).toBe(4);
    world.run(1_000);
    expect(world.replicasOf('v1')).toBe(0);
  });
});
