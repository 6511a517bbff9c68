import { describe, expect, it } from '@jest/globals';
import * as world from '../../../test/support/router-objects.ts';
import { identifyRevision } from '../../domain/revision/revision-hash.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { readRevision } from './read-revision.ts';
import { revisionDeployment } from './revision-deployment.ts';
import { mirrorService, revisionService } from './revision-service.ts';

const template = { spec: { ...world.template.spec, terminationGracePeriodSeconds: 5 } };
const identity = identifyRevision(
  { serving: { workload: { template } }, model: { name: 'm', version: '3' } },
  [],
);
const { revision } = identity;
const objectName = `${world.name}-${revision}`;
const drainUntilMs = Date.parse('2026-03-04T05:06:07.000Z');

const deployment = (status: object = {}, generation = 4): KubernetesObject => ({
  ...world.stored(
    revisionDeployment(world.owner, identity, { replicas: 3, progressDeadlineMs: 600_000, drainUntilMs }),
    generation,
  ),
  status: { observedGeneration: 4, replicas: 2, ...status },
});
const service = world.storedService(revisionService(world.owner, identity, 80));
const read = (status: object, pods: KubernetesObject[] = []) =>
  readRevision(deployment(status), [], pods, { service })!;

describe('readRevision', () => {
  it('reads what the live objects say', () => {
    const pods = [
      world.pod(revision, 'a'),
      world.pod(revision, 'b'),
      world.pod(revision, 'c', { ready: false }),
    ];
    const slices = [
      world.sliceOf(objectName, pods),
      world.sliceOf(world.name, [...pods, world.pod(world.other, 'x')]),
    ];
    const member = ({ metadata }: KubernetesObject, ready: boolean) => ({
      name: metadata.name,
      uid: metadata.uid,
      bornAtMs: Date.parse('2026-01-01T00:00:00Z'),
      ready,
      live: false,
    });
    expect(readRevision(deployment(), slices, pods, { service })).toEqual({
      revision,
      hashVersion: 1,
      fullHash: identity.fullHash,
      model: { name: 'm', version: '3' },
      replicas: 3,
      surge: 0,
      pods: 2,
      ready: 2,
      members: [member(pods[0]!, true), member(pods[1]!, true), member(pods[2]!, false)],
      hasService: true,
      hasMirrorService: false,
      mirrorReady: 0,
      createdAtMs: Date.parse('2026-01-01T00:00:00Z'),
      drainUntilMs,
      gracePeriodMs: 5000,
      deadlineExceeded: false,
      problem: undefined,
    });
  });

  it('knows since when a pod is ready, while it is', () => {
    const since = (status: string) => {
      const pod = world.pod(revision, 'a');
      const lastTransitionTime = '2026-01-01T00:05:00Z';
      pod['status'] = { conditions: [{ type: 'Ready', status, lastTransitionTime }] };
      return readRevision(deployment(), [], [pod], { service })!.members[0]!.readySinceMs;
    };
    expect(since('True')).toBe(Date.parse('2026-01-01T00:05:00Z'));
    expect(since('False')).toBeUndefined();
  });

  it('knows the surge from the replicas', () => {
    const live = deployment();
    live.spec.replicas = 4;
    live.metadata.annotations!['understudy.dev/surge'] = '1';
    expect(readRevision(live, [], [], { service })).toMatchObject({ replicas: 3, surge: 1 });
    live.metadata.annotations!['understudy.dev/surge'] = 'many';
    expect(readRevision(live, [], [], { service })).toMatchObject({ replicas: 4, surge: 0 });
  });

  it('has the oldest pod first, and none that is on its way out', () => {
    const pods = [
      world.pod(revision, 'young', { createdAt: '2026-01-01T00:02:00Z' }),
      world.pod(revision, 'old', { createdAt: '2026-01-01T00:01:00Z', live: true }),
      world.pod(revision, 'going', { createdAt: '2026-01-01T00:00:00Z', terminating: true }),
    ];
    expect(read({}, pods).members.map(({ name, live }) => [name.split('-').at(-1), live])).toEqual([
      ['old', true],
      ['young', false],
    ]);
  });

  it('law 1: counts each pod once, whatever its address families, and none that goes', () => {
    const pods = [world.pod(revision, 'a'), world.pod(revision, 'b', { terminating: true })];
    const slice = world.sliceOf(objectName, pods);
    expect(readRevision(deployment(), [slice, structuredClone(slice)], pods, { service })?.ready).toBe(1);
    // An endpoint that says nothing about readiness is ready.
    delete slice['endpoints'][0].conditions.ready;
    expect(readRevision(deployment(), [slice], pods, { service })?.ready).toBe(1);
    // One that still answers while it terminates is not.
    slice['endpoints'][0].conditions = { ready: true, serving: true, terminating: true };
    expect(readRevision(deployment(), [slice], pods, { service })?.ready).toBe(0);
  });

  it('law 1: endpoints of the mirror Service are no capacity', () => {
    const pods = [world.pod(revision, 'a'), world.pod(revision, 'b')];
    const mirror = world.storedService(mirrorService(world.owner, identity, 80));
    const slices = [
      world.sliceOf(objectName, pods.slice(0, 1)),
      { ...world.sliceOf(`${objectName}-mirror`, pods) },
    ];
    expect(readRevision(deployment(), slices, pods, { service, mirrorService: mirror })).toMatchObject({
      ready: 1,
      hasMirrorService: true,
      mirrorReady: 2,
    });
    // Before its own slice is there, it has none.
    const early = readRevision(deployment(), slices.slice(0, 1), pods, { service, mirrorService: mirror });
    expect(early).toMatchObject({ ready: 1, hasMirrorService: true, mirrorReady: 0 });
  });

  it('a Deployment without the revision label is none of ours', () => {
    const foreign = deployment();
    delete foreign.metadata.labels!['understudy.dev/revision'];
    expect(readRevision(foreign, [], [], {})).toBeUndefined();
  });

  it('a revision whose annotations were taken away is seen, but is no spec', () => {
    const damaged = deployment();
    delete damaged.metadata.annotations;
    expect(readRevision(damaged, [], [], {})).toMatchObject({
      revision,
      hashVersion: 0,
      fullHash: '',
      hasService: false,
    });
  });

  it('believes a deadline only of the generation that it sees', () => {
    const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }];
    expect(read({ conditions }).deadlineExceeded).toBe(true);
    expect(read({ conditions, observedGeneration: 3 }).deadlineExceeded).toBe(false);
    expect(
      read({ conditions: [{ ...conditions[0], reason: 'NewReplicaSetAvailable', status: 'True' }] })
        .deadlineExceeded,
    ).toBe(false);
  });
});

