import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { RolloutActionSpec, RolloutActionStatus, RolloutVerb } from '../../src/api/rollout-action.ts';
import { type KubernetesObject, resourceKinds } from '../../src/kubernetes/resource.ts';
import { kstatusOf } from '../support/gitops/kstatus.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';
import { WatchedModel } from '../support/watched-model.ts';

jest.setTimeout(180_000);

/** People lead a canary by hand, on a real API server and gateway. Requests go on all the time, and none fails. */
let bed: TestBed;

beforeAll(async () => {
  bed = await TestBed.start();
  await bed.installController();
}, 600_000);

afterAll(() => bed?.stop(), 60_000);

const { rolloutAction } = resourceKinds;
const byHand = {
  strategy: {
    canary: {
      steps: [{ weight: 20, hold: '0s' }, { pause: {} }, { weight: 50, hold: '0s' }],
      bake: { duration: '1s' },
    },
  },
};

/** As a person makes one who looks at the status. */
async function ask(
  model: WatchedModel,
  name: string,
  verb: RolloutVerb,
  { target, ...more }: Partial<Omit<RolloutActionSpec, 'target'>> & { target?: object } = {},
): Promise<void> {
  const object = await bed.get(resourceKinds.modelDeployment, model.name);
  const { rollout } = (await model.status()) ?? {};
  await bed.apply({
    apiVersion: rolloutAction.apiVersion,
    kind: rolloutAction.kind,
    metadata: { name, namespace: 'default' },
    spec: {
      target: {
        name: model.name,
        uid: object?.metadata.uid,
        ...(rollout && { rollout: rollout.name, step: rollout.step }),
        ...target,
      },
      verb,
      requestedBy: 'alice',
      ...more,
    },
  });
}

const find = (name: string): Promise<KubernetesObject | undefined> => bed.get(rolloutAction, name);

function answer(name: string): Promise<RolloutActionStatus> {
  return waitFor(`${name} has an answer`, async () => {
    const status = (await find(name))?.['status'] as RolloutActionStatus | undefined;
    return status?.state !== undefined && status.state !== 'Pending' ? status : undefined;
  });
}

