import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GateRecord } from '../../src/api/gate-record.ts';
import { jobOfGate } from '../../src/domain/gates/job-of-gate.ts';
import type { GateAnswer, GateQuestion } from '../../src/domain/gates/gate-question.ts';
import { JobRunner } from '../../src/gates/job-runner.ts';
import { QuestionWithdrawn } from '../../src/gates/question-withdrawn.ts';
import { jobQuestion } from '../../src/gates/testing/job-question.ts';
import { ClientNodeCluster } from '../../src/kubernetes/client-node-cluster.ts';
import { permissions } from '../../src/kubernetes/permissions.ts';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { SystemClock } from '../../src/runtime/clock.ts';
import { RecordingLogger } from '../../src/runtime/testing/recording-logger.ts';
import { controllerUser, readAuditLog } from '../support/audit-log.ts';
import { Helm } from '../support/helm.ts';
import { modelDeployment } from '../support/model-deployment.ts';
import { modelRollout } from '../support/model-rollout-manifest.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';

const image = 'checks.example.com/shell:1';
const { job, modelRollout: rolloutKind, pod } = resourceKinds;
const never = new AbortController().signal;

let bed: TestBed;
let helm: Helm;
let cluster: ClientNodeCluster;
let rolloutUid = '';

beforeAll(async () => {
  bed = await TestBed.start({ images: { [image]: { command: ['/bin/sh', '-c'] } } });
  helm = await Helm.on(bed.cluster);
  // The record that the Jobs go with.
  const record = modelRollout('sentiment-new-1');
  rolloutUid = (await bed.apply(record as never)).metadata.uid ?? '';
  const { kubeconfigPath } = await bed.cluster.writeKubeconfig({
    namespace: 'understudy-system',
    serviceAccount: 'understudy',
  });
  cluster = await ClientNodeCluster.connect({ kubeconfig: kubeconfigPath });
}, 180_000);
afterAll(async () => {
  await cluster?.close();
  await helm?.close();
  await bed?.stop();
}, 60_000);

let asked = 0;
/** A question of its own whose Job runs these lines of shell. */
function questionOf(script: string, change: Parameters<typeof jobQuestion>[0] = {}): GateQuestion {
  asked += 1;
  const template = {
    metadata: { labels: { team: 'ml' } },
    spec: { terminationGracePeriodSeconds: 2, containers: [{ name: 'check', image, args: [script] }] },
  };
  return jobQuestion({ id: `question-${asked}`, rolloutUid, timeoutMs: 60_000, template, ...change });
}
const runner = () =>
  new JobRunner({ cluster, clock: new SystemClock(), logger: new RecordingLogger(), pollMs: 200 });
const ask = (question: GateQuestion, signal = never): Promise<GateAnswer> => runner().run(question, signal);
const jobNamed = (question: GateQuestion) => bed.get(job, jobOfGate(question).metadata.name);
const podsOf = (question: GateQuestion) =>
  bed.list(pod, 'default', `batch.kubernetes.io/job-name=${jobOfGate(question).metadata.name}`);
const untilItRuns = (question: GateQuestion) =>
  waitFor('a pod of the Job runs', async () => {
    const pods = await podsOf(question);
    return pods.some(({ status }) => status?.phase === 'Running') && pods;
  });

