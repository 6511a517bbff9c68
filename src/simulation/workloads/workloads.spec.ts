import { beforeEach, describe, expect, it } from '@jest/globals';
import { ClusterError } from '../../kubernetes/cluster-error.ts';
import { type KubernetesObject, resourceKinds } from '../../kubernetes/resource.ts';
import { VirtualClock } from '../../runtime/virtual-clock.ts';
import { endpointsOf } from '../../routers/objects/endpoints.ts';
import { SimulatedApiServer } from '../api-server/simulated-api-server.ts';
import { Deployments } from './deployments.ts';
import { EndpointSlices } from './endpoint-slices.ts';
import { Nodes } from './nodes.ts';
import { PodBehaviours } from './pod-behaviour.ts';
import { isReady } from './pod-status.ts';

const { deployment, pod, service, endpointSlice } = resourceKinds;
const name = { namespace: 'ml', name: 'web' };
const labels = { app: 'web' };

let clock: VirtualClock;
let server: SimulatedApiServer;
let behaviours: PodBehaviours;
let nodes: Nodes;
beforeEach(() => {
  clock = new VirtualClock();
  server = new SimulatedApiServer({ clock });
  behaviours = new PodBehaviours({ kind: 'ready', afterMs: 2000 });
  nodes = new Nodes(server, clock, behaviours, { scheduleMs: () => 100, shutDownMs: () => 1000 });
  new Deployments(server, clock, () => 10);
  new EndpointSlices(server, clock, () => 50);
});

const deploymentOf = (image = 'good:1', replicas = 2): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: name,
  spec: {
    replicas,
    progressDeadlineSeconds: 60,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { terminationGracePeriodSeconds: 5, containers: [{ name: 'c', image }] },
    },
  },
});
const deploy = async (object = deploymentOf(), forMs = 5000) => {
  server.as('user').create(object);
  await clock.advance(forMs);
};
const live = () => server.find(deployment, 'ml/web')!;
const edit = (spec: object) => server.as('user').replace({ ...live(), spec: { ...live()['spec'], ...spec } });
const pods = () => [...server.list(pod)];
const status = () => live()['status'];
const condition = (type: string) => {
  const all = status().conditions as { type: string; status: string; reason: string }[];
  const found = all.find((one) => one.type === type);
  return found && `${found.status} ${found.reason}`;
};
const stateOf = (one: KubernetesObject) => one['status'].containerStatuses?.[0];

describe('a Deployment', () => {
  it('gets its pods, which run and become ready, and says so', async () => {
    await deploy(deploymentOf(), 1000);
    expect(pods().map(({ status: told }) => told.phase)).toEqual(['Running', 'Running']);
    expect(condition('Progressing')).toBe('True ReplicaSetUpdated');
    await clock.advance(4000);
    expect(status()).toMatchObject({
      observedGeneration: 1,
      replicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
    });
    expect(condition('Progressing')).toBe('True NewReplicaSetAvailable');
    expect(condition('Available')).toBe('True MinimumReplicasAvailable');
  });

  it('makes up for pods that are lost, and gives up the youngest when it shrinks', async () => {
    await deploy();
    const [first] = pods();
    server.as('user').delete(pod, { namespace: 'ml', name: pods()[1]!.metadata.name }, { force: true });
    await clock.advance(5000);
    expect(pods()).toHaveLength(2);
    edit({ replicas: 1 });
    await clock.advance(5000);
    expect(pods().map(({ metadata }) => metadata.uid)).toEqual([first!.metadata.uid]);
  });

  it('rolls another template out without falling below three quarters of its pods', async () => {
    await deploy(deploymentOf('good:1', 4));
    edit({ template: deploymentOf('good:2').spec.template });
    for (let second = 0; second < 60; second += 1) {
      expect(pods().filter(isReady).length).toBeGreaterThanOrEqual(3);
      await clock.advance(1000);
    }
    expect(pods().map(({ spec }) => spec.containers[0].image)).toEqual(Array(4).fill('good:2'));
  });

  it('misses its deadline when its image cannot be pulled', async () => {
    behaviours.forImage('bad:1', { kind: 'neverPulls' });
    await deploy(deploymentOf('bad:1'), 55_000);
    expect(stateOf(pods()[0]!).state.waiting.reason).toBe('ErrImagePull');
    expect(condition('Progressing')).toBe('True ReplicaSetUpdated');
    await clock.advance(10_000);
    expect(condition('Progressing')).toBe('False ProgressDeadlineExceeded');
  });

  it('says why its pods are refused, and tries again', async () => {
    server.admit((_, { kind }) => {
      if (kind === 'Pod') throw new ClusterError('forbidden', 'pods "x" is forbidden: exceeded quota');
    });
    await deploy();
    expect(condition('ReplicaFailure')).toBe('True FailedCreate');
    server.admit(() => {});
    await clock.advance(10_000);
    expect(condition('ReplicaFailure')).toBeUndefined();
    expect(status().readyReplicas).toBe(2);
  });
});

