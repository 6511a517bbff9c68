import { beforeEach, describe, expect, it } from '@jest/globals';
import type { GateAnswer, GateQuestion } from '../domain/gates/gate-question.ts';
import { jobOfGate } from '../domain/gates/job-of-gate.ts';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import { keyOf, type KubernetesObject, resourceKinds } from '../kubernetes/resource.ts';
import { LeaderGuardedCluster } from '../runtime/leader-guard.ts';
import { RecordingLogger } from '../runtime/testing/recording-logger.ts';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { SimulatedApiServer } from '../simulation/api-server/simulated-api-server.ts';
import { JobRunner } from './job-runner.ts';
import { QuestionWithdrawn } from './question-withdrawn.ts';
import { jobQuestion } from './testing/job-question.ts';

const minuteMs = 60_000;
const deadline = { type: 'Failed', status: 'True', reason: 'DeadlineExceeded', message: 'too long' };
const backoff = {
  type: 'Failed',
  status: 'True',
  reason: 'BackoffLimitExceeded',
  message: 'has reached the limit',
};
const complete = { type: 'Complete', status: 'True', reason: 'CompletionsReached' };

let clock: VirtualClock;
let logger: RecordingLogger;
let server: SimulatedApiServer;
let question: GateQuestion;
let signal: AbortController;
let answer: GateAnswer | undefined;

beforeEach(() => {
  clock = new VirtualClock();
  logger = new RecordingLogger();
  server = new SimulatedApiServer({ clock });
  question = jobQuestion({ timeoutMs: 10 * minuteMs });
  signal = new AbortController();
  answer = undefined;
  // Its owner, so that nobody collects it.
  const { name, uid } = question.facts.rollout;
  server.restore({
    apiVersion: 'understudy.dev/v1alpha1',
    kind: 'ModelRollout',
    metadata: { namespace: 'default', name, uid },
  });
});

const runnerOn = (cluster = server.cluster('understudy')) => new JobRunner({ cluster, clock, logger });
/** Asks, and lets what needs no time happen. */
async function ask(runner = runnerOn()): Promise<void> {
  void runner.run(question, signal.signal).then((given) => (answer = given));
  await clock.advance(0);
}
const jobs = () => [...server.list(resourceKinds.job)];
const write = (kind: (typeof resourceKinds)['job' | 'pod'], name: string, status: object) =>
  server
    .as('kube')
    .patch(kind, { namespace: 'default', name }, [{ op: 'add', path: '/status', value: status }], {
      subresource: 'status',
    });
/** What the Job controller would say of the only Job. */
const tell = (status: object) => write(resourceKinds.job, jobs()[0]!.metadata.name, status);

/** What the Job controller and a node would make of the only Job. */
function pod(name: string, status: object, log?: string): void {
  const [job] = jobs();
  const { uid = '' } = job!.metadata;
  server.as('kube').create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace: 'default',
      name,
      labels: { 'batch.kubernetes.io/job-name': job!.metadata.name },
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: job!.metadata.name, uid }],
    },
    spec: job!['spec'].template.spec,
  });
  write(resourceKinds.pod, name, status);
  if (log !== undefined) server.logs.set(`default/${name}/check`, log);
}
const exited = (exitCode: number, reason = 'Error') => ({
  phase: exitCode === 0 ? 'Succeeded' : 'Failed',
  containerStatuses: [{ name: 'check', ready: false, state: { terminated: { exitCode, reason } } }],
});
const waiting = {
  phase: 'Pending',
  containerStatuses: [{ name: 'check', ready: false, state: { waiting: { reason: 'ErrImagePull' } } }],
};
const gone = (name: string) =>
  server.as('kube').delete(resourceKinds.pod, { namespace: 'default', name }, { force: true });
/** Fails the first calls of a verb. */
function failing(verb: 'create' | 'get' | 'log' | 'delete', errors: ClusterError[]) {
  const cluster = server.cluster('understudy');
  const send = cluster[verb].bind(cluster) as (...args: unknown[]) => Promise<unknown>;
  return Object.assign(cluster, {
    [verb]: async (...args: unknown[]) => {
      const error = errors.shift();
      if (error) throw error;
      return send(...args);
    },
  });
}

