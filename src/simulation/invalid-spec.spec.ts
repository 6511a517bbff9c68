import { describe, expect, it } from '@jest/globals';
import type { ModelDeploymentSpec } from '../api/model-deployment.ts';
import type { RolloutActionStatus } from '../api/rollout-action.ts';
import { resourceKinds } from '../kubernetes/resource.ts';
import { ToldMetrics } from './schedule/told-metrics.ts';
import { type Bed, serving, specOf, until } from './testing/world-bed.ts';

/** What an older CRD let in, or somebody wrote past it. */
const faults: [string, (spec: ModelDeploymentSpec) => object][] = [
  ['a number', (spec) => ({ ...spec, replicas: -1 })],
  ['the analysis', (spec) => ({ ...spec, analysis: { metrics: [{ name: 'x', kind: 'unheard-of' }] } })],
  ['the traffic', (spec) => ({ ...spec, traffic: { gatewayAPI: { parentRefs: [] } } })],
  ['what is served', (spec) => ({ ...spec, serving: {} })],
  ['all of it', () => ({})],
];

const steps = [
  { weight: 25, hold: '30s' },
  { weight: 50, hold: '3m' },
];
const metrics = [
  { name: 'harm', kind: 'query', query: 'harm{revision="{{ candidate.revision }}"}', pass: 'result < 1.0' },
];
const spec = specOf({
  strategy: { canary: { steps, bake: { duration: '60s' } } },
  analysis: { interval: '10s', metrics } as ModelDeploymentSpec['analysis'],
});
const plain = { ...spec, traffic: { service: {} } };

/** A candidate at 50 percent, and a spec that nobody can follow any more. */
async function broken(
  fault: (spec: ModelDeploymentSpec) => object,
  from: ModelDeploymentSpec = spec,
): Promise<Bed & { mend: () => void; metrics: ToldMetrics }> {
  const bed = await serving({ sources: (world) => [new ToldMetrics(world.clock, () => false)] }, from);
  const { world, model } = bed;
  model.release('2');
  await until(bed, () => model.rollouts.at(-1)?.status?.weight === 50);
  await world.run(20_000);
  const live = world.modelDeployment(model.key)!;
  const store = (stored: object) =>
    world.server.restore({ ...world.modelDeployment(model.key)!, spec: stored });
  store(fault(live['spec'] as ModelDeploymentSpec));
  await until(bed, () => model.phase === 'Failed');
  return { ...bed, mend: () => store(live['spec'] as object), metrics: world.sources[0] as ToldMetrics };
}

const answerOf = ({ world }: Bed, name: string) =>
  (world.server.find(resourceKinds.rolloutAction, `ml/${name}`)?.['status'] ?? {}) as RolloutActionStatus;
const outcomeOf = ({ model }: Bed) => model.rollouts.at(-1)?.status?.outcome;

/** What the routes are made from. */
const routeOf = ({ model }: Bed) => {
  const { parentRefs, hostnames, rules } = model.route!['spec'];
  return { parentRefs, hostnames, matches: rules.at(-1).matches };
};

describe.each(faults)('an invalid spec, %s, while a rollout runs', (_what, fault) => {
  it('stands still where it is, says so, and goes on when it is mended', async () => {
    const bed = await broken(fault);
    const { world, model, mend } = bed;
    const route = routeOf(bed);
    await world.run(600_000);
    expect(model.rollouts.at(-1)?.status).toMatchObject({ phase: 'Stepping', weight: 50 });
    expect(model.percentOf(model.candidate!)).toBe(50);
    expect(routeOf(bed)).toEqual(route);
    expect(model.readyPodsOf(model.stable)).toHaveLength(2);
    expect(model.condition('Stalled')).toBe('True InvalidSpec');
    expect(model.condition('Paused')).toBe('True InvalidSpec');
    mend();
    await until(bed, () => model.phase === 'Healthy');
    expect(outcomeOf(bed)).toBe('Promoted');
  });

  it('law 5: an abort takes the traffic back all the same', async () => {
    const bed = await broken(fault);
    const { model, world, mend } = bed;
    const { stable } = model;
    const route = routeOf(bed);
    model.ask('abort', { name: 'now', requestedBy: 'alice' });
    await until(bed, () => model.percentOf(stable) === 100, 5_000);
    await world.run(5_000);
    expect(answerOf(bed, 'now')).toMatchObject({ state: 'Applied', reason: 'Aborted' });
    expect(outcomeOf(bed)).toBe('Aborted');
    expect(routeOf(bed)).toEqual(route);
    expect(model).toMatchObject({ phase: 'Failed', stable });
    expect(model.condition('Stalled')).toBe('True InvalidSpec');
    mend();
    await until(bed, () => model.phase === 'RolledBack');
    await world.run(60_000);
    expect(model.rollouts).toHaveLength(1);
    expect(model.percentOf(stable)).toBe(100);
  });
});

