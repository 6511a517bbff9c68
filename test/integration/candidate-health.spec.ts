import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type KubernetesObject, resourceKinds } from '../../src/kubernetes/resource.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';
import {
  type RolloutRecord,
  WatchedModel,
  conditionOf,
  decisionsOf,
  totalOf,
} from '../support/watched-model.ts';

jest.setTimeout(180_000);

/** Candidates that cannot start, that die, and that take no connections. */
let bed: TestBed;

beforeAll(async () => {
  bed = await TestBed.start();
  await bed.installController();
}, 600_000);

afterAll(() => bed?.stop(), 60_000);

const canary = (...steps: object[]) => ({ strategy: { canary: { steps, bake: { duration: '2s' } } } });
const quick = canary({ weight: 20, hold: '1s' });
// eslint-disable-next-line @typescript-eslint/no-explicit-any
const podSpecOf = (object: KubernetesObject): any => object['spec'].serving.workload.template.spec;

describe('an image that does not exist', () => {
  let model: WatchedModel;

  it('fails by the deadline: its pods go, the stable is untouched, and the reason is said', async () => {
    model = await WatchedModel.serve(bed, 'image', {
      version: '1',
      spec: { ...quick, progressDeadline: '6s' },
    });
    const stable = (await model.deployment('v1'))?.metadata.resourceVersion;
    const load = model.load();
    await model.apply({ version: '2', image: 'registry.example.com/nobody:has-this' });
    const waiting = await model.until('says what it waits for', ({ message }) =>
      message?.includes('ErrImagePull'),
    );
    expect(waiting).toMatchObject({ phase: 'Progressing', candidate: { ready: 0 } });
    expect(waiting.message).toContain('registry.example.com/nobody:has-this');
    expect(conditionOf(waiting, 'CandidateReady')).toBe('False WaitingForCapacity');

    const { status } = await model.outcome(1);
    expect(status).toMatchObject({
      outcome: 'Failed',
      reason: 'ProgressDeadlineExceeded',
      weight: 0,
      remembered: true,
    });
    const waitedMs = Date.parse(status!.endedAt!) - Date.parse(status!.step.enteredAt);
    expect(waitedMs).toBeGreaterThanOrEqual(6_000);
    await model.untilReplicas('v2', 0);
    const failed = await model.until('has failed', ({ phase }) => phase === 'Failed');
    expect(failed.message).toContain('ErrImagePull');
    expect(conditionOf(failed, 'Stalled')).toBe('True ProgressDeadlineExceeded');
    expect(conditionOf(failed, 'Available')).toBe('True Available');
    expect(failed.stable?.revision).toBe(model.revisionOf('v1'));
    await load.stop();

    expect(Object.keys(load.counts())).toEqual(['v1 200']);
    expect(new Set(model.splits())).toEqual(new Set(['v1=1000', 'v1=1000 v2=0']));
    const versions = model.deployments.objects.filter(
      ({ metadata }) => metadata.name === `image-${model.revisionOf('v1')}`,
    );
    expect(new Set(versions.map(({ spec }) => spec.replicas))).toEqual(new Set([2]));
    expect(versions.at(-1)?.metadata.generation).toBe(1);
    expect(stable).toBeDefined();
  });

  it('is not tried again; a good revision is', async () => {
    await model.edit({ drain: '1s' });
    const { metadata } = (await bed.get(resourceKinds.modelDeployment, model.name))!;
    await model.until('has seen a touch', (status) => status.observedGeneration === metadata.generation);
    expect(await model.rollout(2)).toBeUndefined();
    expect((await model.deployment('v2'))?.spec.replicas).toBe(0);

    await model.apply({ version: '3' });
    expect((await model.outcome(2)).status?.outcome).toBe('Promoted');
    await model.until('is healthy', ({ phase }) => phase === 'Healthy');
  });
});

