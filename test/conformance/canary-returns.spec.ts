import { describe, expect, it } from '@jest/globals';
import { annotations } from '../../src/api/group.ts';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { canary, plainServices, query, type Scenario, scenarios, weight } from './bed/scenario.ts';

const { serving } = scenarios();

/** Every pod that is made from now on of a revision waits for `makeOneReady`. */
const holdBackNewPods = ({ world }: Scenario, revision: string): void => {
  const { pod } = resourceKinds;
  // Those that live stay as they are: what is said of a revision holds for them too.
  world.server.onChange(({ kind, type, object }) => {
    const isNew =
      kind === pod.kind &&
      type === 'ADDED' &&
      object.metadata.labels?.['understudy.dev/revision'] === revision;
    if (isNew) world.nodes.stopScheduling();
  });
};

describe('a stable that followed by choice', () => {
  const analysis = { interval: '5s', metrics: [query('errors')] };

  it('S12: gets its traffic back no faster than it has ready pods again', async () => {
    const scenario = await serving({
      ...canary([weight(25), weight(50), weight(75, '30m')], { stableScale: 'follow' }),
      analysis,
    });
    const { world, model, answers } = scenario;
    answers.say('errors', 0);
    const first = model.stable;
    const second = await scenario.release('2');
    await scenario.until(() => model.percentOf(second) === 75 && model.podsOf(first).length === 1);
    holdBackNewPods(scenario, first);
    answers.say('errors', 5);
    await scenario.until(() => scenario.newest!.status!.phase === 'Returning');
    await scenario.run(30_000);
    expect([model.percentOf(second), model.readyPodsOf(first).length]).toEqual([75, 1]);
    const stable = scenario.watch(
      () => model.readyPodsOf(first).length - Math.ceil((4 * model.percentOf(first)) / 100),
    );
    world.nodes.resumeScheduling();
    expect(await scenario.outcome()).toBe('RolledBack');
    expect(scenario.weightsOf(second).at(-1)).toBe(0);
    // Never ahead of its pods, and the candidate has no pods less until nobody is sent there.
    expect(stable.least).toBeGreaterThanOrEqual(0);
    await scenario.until(() => model.phase === 'RolledBack' && model.podsOf(second).length === 0);
    expect(model.readyPodsOf(first)).toHaveLength(4);
  });

  it('S12: on plain Services the apex follows last', async () => {
    const scenario = await serving({
      ...canary([weight(80, '30m')], { stableScale: 'follow' }),
      ...plainServices,
      analysis,
    });
    const { world, model, answers } = scenario;
    answers.say('errors', 0);
    const first = model.stable;
    const second = await scenario.release('2');
    const selector = () => world.server.find(resourceKinds.service, model.key)?.['spec'].selector ?? {};
    await scenario.until(() => model.status.traffic?.applied === 80 && model.podsOf(first).length === 1);
    const atSwitch: number[] = [];
    world.server.onChange(({ kind }) => {
      if (kind === 'Service' && selector()['understudy.dev/revision'] === first) {
        atSwitch.push(model.readyPodsOf(first).length);
      }
    });
    answers.say('errors', 5);
    expect(await scenario.outcome()).toBe('RolledBack');
    await scenario.until(() => atSwitch.length > 0);
    expect(atSwitch[0]).toBe(4);
    await scenario.until(() => model.podsOf(second).length === 0);
  });

  it('S13: keeps 75/25 until it is complete when the spec returns to it, then has everybody', async () => {
    const scenario = await serving(canary([weight(25, '30m')], { stableScale: 'follow' }));
    const { world, model } = scenario;
    const first = model.stable;
    const second = await scenario.release('2');
    await scenario.until(() => model.percentOf(second) === 25 && model.podsOf(first).length === 3);
    holdBackNewPods(scenario, first);
    model.release('1');
    await scenario.until(() => scenario.newest!.status!.phase === 'Returning');
    await scenario.run(60_000);
    expect(model.percentOf(second)).toBe(25);
    world.nodes.resumeScheduling();
    await scenario.until(() => model.readyPodsOf(first).length === 4, 10_000);
    expect(await scenario.outcome(10_000)).toBe('RolledBack');
    expect(scenario.newest!.status!.reason).toBe('RevertedByUser');
    expect(scenario.weightsOf(second)).toEqual([0, 250, 0]);
    await scenario.until(() => model.phase === 'Healthy');
  });
});