describe('while the spec is invalid', () => {
  const fault = faults[0]![1];

  it('a Fail takes the candidate back', async () => {
    const bed = await broken(fault);
    const { model, metrics: told } = bed;
    const { stable } = model;
    told.mood = 'harm';
    await until(bed, () => model.percentOf(stable) === 100, 30_000);
    expect(model.rollouts.at(-1)?.status).toMatchObject({ outcome: 'RolledBack', reason: 'AnalysisFailed' });
  });

  it('a rollback ends the rollout', async () => {
    const bed = await broken(fault);
    const { model, world } = bed;
    model.ask('rollback', { name: 'back', requestedBy: 'alice' });
    await world.run(5_000);
    expect(answerOf(bed, 'back')).toMatchObject({ state: 'Applied' });
    expect(outcomeOf(bed)).toBe('RolledBack');
  });

  it('behind plain Services as well', async () => {
    const bed = await broken(fault, plain);
    const { model, world } = bed;
    const { stable } = model;
    model.ask('abort', { name: 'now', requestedBy: 'alice' });
    await world.run(5_000);
    expect(outcomeOf(bed)).toBe('Aborted');
    const apex = world.server.find(resourceKinds.service, model.key)!;
    expect(apex['spec'].selector).toMatchObject({ 'understudy.dev/revision': stable });
    expect(apex['spec'].ports[0].port).toBe(80);
  });

  it('what the rollout has left behind goes, and nothing else begins', async () => {
    const bed = await broken(fault);
    const { model, world } = bed;
    const { stable, candidate } = model;
    model.ask('abort', { name: 'now', requestedBy: 'alice' });
    await world.run(5_000);
    model.ask('rollback', { name: 'further', requestedBy: 'alice' });
    model.ask('retry', { name: 'again', requestedBy: 'alice' });
    model.losePods(stable, 1);
    model.editRoute({ [stable]: 60, [candidate!]: 40 });
    await world.run(120_000);
    expect(model.rollouts).toHaveLength(1);
    expect(model.percentOf(stable)).toBe(100);
    expect(model.readyPodsOf(stable)).toHaveLength(2);
    expect(model.podsOf(candidate!)).toEqual([]);
    for (const name of ['further', 'again']) expect(answerOf(bed, name).state ?? 'Pending').toBe('Pending');
    const { length } = world.history.writes;
    await world.run(600_000);
    const since = world.history.writes.slice(length).filter(({ kind }) => kind !== 'Lease');
    expect(since).toEqual([]);
  });

  it('what would go forward waits for the spec, and is not refused', async () => {
    const bed = await broken(fault);
    const { model, world, mend } = bed;
    model.ask('promote', { name: 'on', requestedBy: 'alice' });
    await world.run(60_000);
    expect(answerOf(bed, 'on').state ?? 'Pending').toBe('Pending');
    expect(model.rollouts.at(-1)?.status).toMatchObject({ weight: 50, phase: 'Stepping' });
    mend();
    await until(bed, () => answerOf(bed, 'on').state === 'Applied', 10_000);
  });

  it.each(['before', 'after'] as const)(
    'a controller that is killed right %s a write of an abort leaves it to the next one (law 12)',
    async (moment) => {
      for (let place = 1; place < 4; place += 1) {
        const bed = await broken(fault);
        const { world, model } = bed;
        const { stable } = model;
        const [first] = world.controllers;
        let writes = 0;
        first!.link.crash = (when, { kind }) => {
          if (kind === 'Lease' || kind === 'Event' || when !== moment) return false;
          writes += 1;
          if (writes !== place) return false;
          world.killController(first!);
          world.startController();
          return true;
        };
        model.ask('abort', { name: 'now', requestedBy: 'alice' });
        await until(bed, () => answerOf(bed, 'now').state === 'Applied', 60_000);
        expect(writes).toBeGreaterThanOrEqual(place);
        expect([outcomeOf(bed), model.percentOf(stable)]).toEqual(['Aborted', 100]);
      }
    },
  );
});
