import { describe, expect, test } from '@jest/globals';
import type {
  Container,
  ContainerState,
  ContainerStatus,
  Pod,
  PodSpec,
  PodStatus,
} from './kubernetes-types.ts';
import { computePodStatus, timestamp } from './pod-status.ts';

const running: ContainerState = { running: { startedAt: '2026-01-01T00:00:00Z' } };
const exited = (exitCode: number): ContainerState => ({ terminated: { exitCode, reason: 'x' } });
const waiting = (reason: string): ContainerState => ({ waiting: { reason } });

function container(
  name: string,
  state: ContainerState,
  rest: Partial<ContainerStatus> = {},
): ContainerStatus {
  const started = state.running !== undefined;
  return {
    name,
    image: 'i',
    imageID: '',
    state,
    lastState: {},
    ready: started,
    started,
    restartCount: 0,
    ...rest,
  };
}

interface Situation {
  policy?: PodSpec['restartPolicy'];
  init?: [Partial<Container>, ContainerStatus][];
  containers: ContainerStatus[];
  ended?: boolean;
  spec?: Partial<PodSpec>;
  conditions?: PodStatus['conditions'];
}

function status(situation: Situation, previous?: PodStatus, now = '2026-01-01T00:01:00Z'): PodStatus {
  const asSpec = (c: ContainerStatus): Container => ({ name: c.name, image: 'i' });
  const init = situation.init ?? [];
  const pod: Pod = {
    metadata: { name: 'p', namespace: 'n', uid: 'u', generation: 3 },
    spec: {
      restartPolicy: situation.policy ?? 'Always',
      initContainers: init.map(([spec, c]) => ({ ...asSpec(c), ...spec })),
      containers: situation.containers.map(asSpec),
      ...situation.spec,
    },
    status: { conditions: situation.conditions },
  };
  const facts = {
    place: { podIp: '10.244.64.1', hostIp: '10.244.0.1' },
    startTime: '2026-01-01T00:00:00Z',
    initContainers: init.map(([, c]) => c),
    containers: situation.containers,
    ended: situation.ended ?? false,
  };
  return computePodStatus(pod, facts, previous, now);
}

const condition = (result: PodStatus, type: string) => result.conditions?.find((c) => c.type === type);

describe('phase', () => {
  const crashed = container('a', waiting('CrashLoopBackOff'), { lastState: exited(1) });
  const table: [string, Situation, string][] = [
    ['a container is made', { containers: [container('a', waiting('ContainerCreating'))] }, 'Pending'],
    ['an image is missing', { containers: [container('a', waiting('ImagePullBackOff'))] }, 'Pending'],
    [
      'one runs, one never started',
      { containers: [container('a', running), container('b', waiting('x'))] },
      'Pending',
    ],
    ['all run', { containers: [container('a', running)] }, 'Running'],
    ['one waits for its restart', { containers: [crashed] }, 'Running'],
    ['one ended and will be restarted', { containers: [container('a', exited(0))] }, 'Running'],
    ['a job succeeded', { policy: 'Never', containers: [container('a', exited(0))] }, 'Succeeded'],
    ['a job failed', { policy: 'Never', containers: [container('a', exited(2))] }, 'Failed'],
    [
      'a job succeeded, OnFailure',
      { policy: 'OnFailure', containers: [container('a', exited(0))] },
      'Succeeded',
    ],
    [
      'half of a job failed',
      { policy: 'Never', containers: [container('a', exited(0)), container('b', running)] },
      'Running',
    ],
    ['deleted, ended well', { ended: true, containers: [container('a', exited(0))] }, 'Succeeded'],
    ['deleted, killed', { ended: true, containers: [container('a', exited(137))] }, 'Failed'],
    ['deleted, never started', { ended: true, containers: [container('a', waiting('x'))] }, 'Failed'],
  ];
  test.each(table)('%s', (_name, situation, phase) => {
    expect(status(situation).phase).toBe(phase);
  });
});

