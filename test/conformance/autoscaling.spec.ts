import { describe, expect, it } from '@jest/globals';
import { canary, scenarios, weight } from './bed/scenario.ts';

const { serving } = scenarios();

describe('an autoscaler', () => {
  it('S73: scales by the scale subresource alone: no rollout starts, no rollout takes the stable capacity away', async () => {
    const scenario = await serving({ ...canary([weight(25, '2m'), weight(50, '2m')]), replicas: 2 });
    const { model } = scenario;
    const first = model.stable;
    model.scale(4);
    await scenario.until(() => model.readyPodsOf(first).length === 4);
    await scenario.run(60_000);
    expect(model.rollouts).toEqual([]);
    expect(model.status.replicas).toBe(4);

    const second = await scenario.release('2');
    await scenario.until(() => model.percentOf(second) === 25);
    const stable = scenario.watch(() => model.readyPodsOf(first).length);
    // Less load than before: it waits until the rollout is over.
    model.scale(3);
    await scenario.run(60_000);
    // More than ever: both arms grow at once.
    model.scale(6);
    await scenario.until(() => model.readyPodsOf(first).length === 6);
    expect(model.percentOf(second)).toBe(25);
    await scenario.until(() => model.phase === 'Baking');
    expect(stable).toEqual({ least: 4, greatest: 6 });
    expect(model.readyPodsOf(second)).toHaveLength(6);
    expect(await scenario.outcome()).toBe('Promoted');
    await scenario.until(() => model.phase === 'Healthy');

    // From now on it sees, and scales, the new one.
    model.scale(2);
    await scenario.until(() => model.podsOf(second).length === 2);
    expect(model.status).toMatchObject({ replicas: 2, selector: expect.stringContaining(second) });
    await scenario.until(() => scenario.replicasOf(first) === 0, 60_000);
    expect(model.rollouts).toHaveLength(1);
  });
});