describe('problem', () => {
  const { image } = template.spec.containers[0]!;
  const podWith = (status: object, conditions: object[] = [{ type: 'Ready', status: 'False' }]) => {
    const one = world.pod(revision, 'a', { ready: false });
    return { ...one, status: { conditions, ...status } };
  };
  const container = (state: object, more: object = {}) =>
    podWith({
      containerStatuses: [{ name: 'server', ready: false, restartCount: 0, image: '', state, ...more }],
    });
  const waiting = (reason: string, more: object = {}, message?: string) =>
    container({ waiting: { reason, message } }, more);
  const crashed = { lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } }, restartCount: 2 };

  const cases: [string, KubernetesObject, string | undefined][] = [
    [
      'ErrImagePull',
      waiting('ErrImagePull'),
      `container server: image ${image} cannot be pulled (ErrImagePull)`,
    ],
    [
      'ImagePullBackOff',
      waiting('ImagePullBackOff'),
      `container server: image ${image} cannot be pulled (ErrImagePull)`,
    ],
    [
      'CrashLoopBackOff',
      waiting('CrashLoopBackOff', crashed),
      'container server: it keeps ending (CrashLoopBackOff), last with exit code 137 (OOMKilled)',
    ],
    [
      'the moment between two crashes',
      container({ running: {} }, crashed),
      'container server: it keeps ending (CrashLoopBackOff), last with exit code 137 (OOMKilled)',
    ],
    [
      'the first crash',
      container({ terminated: { exitCode: 1, reason: 'Error' } }),
      'container server: it ended with exit code 1',
    ],
    [
      'a bad configuration',
      waiting('CreateContainerConfigError', {}, 'secret "x" not found'),
      'container server: CreateContainerConfigError: secret "x" not found',
    ],
    ['a container on its way', waiting('ContainerCreating'), undefined],
    [
      'a probe that does not pass',
      container({ running: {} }),
      'container server: it runs, but its readiness probe has not passed',
    ],
    [
      'an init container',
      podWith({
        initContainerStatuses: [
          {
            name: 'fetch',
            ready: false,
            restartCount: 1,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 2, reason: 'Error' } },
          },
        ],
      }),
      'container fetch: it keeps ending (CrashLoopBackOff), last with exit code 2',
    ],
    [
      'no node',
      podWith({}, [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: '0/3 nodes are available',
        },
      ]),
      'a pod cannot be scheduled (Unschedulable): 0/3 nodes are available',
    ],
  ];
  it.each(cases)('%s', (_name, pod, expected) => {
    expect(read({}, [pod]).problem).toBe(expected);
  });

  it('a quota', () => {
    const message = 'pods "sentiment-x-k2v9p" is forbidden: exceeded quota: small, requested: pods=1';
    const conditions = [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }];
    expect(read({ conditions }).problem).toBe(
      'pods cannot be created (FailedCreate): exceeded quota: small, requested: pods=1',
    );
  });

  it('none of a pod that is ready or on its way out, nor of another revision', () => {
    const gone = world.pod(revision, 'a', { terminating: true });
    gone.status.containerStatuses = [
      { name: 'server', ready: false, state: { waiting: { reason: 'ErrImagePull' } } },
    ];
    const foreign = structuredClone(waiting('ErrImagePull'));
    foreign.metadata.labels!['understudy.dev/revision'] = world.other;
    expect(read({}, [gone, foreign, world.pod(revision, 'b')]).problem).toBeUndefined();
  });
});
