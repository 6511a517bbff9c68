import { describe, expect, it } from '@jest/globals';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { canary, plainServices, query, type Scenario, scenarios, weight } from './bed/scenario.ts';

const { serving } = scenarios();

/** How often each event was told; the same one again is one object with a count. */
function toldEvents({ world }: Scenario): Record<string, number> {
  const told: Record<string, number> = {};
  for (const event of world.server.list(resourceKinds.event)) {
    const reason = String(event['reason']);
    told[reason] = (told[reason] ?? 0) + (event['series']?.count ?? 1);
  }
  return told;
}

describe('people who intervene', () => {
  it('S3: abort at a pause, try again, and see each phase and each event once, in order', async () => {
    const scenario = await serving(canary([weight(50, '1s'), { pause: { duration: '3s' } }]));
    const { world, model } = scenario;
    const phases: string[] = [];
    world.server.onChange(() => {
      if (model.phase !== phases.at(-1)) phases.push(model.phase);
    });
    const second = await scenario.release('2');
    await scenario.until(() => model.phase === 'Paused');
    const abort = scenario.ask('abort');
    await scenario.until(() => model.phase === 'RolledBack');
    expect(scenario.answerTo(abort)).toBe('Applied Aborted');
    expect(scenario.newest!.status).toMatchObject({ outcome: 'Aborted', remembered: true });
    await scenario.run(30_000);
    const retry = scenario.ask('retry');
    await scenario.until(() => model.phase === 'Paused');
    expect(scenario.answerTo(retry)).toBe('Applied Retried');
    await scenario.until(() => model.phase === 'Healthy');
    expect(model.stable).toBe(second);
    expect(scenario.weightsOf(second)).toEqual([0, 500, 0, 500, 1000]);
    const told = phases.filter((phase) => ['Paused', 'RolledBack', 'Healthy'].includes(phase));
    expect(told).toEqual(['Healthy', 'Paused', 'RolledBack', 'Paused', 'Healthy']);
    const attempt = ['StepEntered 0%', 'WeightRaised 50%', 'StepEntered 50%'];
    const decided = model.rollouts.map(({ status }) =>
      status!.decisions!.map(({ action, weight }) => `${action} ${weight}%`),
    );
    expect(decided).toEqual([
      [...attempt, 'Aborted 0%', 'Retried 0%'],
      [...attempt, 'StepEntered 50%', 'WeightRaised 100%', 'RoleTaken 100%', 'Promoted 100%'],
    ]);
    await scenario.run(600_000);
    expect(toldEvents(scenario)).toMatchObject({
      RolloutStarted: 2,
      StepEntered: 4,
      PauseStep: 2,
      Aborted: 1,
      Promoted: 1,
    });
  });

  it('S4: promote at a timed pause, and at an open gate, by exactly one step each', async () => {
    const scenario = await serving({
      ...canary([{ pause: { duration: '1h' } }, weight(25, '1h'), weight(50, '1h')]),
      analysis: { metrics: [query('errors')] },
    });
    const { model, answers } = scenario;
    answers.say('errors', 1.5);
    const second = await scenario.release('2');
    const step = () => scenario.newest!.status!.step.index;
    await scenario.until(() => model.phase === 'Paused' && step() === 0);
    const [first, again] = [scenario.ask('promote'), scenario.ask('promote')];
    await scenario.until(() => step() === 1);
    await scenario.run(60_000);
    expect(step()).toBe(1);
    const said = [first, again].map((name) => scenario.answerTo(name).split(' ')[0]);
    expect(said).toEqual(['Applied', 'Refused']);
    expect(model.percentOf(second)).toBe(25);
    const open = scenario.ask('promote');
    await scenario.until(() => step() === 2);
    await scenario.run(60_000);
    expect([step(), model.percentOf(second)]).toEqual([2, 50]);
    expect(scenario.answerTo(open)).toMatch(/^Applied/);
    model.release('1');
    await scenario.until(() => model.phase === 'Healthy');
  });

  it('S4: promote an aborted revision in full, without one more question', async () => {
    const scenario = await serving({
      ...canary([weight(25, '1h')]),
      analysis: { metrics: [query('errors')] },
    });
    const { model, answers } = scenario;
    answers.say('errors', 0);
    const second = await scenario.release('2');
    await scenario.until(() => model.percentOf(second) === 25);
    scenario.ask('abort');
    await scenario.until(() => model.phase === 'RolledBack');
    const asked = answers.askedOf('errors').length;
    answers.say('errors', 9);
    scenario.ask('promote', { full: true });
    await scenario.until(() => model.stable === second && model.phase === 'Healthy');
    expect(answers.askedOf('errors')).toHaveLength(asked);
    expect(scenario.weightsOf(second)).toEqual([0, 250, 0, 1000]);
  });

  it('S14: abort before the first and after a finished rollout: nothing happens, and the action says so', async () => {
    const scenario = await serving(canary([weight(50, '1s')]));
    const { model } = scenario;
    const early = scenario.ask('abort', { rollout: 'model-1' });
    await scenario.run(5_000);
    expect(scenario.answerTo(early)).toBe('Refused RolloutNotRunning');
    const second = await scenario.release('2');
    expect(await scenario.outcome()).toBe('Promoted');
    await scenario.until(() => model.phase === 'Healthy');
    const late = scenario.ask('abort');
    await scenario.run(5_000);
    expect(scenario.answerTo(late)).toBe('Refused RolloutNotRunning');
    expect([model.phase, model.stable, model.percentOf(second)]).toEqual(['Healthy', second, 100]);
  });

  const abortedAfterDrain = async (scenario: Scenario): Promise<string> => {
    const { world, model } = scenario;
    const second = await scenario.release('2');
    await scenario.until(() => model.status.traffic?.applied === 50);
    await scenario.run(5_000);
    const atMs = world.clock.monotonic();
    scenario.ask('abort');
    await scenario.until(() => model.phase === 'RolledBack');
    expect(model.readyPodsOf(second).length).toBeGreaterThan(0);
    await scenario.until(() => scenario.replicasOf(second) === 0);
    expect(world.clock.monotonic() - atMs).toBeGreaterThanOrEqual(30_000);
    expect(world.clock.monotonic() - atMs).toBeLessThan(40_000);
    await scenario.until(() => model.podsOf(second).length === 0);
    return second;
  };
  // Longer than the 30 seconds that a pod of Kubernetes has by default to end.
  const drain = '31s';

  it('S15: abort, and the candidate keeps its pods for the drain; then no live object names it', async () => {
    const scenario = await serving({ ...canary([weight(50, '1h')]), drain });
    const second = await abortedAfterDrain(scenario);
    expect(JSON.stringify(scenario.model.route!['spec'])).not.toContain(second);
  });

  it('S15: abort on plain Services, and the candidate goes in the same way', async () => {
    const scenario = await serving({ ...canary([weight(50, '1h')]), ...plainServices, drain });
    const second = await abortedAfterDrain(scenario);
    const apex = scenario.world.server.find(resourceKinds.service, scenario.model.key)!;
    expect(JSON.stringify(apex['spec'])).not.toContain(second);
  });
});
