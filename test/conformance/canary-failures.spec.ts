import { describe, expect, it } from '@jest/globals';
import type { ModelDeploymentSpec } from '../../src/api/model-deployment.ts';
import { Mailbox } from '../../src/notifications/testing/mailbox.ts';
import { badImage, goodImage, templateOf } from '../../src/simulation/testing/world-bed.ts';
import { canary, plainServices, query, scenarios, weight } from './bed/scenario.ts';

const { serving } = scenarios();

const image = (name: string) => (spec: ModelDeploymentSpec) => ({
  ...spec,
  model: { ...spec.model, version: name },
  serving: { workload: { template: templateOf(name.startsWith('bad') ? badImage : goodImage) } },
});

describe('a candidate that never runs', () => {
  it('S5: of two in a row the first has no pods any more, the second has one, and four stable pods serve', async () => {
    const scenario = await serving(canary([weight(25)]));
    const { model } = scenario;
    const stable = scenario.watch(() => model.readyPodsOf(model.stable).length);
    const middle = await scenario.change(image('bad one'));
    await scenario.until(() => model.podsOf(middle).length === 1);
    const third = await scenario.change(image('bad two'));
    await scenario.until(() => model.podsOf(middle).length === 0 && model.podsOf(third).length === 1, 50_000);
    expect([scenario.replicasOf(middle), scenario.replicasOf(third)]).toEqual([0, 1]);
    expect(stable).toEqual({ least: 4, greatest: 4 });
    expect([...scenario.weightsOf(middle), ...scenario.weightsOf(third)].every((parts) => parts === 0)).toBe(
      true,
    );
  });

  it('S6: a good one after a bad one is promoted, and the bad one has no pods', async () => {
    const scenario = await serving(canary([weight(25)]));
    const { model } = scenario;
    const bad = await scenario.change(image('bad'));
    await scenario.until(() => model.podsOf(bad).length === 1);
    const good = await scenario.change(image('good'));
    expect(await scenario.outcome()).toBe('Promoted');
    await scenario.until(() => model.phase === 'Healthy');
    expect([model.stable, model.podsOf(bad).length]).toEqual([good, 0]);
  });

  it('S19: whose image cannot be pulled fails after the deadline, named, without any weight', async () => {
    const told = new Mailbox();
    const scenario = await serving(
      {
        ...canary([weight(25)]),
        progressDeadline: '30s',
        analysis: { metrics: [query('errors')] },
        notifications: [{ name: 'team', type: 'slack', secretRef: { name: 'team' } }],
      },
      { start: { noticeSender: told, notifications: { enabled: true } } },
    );
    const { world, model } = scenario;
    const stable = model.stable;
    const before = world.server.find({ kind: 'Deployment' }, `ml/model-${stable}`)!['spec'];
    const bad = await scenario.change(image('bad'));
    const begunAtMs = world.clock.monotonic();
    expect(await scenario.outcome()).toBe('Failed');
    expect(world.clock.monotonic() - begunAtMs).toBeGreaterThanOrEqual(29_000);
    expect(scenario.newest!.status).toMatchObject({ reason: 'ProgressDeadlineExceeded', remembered: true });
    await scenario.until(() => model.phase === 'Failed');
    expect(model.status.message).toContain('ErrImagePull');
    expect(told.kinds).toEqual(['Started', 'Failed']);
    expect(model.condition('Stalled')).toBe('True ProgressDeadlineExceeded');
    expect(model.condition('Available')).toBe('True Available');
    expect(scenario.weightsOf(bad).every((parts) => parts === 0)).toBe(true);
    await scenario.until(() => model.podsOf(bad).length === 0, 60_000);
    expect(world.server.find({ kind: 'Deployment' }, `ml/model-${stable}`)!['spec']).toEqual(before);
  });
});