describe('the answer of a Job', () => {
  it('that completed is Pass, with the end of what it printed', async () => {
    await ask();
    pod('one', exited(0), 'accuracy 0.93\n');
    tell({ conditions: [complete] });
    await clock.advance(2_000);
    expect(answer).toMatchObject({ kind: 'answered', verdict: 'Pass', log: 'accuracy 0.93' });
  });

  it('that failed is Fail, with the container, its exit code and the log of the last pod that failed', async () => {
    await ask();
    pod('first', exited(2), 'first');
    await clock.advance(1_000);
    pod('second', exited(3, 'OOMKilled'), 'second');
    tell({ conditions: [backoff] });
    await clock.advance(2_000);
    expect(answer).toMatchObject({
      verdict: 'Fail',
      message: expect.stringContaining(
        'failed: container check ended with exit code 3 (OOMKilled) (BackoffLimitExceeded)',
      ),
      log: 'second',
    });
  });

  it('stands where the log cannot be read, or is gone with the pods', async () => {
    await ask(runnerOn(failing('log', [new ClusterError('serverError', 'the node is away')])));
    pod('one', exited(1), 'lost');
    tell({ conditions: [backoff] });
    await clock.advance(2_000);
    expect(answer).toEqual({
      kind: 'answered',
      verdict: 'Fail',
      message: expect.stringContaining('its log could not be read: the node is away'),
    });
    gone('one');
    await ask();
    expect(answer).toMatchObject({
      message: expect.stringContaining('has reached the limit (BackoffLimitExceeded); its pods are gone'),
    });
  });

  it('that ran and did not end in time is Fail', async () => {
    await ask();
    tell({ active: 1, ready: 1 });
    await clock.advance(2_000);
    tell({ conditions: [deadline] });
    await clock.advance(2_000);
    expect(answer).toMatchObject({
      verdict: 'Fail',
      message: expect.stringContaining('did not end within 10m (DeadlineExceeded)'),
    });
  });
});

describe('silence', () => {
  it('is what a Job gives whose image cannot be pulled', async () => {
    await ask();
    const [first] = jobs();
    pod('one', waiting);
    await clock.advance(2_000);
    gone('one');
    tell({ conditions: [deadline] });
    await clock.advance(2_000);
    expect(answer).toEqual({
      kind: 'silent',
      message: `Job ${first!.metadata.name} did not run within 10m: container check: image example.com/check:1 cannot be pulled (ErrImagePull)`,
    });
  });

  it('is what a Job gives that nobody saw', async () => {
    await ask();
    tell({ conditions: [deadline] });
    await clock.advance(2_000);
    expect(answer).toMatchObject({
      kind: 'silent',
      message: expect.stringContaining('nobody saw whether it ran'),
    });
    expect(jobs()).toHaveLength(1);
  });

  it('is what a suspended Job gives, a minute after its time, and it is taken away', async () => {
    await ask();
    tell({ conditions: [{ type: 'Suspended', status: 'True' }] });
    await clock.advance(11 * minuteMs - 1);
    expect(answer).toBeUndefined();
    await clock.advance(2_000);
    expect(answer).toMatchObject({ kind: 'silent', message: expect.stringContaining('it is suspended') });
    expect(jobs()).toEqual([]);
  });

  it.each([
    [
      'forbidden',
      'jobs.batch is forbidden: User "u" cannot create resource "jobs" in API group "batch"',
      /gates\.jobs: true.*cannot create resource/,
    ],
    ['forbidden', 'exceeded quota: jobs', /^exceeded quota: jobs$/],
    ['invalid', 'spec.template.spec.containers[0].image: Required value', /Required value/],
  ] as const)('says what to do where the API server refuses: %s, %s', async (kind, message, words) => {
    await ask(runnerOn(failing('create', [new ClusterError(kind, message)])));
    expect(answer).toEqual({ kind: 'silent', message: expect.stringMatching(words) });
  });

  it('is what a process gives that does not lead; it makes nothing', async () => {
    await ask(runnerOn(new LeaderGuardedCluster(server.cluster('understudy'), { isLeader: () => false })));
    expect(answer).toMatchObject({ kind: 'silent' });
    expect(jobs()).toEqual([]);
  });

  it('comes when the Job is deleted, and the next attempt runs it again', async () => {
    await ask();
    const [first] = jobs();
    server.as('user').delete(resourceKinds.job, { namespace: 'default', name: first!.metadata.name });
    await clock.advance(2_000);
    expect(answer).toMatchObject({ kind: 'silent', message: expect.stringContaining('was deleted') });
    await ask();
    expect(jobs()).toHaveLength(1);
  });
});

