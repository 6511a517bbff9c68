import { describe, expect, it } from '@jest/globals';
import type { ModelDeploymentSpec } from '../../src/api/model-deployment.ts';
import { badByModel, badOf } from '../../src/simulation/traffic/ledger.ts';
import { canary, type Scenario, scenarios, weight } from './bed/scenario.ts';

const { serving } = scenarios();

const errors = { name: 'errors', kind: 'errorRate' as const, max: 0.05 };
const latency = { name: 'latency', kind: 'latency' as const, objective: { threshold: '1s', max: 0.1 } };
const bake = { duration: '60s' };
const judged = (strategy: Pick<ModelDeploymentSpec, 'strategy'>): Partial<ModelDeploymentSpec> => ({
  ...strategy,
  analysis: { minRequests: 100, metrics: [errors, latency] },
});
const byCanary = judged(canary([weight(25), weight(50)]));
const byBlueGreen = judged({ strategy: { blueGreen: { previewReplicas: 1, bake } } });
const byShadow = judged({
  strategy: { shadow: { duration: '30s', minRequests: 100, then: 'promote', bake } },
});

/** A good revision, and then one of which half of the answers are errors. */
async function goodThenBad(spec: Partial<ModelDeploymentSpec>): Promise<{ scenario: Scenario; bad: string }> {
  const scenario = await serving(spec);
  const { world, model } = scenario;
  const good = await scenario.release('2');
  expect(await scenario.outcome()).toBe('Promoted');
  await scenario.until(() => model.phase === 'Healthy');
  expect(model.stable).toBe(good);
  expect(badOf(world.ledger.total(), badByModel)).toBe(0);
  const bad = await scenario.release('3');
  world.traffic.qualities.forRevision(bad, { errorRate: 0.5 });
  expect(await scenario.outcome()).toBe('RolledBack');
  expect(world.ledger.ofRevision(good).fates.failed).toBe(0);
  return { scenario, bad };
}

describe('users who send 100 requests a second', () => {
  it('S31: lose none by a canary, whether it is promoted or rolled back', async () => {
    const { scenario, bad } = await goodThenBad(byCanary);
    expect(scenario.world.ledger.ofRevision(bad).fates.failed).toBeGreaterThan(0);
  });

  it('S31: lose none by a blue-green switch, and back', async () => {
    const { scenario, bad } = await goodThenBad(byBlueGreen);
    expect(scenario.weightsOf(bad)).toEqual([0, 1000, 0]);
  });

  it('S31: lose none by a shadow, and see no error of a bad one', async () => {
    const { scenario, bad } = await goodThenBad(byShadow);
    const { ledger } = scenario.world;
    expect(ledger.ofRevision(bad).requests).toBe(0);
    expect(ledger.copiesTo(bad).fates.failed).toBeGreaterThan(0);
  });

  it('S56: are not kept waiting by a candidate that is slower by a second: it is rolled back', async () => {
    const scenario = await serving(byCanary);
    const { world } = scenario;
    const slow = await scenario.release('2');
    world.traffic.qualities.forRevision(slow, { medianMs: 1_020, p99Ms: 1_120 });
    expect(await scenario.outcome()).toBe('RolledBack');
    expect(scenario.newest!.status!.message).toMatch(/^analysis failed: latency: /);
    expect(scenario.weightsOf(slow)).toEqual([0, 250, 0]);
  });

  const ledByHand = async (
    spec: Partial<ModelDeploymentSpec>,
    isOnTrial: (scenario: Scenario) => boolean,
  ) => {
    const scenario = await serving(spec);
    const { model } = scenario;
    const first = model.stable;
    const second = await scenario.release('2');
    await scenario.until(() => isOnTrial(scenario));
    await scenario.run(10_000);
    scenario.ask('abort');
    await scenario.until(() => model.phase === 'RolledBack');
    await scenario.run(10_000);
    scenario.ask('retry');
    await scenario.until(() => scenario.newest!.status?.outcome === undefined && isOnTrial(scenario));
    scenario.ask('promote', { full: true });
    await scenario.until(() => model.phase === 'Healthy' && model.stable === second);
    scenario.ask('rollback');
    await scenario.until(() => model.stable === first && scenario.newest!.status?.phase === 'Ended');
    expect(badOf(scenario.world.ledger.total(), badByModel)).toBe(0);
  };

  it('S31: lose none while a canary is aborted, tried again, promoted in full and rolled back', () =>
    ledByHand(byCanary, ({ model }) => model.percentOf(model.candidate ?? '') === 25));

  it('S31: lose none while a blue-green rollout is led in the same way', () =>
    ledByHand(
      judged({ strategy: { blueGreen: { previewReplicas: 1, promotion: 'manual', bake } } }),
      ({ model }) => model.phase === 'Paused',
    ));

  it('S31: lose none while a shadow is led in the same way', () =>
    ledByHand(byShadow, ({ model }) => (model.status.traffic?.mirrored ?? 0) > 0));
});
