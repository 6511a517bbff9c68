import { describe, expect, it } from '@jest/globals';
import type { Step } from '../../src/api/strategy/step.ts';
import { canary, fourReplicas, query, scenarios, weight } from './bed/scenario.ts';

const { begin, serving } = scenarios();

describe('the weights of a canary', () => {
  it('S1: the first revision is served at once: no step, no rollout, no question', async () => {
    const scenario = begin();
    const { model, answers } = scenario;
    model.create(
      fourReplicas({ ...canary([weight(10), { pause: {} }]), analysis: { metrics: [query('errors')] } }),
    );
    answers.say('errors', 9);
    await scenario.until(() => model.phase === 'Healthy', 60_000);
    await scenario.run(300_000);
    expect(model.phase).toBe('Healthy');
    expect(model.rollouts).toEqual([]);
    expect(answers.asked).toEqual([]);
    expect(scenario.weightsOf(model.stable)).toEqual([1000]);
  });

  it('S2: goes through its steps and nothing else, and the old revision has no pods in the end', async () => {
    const scenario = await serving({
      ...canary([weight(10), weight(20), weight(30)]),
      analysis: { metrics: [query('errors'), query('latency')] },
    });
    const { model, answers } = scenario;
    answers.say('errors', 0);
    answers.say('latency', 0.5);
    const first = model.stable;
    const second = await scenario.release('2');
    await scenario.until(() => model.phase === 'Baking');
    expect(model.podsOf(first)).toHaveLength(4);
    expect(await scenario.outcome()).toBe('Promoted');
    expect(scenario.weightsOf(second)).toEqual([0, 100, 200, 300, 1000]);
    await scenario.until(() => model.phase === 'Healthy');
    expect([model.stable, model.candidate]).toEqual([second, undefined]);
    await scenario.until(() => model.podsOf(first).length === 0, 120_000);
    expect(scenario.replicasOf(first)).toBe(0);
  });

  const superseded = async (steps: Step[]) => {
    const scenario = await serving({ ...canary(steps), analysis: { metrics: [query('errors')] } });
    const { model, answers } = scenario;
    answers.say('errors', 0);
    const first = model.stable;
    const second = await scenario.release('2');
    await scenario.until(() => model.percentOf(second) === 10);
    if (steps.length > 1) await scenario.until(() => model.phase === 'Paused');
    const stable = scenario.watch(() => model.readyPodsOf(first).length);
    const third = await scenario.release('3');
    const [old, next] = model.rollouts;
    expect(old!.status).toMatchObject({ outcome: 'Superseded', weight: 0 });
    expect(model.percentOf(first)).toBe(100);
    expect(next!.spec).toMatchObject({ from: { revision: first }, to: { revision: third } });
    await scenario.until(() => scenario.newest!.status!.step.index === 0 && model.percentOf(third) === 10);
    expect(
      scenario.newest!.status!.analysis?.evidence?.metrics['errors']?.measurements ?? 0,
    ).toBeLessThanOrEqual(1);
    await scenario.until(() => model.podsOf(second).length === 0, 120_000);
    expect(scenario.weightsOf(second)).toEqual([0, 100, 0]);
    expect(stable).toEqual({ least: 4, greatest: 4 });
    expect(model.stable).toBe(first);
  };

  it('S7: a third revision at 10 percent takes everything back first, and starts at its own step 0', () =>
    superseded([weight(10, '10m')]));

  it('S7: a third revision at a pause does the same', () => superseded([weight(10), { pause: {} }]));

  it('S8: template and replicas in one edit are both applied', async () => {
    const scenario = await serving(canary([weight(50)]));
    const { model } = scenario;
    const second = await scenario.change((spec) => ({
      ...spec,
      replicas: 6,
      model: { ...spec.model, version: '2' },
    }));
    expect(await scenario.outcome()).toBe('Promoted');
    await scenario.until(() => model.phase === 'Healthy');
    expect([model.stable, model.readyPodsOf(second).length]).toEqual([second, 6]);
    const third = await scenario.change((spec) => ({
      ...spec,
      replicas: 2,
      model: { ...spec.model, version: '3' },
    }));
    expect(await scenario.outcome()).toBe('Promoted');
    await scenario.until(() => model.phase === 'Healthy' && model.podsOf(third).length === 2);
    expect(model.stable).toBe(third);
  });

  it('S9: scale steps say the pods of the candidate, and the stable keeps its own', async () => {
    const hold = { pause: { duration: '60s' } };
    const scenario = await serving(
      canary([
        { scale: { percent: 25 } },
        hold,
        weight(50, '60s'),
        { scale: { replicas: 3 } },
        hold,
        { scale: { matchWeight: true } },
        hold,
      ]),
    );
    const { model } = scenario;
    const first = model.stable;
    const stable = scenario.watch(() => model.readyPodsOf(first).length);
    const second = await scenario.release('2');
    const pods: [number, number][] = [];
    for (const [step, ready] of [
      [1, 1],
      [2, 1],
      [4, 3],
      [6, 2],
    ] as const) {
      await scenario.until(
        () => scenario.newest!.status!.step.index === step && model.readyPodsOf(second).length === ready,
      );
      await scenario.run(30_000);
      expect(scenario.newest!.status!.step.index).toBe(step);
      pods.push([model.podsOf(second).length, model.percentOf(second)]);
    }
    expect(pods).toEqual([
      [1, 0],
      [1, 50],
      [3, 50],
      [2, 50],
    ]);
    expect(stable).toEqual({ least: 4, greatest: 4 });
    expect(await scenario.outcome()).toBe('Promoted');
  });

  it('S10: replicas that change in mid-rollout never bring more pods than both arms at full size', async () => {
    const scenario = await serving(canary([weight(50, '5m')]));
    const { model } = scenario;
    const first = model.stable;
    const second = await scenario.release('2');
    await scenario.until(() => model.percentOf(second) === 50);
    const all = scenario.watch(() => model.podsOf(first).length + model.podsOf(second).length);
    model.scale(6);
    await scenario.until(
      () => model.readyPodsOf(first).length === 6 && model.readyPodsOf(second).length === 3,
    );
    model.scale(3);
    expect(await scenario.outcome()).toBe('Promoted');
    expect(all).toEqual({ least: 6, greatest: 12 });
    await scenario.until(() => model.podsOf(second).length === 3 && model.podsOf(first).length === 0);
  });

  it('S11: traffic that returns from 100 percent always finds its pods', async () => {
    const scenario = await serving(canary([weight(50)]));
    const { model } = scenario;
    const first = model.stable;
    const second = await scenario.release('2');
    await scenario.until(() => model.phase === 'Baking');
    expect(model.percentOf(second)).toBe(100);
    const stable = scenario.watch(() => model.readyPodsOf(first).length);
    model.release('1');
    expect(await scenario.outcome()).toBe('RolledBack');
    await scenario.until(() => model.phase === 'Healthy' && model.podsOf(second).length === 0);
    expect(stable).toEqual({ least: 4, greatest: 4 });
    expect(scenario.weightsOf(second)).toEqual([0, 500, 1000, 0]);
  });

  it('S28: the listed weights and nothing else are given, few or many, even or not, also where the last is 100', async () => {
    for (const weights of [
      [10, 50],
      [1, 2, 3.5, 5, 8, 40, 41],
      [20, 100],
    ]) {
      const scenario = await serving(canary(weights.map((percent) => weight(percent))));
      const second = await scenario.release('2');
      expect(await scenario.outcome()).toBe('Promoted');
      const expected = [0, ...weights.map((percent) => percent * 10), 1000];
      expect(scenario.weightsOf(second)).toEqual([...new Set(expected)]);
      expect(scenario.model.stable).toBe(second);
    }
  });

  it('S29: all traffic is on the candidate before the roles change', async () => {
    const scenario = await serving(
      canary([{ match: { headers: [{ name: 'x-tester', value: '1' }] } }, weight(100)]),
    );
    const { world, model } = scenario;
    const first = model.stable;
    const second = await scenario.release('2');
    const atRoleChange: number[] = [];
    world.server.onChange(() => {
      if (model.stable === second && atRoleChange.length === 0) atRoleChange.push(model.percentOf(second));
    });
    await scenario.until(() => model.percentOf(second) === 100);
    expect(model.stable).toBe(first);
    expect(await scenario.outcome()).toBe('Promoted');
    expect(atRoleChange).toEqual([100]);
    await scenario.until(() => model.split.length === 1);
    expect(model.route!['spec'].rules).toHaveLength(1);
  });
});