describe('one question', () => {
  it('has one run, though the answer to its creation is lost and the API server is away for a while', async () => {
    const cluster = server.cluster('understudy');
    const create = cluster.create.bind(cluster);
    let lost = 0;
    cluster.create = async (object, options) => {
      if (lost > 0) return create(object, options);
      lost += 1;
      await create(object, options);
      throw new ClusterError('unreachable', 'no answer');
    };
    const get = cluster.get.bind(cluster);
    let away = 20;
    cluster.get = (kind, name) =>
      away-- > 0 ? Promise.reject(new ClusterError('unreachable', 'away')) : get(kind, name);
    await ask(runnerOn(cluster));
    const [{ metadata } = { metadata: undefined }] = jobs();
    await clock.advance(minuteMs);
    tell({ conditions: [complete] });
    await clock.advance(4_000);
    expect(answer).toMatchObject({ verdict: 'Pass' });
    expect(jobs().map((job) => job.metadata.uid)).toEqual([metadata?.uid]);
  });

  it('is answered by the Job that another process began', async () => {
    await ask();
    const [first] = jobs();
    signal.abort(new Error('the process stops'));
    await clock.advance(2_000);
    expect(answer).toMatchObject({ kind: 'silent' });
    signal = new AbortController();
    await ask();
    tell({ conditions: [complete] });
    await clock.advance(2_000);
    expect(answer).toMatchObject({ verdict: 'Pass' });
    expect(jobs().map(({ metadata }) => metadata.uid)).toEqual([first!.metadata.uid]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('that is withdrawn leaves no Job behind, but one that ended stays to be read', async () => {
    await ask();
    signal.abort(new QuestionWithdrawn());
    await clock.advance(2_000);
    expect(answer).toMatchObject({ kind: 'silent' });
    expect(jobs()).toEqual([]);

    signal = new AbortController();
    await ask();
    tell({ conditions: [complete] });
    signal.abort(new QuestionWithdrawn());
    await clock.advance(2_000);
    expect(jobs()).toHaveLength(1);
  });

  it('that is withdrawn tells the log of a Job that could not be deleted', async () => {
    await ask(runnerOn(failing('delete', [new ClusterError('forbidden', 'not yours')])));
    const [left] = jobs();
    signal.abort(new QuestionWithdrawn());
    await clock.advance(2_000);
    expect(logger.lines).toMatchObject([
      { level: 'warn', fields: { job: `default/${left!.metadata.name}`, error: 'not yours' } },
    ]);
  });

  it('touches no Job of somebody else', async () => {
    const foreign: KubernetesObject = {
      ...jobOfGate(question),
      metadata: { namespace: 'default', name: jobOfGate(question).metadata.name },
    };
    server.restore({ ...foreign, status: { conditions: [complete] } });
    await ask();
    expect(answer).toMatchObject({
      kind: 'silent',
      message: expect.stringContaining('belongs to something else'),
    });
    signal.abort(new QuestionWithdrawn());
    await clock.advance(2_000);
    expect(server.find(resourceKinds.job, keyOf(foreign))).toBeDefined();
  });
});