describe('candidate pods that die at 50%', () => {
  it('all of them: the weight is taken back at once, and given again by a decision when they are back', async () => {
    const model = await WatchedModel.serve(bed, 'dying', {
      version: '1',
      spec: canary({ weight: 20, hold: '1s' }, { weight: 50, hold: '600s' }),
    });
    const load = model.load();
    await model.apply({ version: '2', env: { READY_AFTER_MS: '2500' } });
    await model.until('is at 50%', ({ traffic }) => traffic?.acknowledged && traffic.applied === 50);
    const pods = await model.pods('v2');
    const killedAtMs = Date.now();
    await Promise.all(
      pods.map(({ metadata }) => bed.user.send('DELETE', podPath(metadata.name), { gracePeriodSeconds: 0 })),
    );
    const taken = await model.route.until(
      'nothing is sent to the candidate',
      ({ object, atMs }) => atMs >= killedAtMs && model.weightOf('v2', object) === 0,
    );
    const record = (await model.rollout(1))!;
    expect(record.status?.decisions?.map(({ reason }) => reason)).toContain('CapacityLost');
    // The pods were gone for the endpoints' controller a moment after the kill; ours reacts in the pass that sees it.
    expect(taken.atMs - killedAtMs).toBeLessThan(3_000);

    const decisions = [
      'StepEntered 0%',
      'WeightRaised 20%',
      'StepEntered 20%',
      'WeightRaised 50%',
      'WeightTakenBack 0%',
      'WeightRaised 50%',
    ];
    await model.rollouts.until(
      'it is at 50% again, applied',
      ({ object }) =>
        (object as RolloutRecord).status?.step.appliedAt !== undefined &&
        decisionsOf(object as RolloutRecord).join() === decisions.join(),
    );
    expect(new Set(model.route.objects.map(totalOf))).toEqual(new Set([1000]));
    await waitFor('an event tells it', async () =>
      (await model.events()).some((event) => event.startsWith('Warning CapacityLost: ')),
    );
    await load.stop();
    // Requests that were under way at a killed pod fail, and no more: well under a second of the half that it had.
    expect(load.answers.filter(({ status }) => status !== 200).length).toBeLessThan(100);
    expect(load.answersOf('v1').every(({ status }) => status === 200)).toBe(true);
  });

  const podPath = (name: string) => `/api/v1/namespaces/default/pods/${name}`;

  it('for good: the rollout ends, by its deadline or because they come and go, and users have the stable all the time', async () => {
    const model = await WatchedModel.serve(bed, 'exiting', {
      version: '1',
      spec: { ...canary({ weight: 50, hold: '600s' }), progressDeadline: '8s' },
    });
    await model.apply({ version: '2', env: { EXIT_PATH: '/exit' } });
    await model.until('is at 50%', ({ traffic }) => traffic?.acknowledged && traffic.applied === 50);
    const load = model.load();
    // A request that ends the program, sent again and again: it keeps crashing when it comes back.
    const killer = model.load({ path: '/exit', rate: 50 });
    await model.route.until('nothing is sent to the candidate', ({ object }) => isTakenBack(model, object));
    const { status } = await model.outcome(1, { timeoutMs: 120_000 });
    await killer.stop();
    await load.stop();
    expect(status).toMatchObject({
      outcome: 'RolledBack',
      reason: expect.stringMatching(/^(ProgressDeadlineExceeded|CandidateUnstable)$/),
      weight: 0,
      remembered: true,
    });
    expect(status?.message).toContain('it keeps ending (CrashLoopBackOff), last with exit code 1');
    expect(load.answersOf('v1').every((answer) => answer.status === 200)).toBe(true);
  });

  function isTakenBack(model: WatchedModel, object: KubernetesObject): boolean {
    const before = model.route.objects.slice(0, model.route.objects.indexOf(object));
    return model.weightOf('v2', object) === 0 && before.some((route) => model.weightOf('v2', route) === 500);
  }
});

describe('a candidate that is ready, and takes no connections', () => {
  const analysis = {
    minRequests: 10,
    interval: '1s',
    metrics: [{ name: 'errors', kind: 'errorRate', max: 0.2 }],
  };

  it.each([
    // The gateway answers for it with 503, and each of them is charged to the revision.
    ['refuses', { PORT: '9090' }, 9090],
    ['resets', { RESETS: 'true' }, 8080],
  ])('%s them: the gate fails', async (name, env, probePort) => {
    const model = await WatchedModel.serve(bed, name, {
      version: '1',
      spec: { ...canary({ weight: 20, hold: '600s' }), analysis },
    });
    const load = model.load();
    await model.apply({
      version: '2',
      env,
      change: (object) => {
        podSpecOf(object).containers[0].readinessProbe.httpGet.port = probePort;
      },
    });
    const { status } = await model.outcome(1);
    await model.until('is settled', ({ phase }) => phase === 'RolledBack');
    await load.stop();
    expect(status).toMatchObject({ outcome: 'RolledBack', reason: 'AnalysisFailed', weight: 0 });
    expect(status?.message).toMatch(/^analysis failed: errors: .* failed/);
    expect(model.splits().slice(0, 4)).toEqual(['v1=1000', 'v1=1000 v2=0', 'v1=800 v2=200', 'v1=1000 v2=0']);
    // What fails are the gateway's own answers for the candidate; the stable answers all of its requests.
    expect(Object.keys(load.counts()).sort()).toEqual(['no model 503', 'v1 200']);
  });
});

describe("a template that the API server's own validation refuses", () => {
  it.each([
    [
      'an environment variable without a name',
      (object: KubernetesObject) => podSpecOf(object).containers[0].env.push({ name: '', value: 'x' }),
      /env/,
    ],
    [
      'one path for two volumes',
      (object: KubernetesObject) => {
        const pod = podSpecOf(object);
        pod.volumes = [
          { name: 'a', emptyDir: {} },
          { name: 'b', emptyDir: {} },
        ];
        pod.containers[0].volumeMounts = ['a', 'b'].map((name) => ({ name, mountPath: '/same' }));
      },
      /mountPath/,
    ],
  ])('%s: is said in a condition, and nothing of it is begun', async (name, change, field) => {
    const model = await WatchedModel.serve(bed, `refused-${name.length}`, { version: '1', spec: quick });
    await model.apply({ version: '2', change });
    const status = await model.until('is refused', ({ phase }) => phase === 'Failed');
    expect(conditionOf(status, 'Ready')).toBe('False TemplateRejected');
    expect(conditionOf(status, 'Stalled')).toBe('True TemplateRejected');
    expect(conditionOf(status, 'Available')).toBe('True Available');
    expect(status.message).toMatch(field);
    expect(status.stable?.revision).toBe(model.revisionOf('v1'));
    expect(await model.rollout(1)).toBeUndefined();
    expect(await model.deployment('v2')).toBeUndefined();

    // Nobody else is delayed by it, and the next spec is taken.
    const other = await WatchedModel.serve(bed, `beside-${name.length}`, { version: '1', spec: quick });
    await other.apply({ version: '2' });
    expect((await other.outcome(1)).status?.outcome).toBe('Promoted');
    await model.apply({ version: '3' });
    expect((await model.outcome(1)).status?.outcome).toBe('Promoted');
  });
});
