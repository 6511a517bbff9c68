import { describe, expect, it } from '@jest/globals';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { canary, type Scenario, scenarios, weight } from './bed/scenario.ts';

const { serving } = scenarios();

/** Pods of the stable revision that are not on their way out. */
const staying = ({ model }: Scenario) =>
  model.podsOf(model.stable).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
const uidsOf = (scenario: Scenario) => staying(scenario).map(({ metadata }) => metadata.uid);

describe('a restart', () => {
  it('S22: restart the pods one at a time, of the same revision, whatever the progress deadline', async () => {
    const scenario = await serving({ ...canary([weight(50)]), progressDeadline: '5s' });
    const { model } = scenario;
    const before = uidsOf(scenario);
    const { stable } = model;
    const ready = scenario.watch(() => model.readyPodsOf(stable).length);
    const pods = scenario.watch(() => staying(scenario).length);
    const restart = scenario.ask('restart');
    await scenario.until(() => scenario.answerTo(restart).startsWith('Applied'));
    await scenario.until(() => model.podsOf(stable).length === 4);
    expect(uidsOf(scenario).filter((uid) => before.includes(uid))).toEqual([]);
    expect([model.stable, model.phase, model.rollouts]).toEqual([stable, 'Healthy', []]);
    expect(ready.least).toBe(4);
    expect(pods.greatest).toBeLessThanOrEqual(5);
  });

  it('S22: restart, and a PodDisruptionBudget blocks it until it allows', async () => {
    const scenario = await serving(canary([weight(50)]));
    const { world } = scenario;
    const before = uidsOf(scenario);
    const budget = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { namespace: 'ml', name: 'model' },
      spec: { maxUnavailable: 0, selector: { matchLabels: { 'understudy.dev/model-deployment': 'model' } } },
    };
    world.as('alice').create(budget);
    const restart = scenario.ask('restart');
    await scenario.run(300_000);
    const left = () => uidsOf(scenario).filter((uid) => before.includes(uid));
    expect(left()).toEqual(before);
    expect(scenario.answerTo(restart)).toMatch(/^Running/);
    world.as('alice').delete(resourceKinds.podDisruptionBudget, budget.metadata);
    await scenario.until(() => scenario.answerTo(restart).startsWith('Applied'));
    expect(left()).toEqual([]);
  });

  it('S22: restart a revision whose new pods do not run: no old one is given up', async () => {
    const scenario = await serving(canary([weight(50)]));
    const { world, model } = scenario;
    const { stable } = model;
    const ready = scenario.watch(() => model.readyPodsOf(stable).length);
    world.nodes.stopScheduling();
    const restart = scenario.ask('restart');
    await scenario.run(300_000);
    expect(ready.least).toBe(4);
    world.nodes.resumeScheduling();
    await scenario.until(() => scenario.answerTo(restart).startsWith('Applied'));
  });
});