describe('init containers', () => {
  const main = container('main', waiting('PodInitializing'));

  test('keep the pod Pending until all of them succeeded', () => {
    const init: Situation['init'] = [
      [{}, container('one', exited(0))],
      [{}, container('two', running)],
    ];
    const result = status({ init, containers: [main] });
    expect(result.phase).toBe('Pending');
    expect(condition(result, 'Initialized')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotInitialized',
      message: 'containers with incomplete status: [two]',
    });
  });

  test('fail the pod only where they are not tried again', () => {
    const init: Situation['init'] = [[{}, container('one', exited(1))]];
    expect(status({ init, containers: [main], policy: 'Never' }).phase).toBe('Failed');
    expect(status({ init, containers: [main] }).phase).toBe('Pending');
  });

  test('a sidecar counts as done when it has started, and as unready while it is not ready', () => {
    const sidecar = (rest: Partial<ContainerStatus>): Situation['init'] => [
      [{ restartPolicy: 'Always' }, container('side', running, rest)],
    ];
    const up = container('main', running);
    expect(
      condition(status({ init: sidecar({ started: false }), containers: [main] }), 'Initialized')?.status,
    ).toBe('False');
    const unready = status({ init: sidecar({ ready: false }), containers: [up] });
    expect(condition(unready, 'Initialized')?.status).toBe('True');
    expect(condition(unready, 'Ready')).toMatchObject({
      status: 'False',
      message: 'containers with unready status: [side]',
    });
  });
});

describe('conditions', () => {
  test('Ready follows the containers, by name', () => {
    const result = status({
      containers: [container('a', running), container('b', running, { ready: false })],
    });
    expect(condition(result, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [b]',
    });
    expect(condition(result, 'PodScheduled')?.status).toBe('True');
  });

  test('a readiness gate holds Ready back, not ContainersReady', () => {
    const spec = { readinessGates: [{ conditionType: 'example.com/go' }] };
    const containers = [container('a', running)];
    const closed = status({ spec, containers });
    expect(condition(closed, 'Ready')).toMatchObject({ status: 'False', reason: 'ReadinessGatesNotReady' });
    expect(condition(closed, 'ContainersReady')?.status).toBe('True');
    const open = status({ spec, containers, conditions: [{ type: 'example.com/go', status: 'True' }] });
    expect(condition(open, 'Ready')?.status).toBe('True');
  });

  test('the transition time changes with the status and not with the reason', () => {
    const first = status({ containers: [container('a', waiting('ContainerCreating'))] }, undefined, 't1');
    const second = status({ containers: [container('b', waiting('ErrImagePull'))] }, first, 't2');
    expect(condition(second, 'Ready')).toMatchObject({
      message: expect.stringContaining('[b]'),
      lastTransitionTime: 't1',
    });
    const third = status({ containers: [container('a', running)] }, second, 't3');
    expect(condition(third, 'Ready')?.lastTransitionTime).toBe('t3');
    expect(condition(third, 'PodScheduled')?.lastTransitionTime).toBe('t1');
  });

  test('the same facts give the same status, so that nothing is written twice', () => {
    const situation = { containers: [container('a', running)] };
    const first = status(situation, undefined, 't1');
    expect(status(situation, first, 't2')).toEqual(first);
  });

  test('a finished pod is not ready, and says why', () => {
    const done = status({ policy: 'Never', containers: [container('a', exited(0))] });
    expect(condition(done, 'Ready')).toMatchObject({ status: 'False', reason: 'PodCompleted' });
  });
});

test('addresses and generation are reported', () => {
  expect(status({ containers: [] })).toMatchObject({
    podIP: '10.244.64.1',
    podIPs: [{ ip: '10.244.64.1' }],
    hostIP: '10.244.0.1',
    observedGeneration: 3,
  });
});

test('timestamps have whole seconds', () => {
  expect(timestamp(Date.UTC(2026, 0, 2, 3, 4, 5, 678))).toBe('2026-01-02T03:04:05Z');
});