describe('a Job as a gate', () => {
  it('needs rights that the chart gives only with gates.jobs, and says so', async () => {
    expect(await ask(questionOf('exit 0'))).toEqual({
      kind: 'silent',
      message: expect.stringMatching(/gates\.jobs: true.*cannot create resource "jobs"/),
    });
    const roles = (await helm.template({ gates: { jobs: true } })).filter(
      ({ kind }) => kind === 'ClusterRole',
    );
    for (const role of roles) await bed.apply(role);
    await waitFor('the rights are there', async () => (await ask(questionOf('exit 0'))).kind === 'answered');
  }, 60_000);

  it('lets a rollout through, and takes the next one back with the end of the log in its record', async () => {
    await bed.startController({ gates: { jobs: true } });
    const answer =
      'echo "asked about $UNDERSTUDY_CANDIDATE_MODEL_VERSION"; [ "$UNDERSTUDY_CANDIDATE_MODEL_VERSION" != 3 ]';
    const template = { spec: { containers: [{ name: 'check', image, args: [answer] }] } };
    const release = (version: string) =>
      bed.apply(
        modelDeployment({
          name: 'checked',
          version,
          spec: {
            replicas: 1,
            drain: '0s',
            strategy: { canary: { steps: [{ weight: 50, hold: '0s' }], bake: { duration: '0s' } } },
            gates: [{ name: 'evaluation', when: 'before', job: { template } }],
          },
        }),
      );
    const served = (version: string) =>
      bed.untilStatus(
        'checked',
        `serves ${version}`,
        ({ phase, stable }) => phase === 'Healthy' && stable?.model?.version === version,
      );
    await release('1');
    await served('1');
    await release('2');
    await served('2');
    await release('3');
    const { message } = await bed.untilStatus(
      'checked',
      'is taken back',
      ({ phase }) => phase === 'RolledBack',
    );
    expect(message).toContain('gate evaluation failed: Job checked-evaluation-');
    const records = await bed.list(rolloutKind, 'default', 'understudy.dev/model-deployment=checked');
    const logs = records
      .flatMap(({ status }) => (status?.gates ?? []) as GateRecord[])
      .map(({ said, log }) => `${said}: ${log}`);
    expect(logs.sort()).toEqual(['Fail: asked about 3', 'Pass: asked about 2']);
    expect(await bed.list(job, 'default', 'understudy.dev/gate=evaluation')).toHaveLength(2);
  }, 120_000);

  it('is passed by a Job that completes, which is told who is tried', async () => {
    const script =
      'echo "$UNDERSTUDY_NAMESPACE/$UNDERSTUDY_CANDIDATE_SERVICE against $UNDERSTUDY_STABLE_SERVICE at $UNDERSTUDY_WEIGHT"';
    const question = questionOf(script);
    expect(await ask(question)).toEqual({
      kind: 'answered',
      verdict: 'Pass',
      message: `Job ${jobOfGate(question).metadata.name} completed`,
      log: 'default/sentiment-new against sentiment-old at 25',
    });
    expect((await jobNamed(question))?.metadata.ownerReferences).toMatchObject([
      { kind: rolloutKind.kind, uid: rolloutUid },
    ]);
    // Asked again, also by another process: the answer is read from the Job that is there.
    expect(await ask(question)).toMatchObject({ verdict: 'Pass' });
    const pods = await podsOf(question);
    expect(pods).toHaveLength(1);
    const labels = Object.keys(pods[0]?.metadata.labels ?? {});
    expect(labels).toContain('team');
    expect(labels.filter((label) => label.startsWith('understudy.dev/'))).toEqual([]);
  }, 60_000);

  it('is failed by a Job that fails, with the last twenty lines', async () => {
    const question = questionOf(
      'i=0; while [ $i -lt 30 ]; do echo "line $i"; i=$((i+1)); done; echo bad >&2; exit 3',
    );
    const answer = await ask(question);
    expect(answer).toMatchObject({
      verdict: 'Fail',
      message: expect.stringContaining(
        'failed: container check ended with exit code 3 (BackoffLimitExceeded)',
      ),
    });
    const lines = 'log' in answer ? (answer.log ?? '').split('\n') : [];
    expect(lines).toHaveLength(20);
    expect([lines[0], lines.at(-1)]).toEqual(['line 11', 'bad']);
  }, 60_000);

  it('is failed by a Job that does not end in its time', async () => {
    expect(await ask(questionOf('echo begun; exec sleep 600', { timeoutMs: 3_000 }))).toMatchObject({
      verdict: 'Fail',
      message: expect.stringContaining('did not end within 3s (DeadlineExceeded)'),
    });
  }, 60_000);

  it('is met with silence where its image cannot be pulled', async () => {
    const template = { spec: { containers: [{ name: 'check', image: 'checks.example.com/none:1' }] } };
    const question = questionOf('', { template, timeoutMs: 3_000 });
    expect(await ask(question)).toEqual({
      kind: 'silent',
      message: expect.stringContaining('image checks.example.com/none:1 cannot be pulled'),
    });
  }, 60_000);

  it('says what the API server has against a pod template', async () => {
    const template = {
      spec: { containers: [{ name: 'check', image, resources: { limits: { cpu: 'much' } } }] },
    };
    expect(await ask(questionOf('', { template }))).toEqual({
      kind: 'silent',
      message: expect.stringMatching(/quantities must match/),
    });
  });

  it('goes on when the process that asked is replaced in the middle of it', async () => {
    const question = questionOf('sleep 3; echo done');
    const stop = new AbortController();
    const first = ask(question, stop.signal);
    await untilItRuns(question);
    stop.abort(new Error('the process stops'));
    expect(await first).toMatchObject({ kind: 'silent' });
    expect(await ask(question)).toMatchObject({ verdict: 'Pass', log: 'done' });
    expect(await podsOf(question)).toHaveLength(1);
  }, 60_000);

  it('ends with its question, and its pods with it', async () => {
    const question = questionOf('exec sleep 600');
    const withdrawal = new AbortController();
    const answer = ask(question, withdrawal.signal);
    await untilItRuns(question);
    withdrawal.abort(new QuestionWithdrawn());
    expect(await answer).toMatchObject({ kind: 'silent' });
    await waitFor('the Job and its pods are gone', async () => {
      return !(await jobNamed(question)) && (await podsOf(question)).length === 0;
    });
  }, 60_000);

  it('leaves a Job alone that somebody else has under its name', async () => {
    const question = questionOf('exit 0');
    const { metadata, spec, ...type } = jobOfGate(question);
    const { namespace, name } = metadata;
    await bed.apply({ ...type, metadata: { namespace, name }, spec: { ...spec, suspend: true } });
    const before = await jobNamed(question);
    expect(await ask(question)).toMatchObject({
      kind: 'silent',
      message: expect.stringContaining('belongs to something else'),
    });
    expect((await jobNamed(question))?.metadata.uid).toBe(before?.metadata.uid);
  });

  it('uses every right that it asks for', () => {
    const rights = permissions
      .filter(({ feature }) => feature === 'jobGates')
      .flatMap(({ apiGroup, resources, verbs }) =>
        resources.flatMap((resource) => verbs.map((verb) => `${apiGroup} ${resource} ${verb}`)),
      );
    expect(rights).toHaveLength(4);
    const used = readAuditLog(bed.cluster.auditLogPath)
      .filter(({ user, code }) => user === controllerUser && code < 300)
      .map(({ group, resource, verb }) => `${group} ${resource} ${verb}`);
    expect(rights.filter((right) => !used.includes(right))).toEqual([]);
  });
});