describe('the progress deadline', () => {
  it('S17: starts anew with each pod that gets ready, ends a rollout with none, and never counts a pause', async () => {
    const scenario = await serving({
      ...canary([{ scale: { replicas: 4 } }, weight(50)]),
      progressDeadline: '20s',
    });
    const { world, model } = scenario;
    const failing = await scenario.change((spec) => ({ ...spec, model: { ...spec.model, version: 'slow' } }));
    model.makeCandidate({ kind: 'neverReady' });
    await scenario.until(() => model.podsOf(failing).length === 4);
    expect(await scenario.outcome(40_000)).toBe('Failed');
    expect(scenario.newest!.status!.reason).toBe('ProgressDeadlineExceeded');

    // One pod every 15 seconds: a minute in all, and never 20 seconds without one more.
    const slow = await scenario.release('3');
    model.makeCandidate({ kind: 'neverReady' });
    await scenario.until(() => model.podsOf(slow).length === 4);
    for (let ready = 1; ready <= 4; ready += 1) {
      await scenario.run(15_000);
      scenario.makeOneReady(slow);
      await scenario.until(() => model.readyPodsOf(slow).length === ready, 5_000);
      expect(scenario.newest!.status!.phase).not.toBe('Ended');
    }
    await scenario.until(() => model.percentOf(slow) === 50);
    expect(await scenario.outcome()).toBe('Promoted');

    const paused = await scenario.release('4');
    world.behaviours.forRevision(paused, { kind: 'neverReady' });
    model.pause();
    await scenario.run(600_000);
    expect(scenario.newest!.status!.phase).not.toBe('Ended');
  });

  it('S18: says nothing to a pause in the plan that is longer', async () => {
    const scenario = await serving({
      ...canary([weight(10, '1s'), { pause: { duration: '30s' } }, weight(50, '1s')]),
      progressDeadline: '5s',
    });
    await scenario.release('2');
    expect(await scenario.outcome()).toBe('Promoted');
    await scenario.until(() => scenario.model.phase === 'Healthy');
  });
});

describe('a candidate that does harm', () => {
  const analysis = { interval: '5s', metrics: [query('errors', { failureLimit: 2 })] };

  it('S26: rolls back when the failures are more than are tolerated, in one write, and loses its pods', async () => {
    const scenario = await serving({ ...canary([weight(25, '5m')]), analysis });
    const { model, answers } = scenario;
    answers.say('errors', 0);
    const first = model.stable;
    const second = await scenario.release('2');
    await scenario.until(() => model.percentOf(second) === 25);
    answers.say('errors', 5);
    expect(await scenario.outcome()).toBe('RolledBack');
    expect(scenario.weightsOf(second)).toEqual([0, 250, 0]);
    expect(scenario.newest!.status!.analysis!.evidence!.metrics['errors']!.failures).toBe(3);
    await scenario.until(() => model.phase === 'RolledBack' && model.podsOf(second).length === 0);
    expect([model.stable, model.readyPodsOf(first).length]).toEqual([first, 4]);
  });

  it('S27: is rolled back again when it is asked for again, and promoted when it is good and another revision', async () => {
    const scenario = await serving({ ...canary([weight(25, '30s')]), analysis });
    const { model, answers } = scenario;
    answers.say('errors', 5);
    const second = await scenario.release('2');
    expect(await scenario.outcome()).toBe('RolledBack');
    model.release('1');
    await scenario.until(() => model.phase === 'Healthy');
    expect(await scenario.release('2')).toBe(second);
    expect(await scenario.outcome()).toBe('RolledBack');
    answers.say('errors', 0);
    // The same again is not tried: it was remembered.
    await scenario.run(300_000);
    expect(model.rollouts).toHaveLength(2);
    const annotated = await scenario.change((spec) => ({
      ...spec,
      serving: {
        workload: { template: { ...templateOf(goodImage), metadata: { annotations: { attempt: 'again' } } } },
      },
    }));
    expect(annotated).not.toBe(second);
    expect(await scenario.outcome()).toBe('Promoted');
    await scenario.until(() => model.phase === 'Healthy');
  });

  it('S30: is none of the business of another ModelDeployment beside it', async () => {
    const scenario = await serving({ ...canary([weight(25)]), analysis });
    const other = scenario.beside('ml/other', {
      ...canary([weight(25)]),
      analysis: { metrics: [query('others', { failureLimit: 2 })] },
      service: { port: 8081 },
      traffic: {
        gatewayAPI: {
          parentRefs: [{ name: 'public', namespace: 'gateway' }],
          hostnames: ['other.example.com'],
        },
      },
    });
    const { model, answers } = scenario;
    answers.say('errors', 0);
    answers.say('others', 9);
    await scenario.until(() => other.phase === 'Healthy');
    const before = other.stable;
    other.release('2');
    const second = await scenario.release('2');
    await scenario.until(() => other.phase === 'RolledBack');
    expect(await scenario.outcome()).toBe('Promoted');
    await scenario.until(() => model.phase === 'Healthy');
    expect([model.stable, other.stable]).toEqual([second, before]);
    expect(other.split).toMatchObject([{ revision: before, weight: 1000 }]);
  });
});

describe('a plan without metrics', () => {
  it('S21: is promoted without one question', async () => {
    const scenario = await serving({ ...canary([weight(25), weight(50)]), ...plainServices });
    await scenario.release('2');
    expect(await scenario.outcome()).toBe('Promoted');
    await scenario.until(() => scenario.model.phase === 'Healthy');
    expect(scenario.answers.asked).toEqual([]);
  });
});
