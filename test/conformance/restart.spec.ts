import { describe, expect, it } from '@jest/globals';
import { labels } from '../../src/api/group.ts';
import type { RolloutActionStatus } from '../../src/api/rollout-action.ts';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { canary, type Scenario, scenarios, weight } from './bed/scenario.ts';

const { serving } = scenarios();

const answerOf = ({ world }: Scenario) =>
  (world.server.find(resourceKinds.rolloutAction, 'ml/renew')?.['status'] ?? {}) as RolloutActionStatus;

const uidsOf = ({ model }: Scenario) => model.podsOf(model.stable).map(({ metadata }) => metadata.uid);

/** The stable's pods that take requests: a pod on its way out takes none. */
const servingPods = ({ model }: Scenario) =>
  model.readyPodsOf(model.stable).filter(({ metadata }) => metadata.deletionTimestamp === undefined).length;

describe('a restart', () => {
  it('S22: replaces all pods one after another, of the same revision, and no deadline ends it', async () => {
    // Each new pod takes longer than a rollout gives it.
    const pods = { kind: 'ready', afterMs: 15_000 } as const;
    const scenario = await serving({ ...canary([weight(25)]), progressDeadline: '10s' }, { pods });
    const { model } = scenario;
    await scenario.run(2_000);
    const [before, revision] = [uidsOf(scenario), model.stable];
    const seen = scenario.watch(() => servingPods(scenario));
    model.ask('restart', { name: 'renew' });
    await scenario.until(() => answerOf(scenario).state === 'Applied');
    await scenario.run(40_000);
    expect(uidsOf(scenario).filter((uid) => before.includes(uid))).toEqual([]);
    expect(uidsOf(scenario)).toHaveLength(4);
    expect(seen).toEqual({ least: 4, greatest: 5 });
    expect([model.phase, model.stable, model.rollouts.length]).toEqual(['Healthy', revision, 0]);
  });

  it('S22: waits for what a PodDisruptionBudget allows', async () => {
    const scenario = await serving(canary([weight(25)]));
    const { world, model } = scenario;
    await scenario.run(2_000);
    const before = uidsOf(scenario);
    const user = world.as('alice');
    const budget = user.create({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { namespace: 'ml', name: 'keep' },
      spec: { minAvailable: 5, selector: { matchLabels: { [labels.modelDeployment]: 'model' } } },
    });
    model.ask('restart', { name: 'renew' });
    await scenario.run(120_000);
    expect(answerOf(scenario)).toMatchObject({
      state: 'Running',
      message: expect.stringContaining('The disruption budget keep needs 5 healthy pods and has 5 currently'),
    });
    expect(uidsOf(scenario)).toEqual(expect.arrayContaining(before));
    user.replace({ ...budget, spec: { ...budget['spec'], minAvailable: 4 } });
    await scenario.until(() => answerOf(scenario).state === 'Applied');
    await scenario.run(40_000);
    expect(uidsOf(scenario).filter((uid) => before.includes(uid))).toEqual([]);
  });
});