describe('a canary that is led by hand', () => {
  it('goes on, back, on again and back again as people say', async () => {
    const model = await WatchedModel.serve(bed, 'led', { version: '1', spec: byHand });
    const load = model.load();

    // Out of the pause by a promote; one for a step that was left is refused and opens no gate.
    await model.apply({ version: '2' });
    await model.until(
      'stands at its pause',
      ({ phase, traffic }) => phase === 'Paused' && traffic?.applied === 20,
    );
    await ask(model, 'late', 'promote', { target: { step: 0 } });
    expect(await answer('late')).toMatchObject({
      state: 'Refused',
      reason: 'StepNotReached',
      message: 'step 0 was left already: rollout led-1 stands at step 1',
    });
    expect((await model.status()).traffic?.applied).toBe(20);
    await ask(model, 'on', 'promote', { reason: 'the dashboards look good' });
    expect(await answer('on')).toMatchObject({
      state: 'Applied',
      reason: 'PromotedByAction',
      rollout: 'led-1',
      step: 1,
      actor: { name: 'alice', verified: false },
    });
    const { status } = await model.outcome(1);
    expect(status).toMatchObject({ outcome: 'Promoted' });
    expect(status?.decisions?.filter(({ requestedBy }) => requestedBy)).toEqual([
      expect.objectContaining({
        reason: 'PromotedByAction',
        requestedBy: expect.objectContaining({ name: 'on', actor: { name: 'alice', verified: false } }),
        message: expect.stringContaining('RolloutAction on: the dashboards look good'),
      }),
    ]);
    await model.until('serves version 2', ({ phase }) => phase === 'Healthy');

    // Aborted, tried again, and aborted again.
    await model.apply({ version: '3' });
    await model.until(
      'stands at its pause',
      ({ phase, traffic }) => phase === 'Paused' && traffic?.applied === 20,
    );
    await ask(model, 'stop', 'abort');
    expect(await answer('stop')).toMatchObject({ state: 'Applied', reason: 'Aborted' });
    expect((await model.outcome(2)).status).toMatchObject({
      outcome: 'Aborted',
      weight: 0,
      remembered: true,
    });
    await model.until('is left alone', ({ phase }) => phase === 'RolledBack');
    await ask(model, 'again', 'retry');
    expect(await answer('again')).toMatchObject({ state: 'Applied', reason: 'Retried' });
    await model.until(
      'is tried again',
      ({ rollout, traffic }) => rollout?.name === 'led-3' && traffic?.applied === 20,
    );
    await ask(model, 'enough', 'abort');
    expect((await model.outcome(3)).status).toMatchObject({ outcome: 'Aborted' });

    // Back to what was there before the stable one, in one write, and there it stays.
    await model.until('is left alone', ({ phase }) => phase === 'RolledBack');
    await ask(model, 'back', 'rollback');
    expect(await answer('back')).toMatchObject({
      state: 'Applied',
      reason: 'RolledBackByAction',
      rollout: 'led-4',
    });
    const back = await model.outcome(4);
    expect([back.spec.to.revision, back.spec.insteadOf, back.status?.outcome]).toEqual([
      model.revisionOf('v1'),
      model.revisionOf('v3'),
      'Promoted',
    ]);
    await model.until('serves version 1', ({ phase, stable }) => {
      return phase === 'RolledBack' && stable?.revision === model.revisionOf('v1');
    });
    await load.stop();
    expect(load.failuresOnTheWay()).toEqual([]);
    expect(Object.keys(load.counts()).sort()).toEqual(['v1 200', 'v2 200', 'v3 200']);
    expect((await model.events()).join('\n')).toContain(
      'RolloutAction late (promote): step 0 was left already',
    );
  });

  it('pauses, says so, and goes on', async () => {
    const model = await WatchedModel.serve(bed, 'frozen', {
      version: '1',
      spec: { strategy: { canary: { steps: [{ weight: 20, hold: '3s' }], bake: { duration: '0s' } } } },
    });
    await model.apply({ version: '2' });
    await model.until('is at its step', ({ traffic }) => traffic?.applied === 20);
    await ask(model, 'freeze', 'pause');
    expect(await answer('freeze')).toMatchObject({ state: 'Applied' });
    const { message } = await model.until('is paused', ({ phase }) => phase === 'Paused');
    expect(message).toContain('paused by alice (RolloutAction freeze)');
    // Perhaps in the same second: it counts, for the pause was heard before it.
    await ask(model, 'go', 'resume');
    await model.until('serves version 2', ({ stable }) => stable?.revision === model.revisionOf('v2'));
    expect(kstatusOf((await find('go'))!)).toBe('Current');
  });

  it('takes what is asked of it along when it goes; what is asked of nobody is answered and goes by itself', async () => {
    await WatchedModel.serve(bed, 'short', { version: '1' });
    const model = new WatchedModel(bed, 'short');
    await ask(model, 'kept', 'pause');
    await ask(model, 'brief', 'pause', { ttl: '1s' });
    expect(await answer('kept')).toMatchObject({ state: 'Refused', reason: 'RolloutNotRunning' });
    await waitFor('the action is deleted after its ttl', async () => !(await find('brief')));
    await waitFor(
      'the action has its owner',
      async () => (await find('kept'))?.metadata.ownerReferences?.length === 1,
    );
    await bed.delete(resourceKinds.modelDeployment, 'short');
    await waitFor('the action is gone as well', async () => !(await find('kept')));
    await bed.apply({
      apiVersion: rolloutAction.apiVersion,
      kind: rolloutAction.kind,
      metadata: { name: 'nobody', namespace: 'default' },
      spec: { target: { name: 'short', uid: 'of-before' }, verb: 'pause', ttl: '2s' },
    });
    expect(await answer('nobody')).toMatchObject({ state: 'Refused', reason: 'TargetNotFound' });
    await waitFor('it goes as well', async () => !(await find('nobody')));
  });
});