describe('revisions that had their turn', () => {
  const drainUntil = ({ world, model }: Scenario, revision: string): string | undefined =>
    world.server.find(resourceKinds.deployment, `${model.key}-${revision}`)?.metadata.annotations?.[
      annotations.drainUntil
    ];

  it('S16: the previous one goes at an absolute time, those beyond the limit are gone, and one that returns stays', async () => {
    const scenario = await serving({ ...canary([weight(50, '5s')]), drain: '5m', revisionHistoryLimit: 1 });
    const { world, model } = scenario;
    const first = model.stable;
    const second = await scenario.release('2');
    await scenario.until(() => model.phase === 'Healthy');
    await scenario.until(() => drainUntil(scenario, first) !== undefined);
    const deadline = Date.parse(drainUntil(scenario, first)!);
    expect(deadline - world.clock.now()).toBeGreaterThan(280_000);
    expect(model.readyPodsOf(first)).toHaveLength(4);

    // It returns while it is still warm, so that its time is no longer limited.
    await scenario.release('1');
    await scenario.until(() => model.stable === first && model.phase === 'Healthy');
    expect(drainUntil(scenario, first)).toBeUndefined();
    await scenario.until(() => drainUntil(scenario, second) !== undefined, 5_000);
    const third = await scenario.release('3');
    await scenario.until(() => model.stable === third && model.phase === 'Healthy');
    await scenario.run(360_000);
    expect([model.podsOf(first).length, model.podsOf(second).length]).toEqual([0, 0]);
    // One is kept to return to.
    expect(scenario.replicasOf(first)).toBe(0);
    expect(scenario.replicasOf(second)).toBeUndefined();
    expect(model.readyPodsOf(third)).toHaveLength(4);
  });

  it('S20: is returned to at once inside the rollback window, without a step or a question, and by a rollout outside', async () => {
    const scenario = await serving({
      ...canary([weight(50)]),
      rollbackWindow: 2,
      analysis: { metrics: [query('errors')] },
    });
    const { model, answers } = scenario;
    answers.say('errors', 0);
    const revisions = [model.stable];
    for (const version of ['2', '3', '4']) {
      revisions.push(await scenario.release(version));
      expect(await scenario.outcome()).toBe('Promoted');
      await scenario.until(() => model.phase === 'Healthy');
    }
    await scenario.run(60_000);
    const [first, second] = revisions;
    // Two back: in the window.
    const asked = answers.askedOf('errors').length;
    answers.say('errors', 9);
    const rolloutsBefore = model.rollouts.length;
    expect(await scenario.release('2')).toBe(second);
    expect(await scenario.outcome(30_000)).toBe('Promoted');
    expect(answers.askedOf('errors')).toHaveLength(asked);
    expect(model.rollouts).toHaveLength(rolloutsBefore + 1);
    expect(scenario.weightsOf(second!).slice(-2)).toEqual([0, 1000]);
    await scenario.until(() => model.phase === 'Healthy');

    // Without a window every return is a rollout like any other.
    model.edit((spec) => ({ ...spec, rollbackWindow: 0 }));
    answers.say('errors', 0);
    expect(await scenario.release('1')).toBe(first);
    expect(await scenario.outcome()).toBe('Promoted');
    expect(scenario.weightsOf(first!).slice(-3)).toEqual([0, 500, 1000]);
    expect(answers.askedOf('errors').length).toBeGreaterThan(asked);
  });
});