describe('a pod', () => {
  it('that crashes waits longer each time, and is ready in between', async () => {
    behaviours.forAllOthers({ kind: 'crashes', afterMs: 3000, readyAfterMs: 1000, exitCode: 137 });
    await deploy(deploymentOf('good:1', 1), 2000);
    expect(isReady(pods()[0]!)).toBe(true);
    await clock.advance(2000);
    expect(stateOf(pods()[0]!)).toMatchObject({
      restartCount: 1,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
    });
    expect(stateOf(pods()[0]!).lastState.terminated.exitCode).toBe(137);
    await clock.advance(60_000);
    expect(stateOf(pods()[0]!).restartCount).toBe(3);
  });

  it('that no node takes says so until there is room', async () => {
    behaviours.forAllOthers({ kind: 'unschedulable', message: '0/3 nodes are available' });
    await deploy();
    expect(pods()[0]!['status'].conditions[0]).toMatchObject({ status: 'False', reason: 'Unschedulable' });
    behaviours.forAllOthers({ kind: 'ready', afterMs: 1000 });
    await clock.advance(2000);
    expect(pods().every(isReady)).toBe(true);
  });

  it('loses its readiness, and has it again', async () => {
    await deploy();
    behaviours.forAllOthers({ kind: 'neverReady' });
    expect(pods().some(isReady)).toBe(false);
    behaviours.forAllOthers({ kind: 'ready', afterMs: 1000 });
    await clock.advance(1500);
    expect(pods().every(isReady)).toBe(true);
  });

  it('takes its time to end, and no longer than it is given', async () => {
    await deploy();
    server.as('user').delete(deployment, name);
    await clock.advance(500);
    expect(pods().every(({ metadata }) => metadata.deletionTimestamp !== undefined)).toBe(true);
    await clock.advance(1000);
    expect(pods()).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('gets no node while nobody schedules', async () => {
    nodes.stopScheduling();
    await deploy();
    expect(pods().every(({ spec }) => spec.nodeName === undefined)).toBe(true);
    nodes.resumeScheduling();
    await clock.advance(5000);
    expect(pods().every(isReady)).toBe(true);
  });
});

describe('the endpoints of a Service', () => {
  const create = (selector: object) =>
    server.as('user').create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...name, labels: { team: 'x' } },
      spec: { selector, ports: [{ name: 'http', port: 80 }] },
    });
  const endpoints = () => endpointsOf([...server.list(endpointSlice)], 'web');

  it('are the pods that it selects, ready as they are, with the labels of the Service', async () => {
    create(labels);
    await deploy();
    expect(endpoints().map(({ ready }) => ready)).toEqual([true, true]);
    expect([...server.list(endpointSlice)][0]!.metadata.labels).toMatchObject({ team: 'x' });
    behaviours.forAllOthers({ kind: 'neverReady' });
    expect(endpoints().map(({ ready }) => ready)).toEqual([true, true]);
    await clock.advance(60);
    expect(endpoints().map(({ ready }) => ready)).toEqual([false, false]);
  });

  it('follow the selector, and pods that end are ready no more', async () => {
    const created = create({ app: 'other' });
    await deploy();
    expect(endpoints()).toEqual([]);
    server.as('user').replace({ ...created, spec: { ...created['spec'], selector: labels } });
    await clock.advance(60);
    expect(endpoints()).toHaveLength(2);
    edit({ replicas: 1 });
    await clock.advance(100);
    expect(endpoints().filter(({ ready }) => ready)).toHaveLength(1);
    expect(endpoints()).toHaveLength(2);
    server.as('user').delete(service, name);
    await clock.advance(1000);
    expect([...server.list(endpointSlice)]).toEqual([]);
  });
});
