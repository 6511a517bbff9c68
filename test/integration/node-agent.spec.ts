import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  startLocalCluster,
  type ImageTable,
  type LocalCluster,
} from '../../tools/local-cluster/local-cluster.ts';
import { ApiClient, ApiError } from '../../tools/local-cluster/node-agent/api-client.ts';
import type { ContainerStatus, Pod, PodSpec } from '../../tools/local-cluster/node-agent/kubernetes-types.ts';
import { waitFor } from '../support/wait-for.ts';

const server = `require('node:http').createServer((_, answer) => answer.end('ok')).listen(8080, process.env.POD_IP)`;
/** Asks the API server who it is, as a controller in a pod would. */
const whoAmI = `
  const folder = '/var/run/secrets/kubernetes.io/serviceaccount/';
  const read = (name) => require('node:fs').readFileSync(folder + name, 'utf8');
  const request = require('node:https').request({
    host: process.env.KUBERNETES_SERVICE_HOST, port: process.env.KUBERNETES_SERVICE_PORT, ca: read('ca.crt'), method: 'POST',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    headers: { authorization: 'Bearer ' + read('token'), 'content-type': 'application/json' },
  }, (answer) => {
    let text = '';
    answer.on('data', (chunk) => (text += chunk)).on('end', () => {
      const name = JSON.parse(text).status.userInfo.username;
      process.exit(name === 'system:serviceaccount:' + read('namespace') + ':default' ? 0 : 3);
    });
  });
  request.end(JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }));
`;
const images: ImageTable = {
  shell: { command: ['/bin/sh', '-c'], args: ['exec sleep 600'] },
  server: { command: [process.execPath, '-e', server] },
  whoami: { command: [process.execPath, '-e', whoAmI] },
};
const pods = '/api/v1/namespaces/default/pods';

let cluster: LocalCluster;
let client: ApiClient;
let scratch: string;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'node-agent-test-'));
  cluster = await startLocalCluster({ name: `node-agent-${process.pid}`, images });
  client = new ApiClient({
    apiServer: new URL(cluster.apiServerUrl),
    token: cluster.adminToken,
    ca: readFileSync(cluster.caFile, 'utf8'),
  });
  await until('the default service account', () =>
    find('/api/v1/namespaces/default/serviceaccounts/default'),
  );
}, 120_000);

afterAll(async () => {
  await client?.close();
  await cluster?.stop();
  rmSync(scratch, { recursive: true, force: true });
}, 60_000);

const until = <T>(what: string, ask: () => Promise<T>, timeoutMs = 20_000) =>
  waitFor(what, ask, { timeoutMs, everyMs: 50 });

async function find<T>(path: string): Promise<T | undefined> {
  try {
    return await client.get<T>(path);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

type Overrides = Partial<PodSpec['containers'][number]>;

async function run(name: string, container: Overrides, spec: Partial<PodSpec> = {}): Promise<Pod> {
  const containers = [{ name: 'main', image: 'shell', ...container }];
  return await client.create<Pod>(pods, { metadata: { name }, spec: { containers, ...spec } });
}

const main = (pod: Pod): ContainerStatus | undefined => pod.status?.containerStatuses?.[0];
const conditionOf = (pod: Pod, type: string) => pod.status?.conditions?.find((c) => c.type === type);
const isReady = (pod: Pod) => conditionOf(pod, 'Ready')?.status === 'True';
const processOf = (pod: Pod) => Number(/\d+/.exec(main(pod)?.containerID ?? '')?.[0]);

/** Whether a process of this machine runs; one that waits to be collected by its parent does not. */
function runs(pid: number): boolean {
  const status = existsSync(`/proc/${pid}`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : 'State:\tZ';
  return !/^State:\s+Z/m.test(status);
}

const podWhere = (name: string, accept: (pod: Pod) => boolean, limitMs?: number): Promise<Pod> =>
  until(
    `pod ${name}`,
    async () => {
      const pod = await find<Pod>(`${pods}/${name}`);
      return pod && accept(pod) ? pod : undefined;
    },
    limitMs,
  );

const gone = (name: string, limitMs: number): Promise<boolean> =>
  until(`end of pod ${name}`, async () => (await find(`${pods}/${name}`)) === undefined, limitMs);

describe('pods as processes', () => {
  test('a Deployment becomes available, and its Service gets the ready addresses', async () => {
    const labels = { app: 'web' };
    const readinessProbe = { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 };
    const ports = [{ name: 'http', containerPort: 8080 }];
    const template = {
      metadata: { labels },
      spec: { containers: [{ name: 'main', image: 'server', ports, readinessProbe }] },
    };
    await client.create('/api/v1/namespaces/default/services', {
      metadata: { name: 'web' },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 'http' }] },
    });
    const deployments = '/apis/apps/v1/namespaces/default/deployments';
    const spec = { replicas: 3, selector: { matchLabels: labels }, template };
    await client.create(deployments, { metadata: { name: 'web' }, spec });
    await until('three available replicas', async () => {
      const { status } = await client.get<{ status: { availableReplicas?: number } }>(`${deployments}/web`);
      return status.availableReplicas === 3;
    });
    type Slices = { items: { endpoints?: { addresses: string[]; conditions: { ready?: boolean } }[] }[] };
    const slices =
      '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io/service-name=web';
    const addresses = await until('three ready endpoints', async () => {
      const { items } = await client.get<Slices>(slices);
      const ready = items.flatMap((slice) => slice.endpoints ?? []).filter((e) => e.conditions.ready);
      return ready.length === 3 ? ready.flatMap((e) => e.addresses) : undefined;
    });
    expect(new Set(addresses).size).toBe(3);
    for (const address of addresses) expect(address).toMatch(/^10\.244\./);
  }, 60_000);

  test('an image that is not in the table cannot be pulled, until it is', async () => {
    await run('late', { image: 'late' });
    const waiting = await podWhere('late', (pod) => main(pod)?.state.waiting?.reason === 'ImagePullBackOff');
    expect(waiting.status?.phase).toBe('Pending');
    expect(main(waiting)?.state.waiting?.message).toContain('"late"');
    await cluster.setImages({ ...images, late: { command: ['/bin/sh', '-c', 'exec sleep 600'] } });
    await podWhere('late', isReady);
  }, 60_000);

  test('a container that crashes is started again, ever later', async () => {
    await run('crash', { args: ['exit 7'] });
    const pod = await podWhere(
      'crash',
      (p) => main(p)?.restartCount === 2 && main(p)?.state.waiting !== undefined,
    );
    expect(main(pod)?.state.waiting?.reason).toBe('CrashLoopBackOff');
    expect(main(pod)?.lastState.terminated).toMatchObject({ exitCode: 7, reason: 'Error' });
    expect(pod.status?.phase).toBe('Running');
    expect(isReady(pod)).toBe(false);
  }, 60_000);

  test('a failed liveness probe restarts the container, a failed readiness probe does not', async () => {
    const probe = {
      exec: { command: ['test', '-e', `${scratch}/healthy`] },
      periodSeconds: 1,
      failureThreshold: 1,
    };
    await run('sick', { livenessProbe: probe }, { terminationGracePeriodSeconds: 1 });
    await run('unready', { readinessProbe: probe });
    const sick = await podWhere('sick', (pod) => (main(pod)?.restartCount ?? 0) >= 1);
    expect(main(sick)?.lastState.terminated?.exitCode).toBe(143);
    const unready = await podWhere('unready', (pod) => main(pod)?.started === true);
    expect(main(unready)?.restartCount).toBe(0);
    expect(conditionOf(unready, 'Ready')?.reason).toBe('ContainersNotReady');
  }, 60_000);

  test('a pod that fits no node stays Pending and says why', async () => {
    await run('nowhere', {}, { nodeSelector: { planet: 'mars' } });
    const pod = await podWhere('nowhere', (p) => conditionOf(p, 'PodScheduled')?.status === 'False');
    expect(conditionOf(pod, 'PodScheduled')).toMatchObject({ reason: 'Unschedulable' });
    expect(pod.status?.phase).toBe('Pending');
  });

  test('environment and arguments come from the pod, its fields, ConfigMaps and Secrets', async () => {
    await client.create('/api/v1/namespaces/default/configmaps', {
      metadata: { name: 'level' },
      data: { LEVEL: 'debug' },
    });
    await client.create('/api/v1/namespaces/default/secrets', {
      metadata: { name: 'key' },
      stringData: { key: 'sesame' },
    });
    const script = 'test "$1 $LEVEL $POD_NAME $POD_IP" = "sesame/$ME debug env $IP" && exit 0 || exit 9';
    await run(
      'env',
      {
        command: ['/bin/sh', '-c', script, 'name'],
        args: ['$(KEY)/$(ME)'],
        envFrom: [{ configMapRef: { name: 'level' } }],
        env: [
          { name: 'KEY', valueFrom: { secretKeyRef: { name: 'key', key: 'key' } } },
          { name: 'ME', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } },
          { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        ],
      },
      { restartPolicy: 'Never' },
    );
    const pod = await podWhere('env', (p) => main(p)?.state.terminated !== undefined);
    expect(main(pod)?.state.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
    expect(pod.status?.phase).toBe('Succeeded');
  });
});

describe('volumes', () => {
  test('lie at paths that the machine does not have, and follow their objects', async () => {
    await client.create('/api/v1/namespaces/default/configmaps', {
      metadata: { name: 'settings' },
      data: { 'a.txt': 'one' },
    });
    await client.create('/api/v1/namespaces/default/secrets', {
      metadata: { name: 'login' },
      stringData: { user: 'ada' },
    });
    const check = [
      'grep -q two /etc/understudy-test/settings/a.txt',
      'grep -q ada /understudy-test-models/login/user',
      'grep -q fromInit /understudy-test-shared/note',
      '! touch /etc/understudy-test/settings/b.txt',
    ].join(' && ');
    const shared = { name: 'shared', mountPath: '/understudy-test-shared' };
    await run(
      'volumes',
      {
        readinessProbe: { exec: { command: ['/bin/sh', '-c', check] }, periodSeconds: 1 },
        volumeMounts: [
          { name: 'settings', mountPath: '/etc/understudy-test/settings' },
          { name: 'login', mountPath: '/understudy-test-models/login' },
          shared,
        ],
      },
      {
        initContainers: [
          {
            name: 'first',
            image: 'shell',
            args: ['echo fromInit >/understudy-test-shared/note'],
            volumeMounts: [shared],
          },
        ],
        volumes: [
          { name: 'settings', configMap: { name: 'settings' } },
          { name: 'login', secret: { secretName: 'login' } },
          { name: 'shared', emptyDir: {} },
        ],
      },
    );
    const before = await podWhere('volumes', (pod) => main(pod)?.started === true);
    expect(before.status?.initContainerStatuses?.[0]?.state.terminated?.exitCode).toBe(0);
    await delay(1_500);
    expect(isReady(await client.get<Pod>(`${pods}/volumes`))).toBe(false);
    await client.patch(
      '/api/v1/namespaces/default/configmaps/settings',
      { data: { 'a.txt': 'two' } },
      'merge-patch',
    );
    const after = await podWhere('volumes', isReady);
    expect(main(after)?.restartCount).toBe(0);
    for (const path of ['/etc/understudy-test', '/understudy-test-models', '/understudy-test-shared']) {
      expect(existsSync(path)).toBe(false);
    }
  }, 60_000);

  test('a pod talks to the API server as its service account', async () => {
    await run('whoami', { image: 'whoami' }, { restartPolicy: 'Never' });
    const pod = await podWhere('whoami', (p) => main(p)?.state.terminated !== undefined);
    expect(main(pod)?.state.terminated?.exitCode).toBe(0);
  });

  test('a volume whose object is missing keeps the container from starting, until it is there', async () => {
    const volumes = [{ name: 'late', configMap: { name: 'late' } }];
    await run('waits', { volumeMounts: [{ name: 'late', mountPath: '/late' }] }, { volumes });
    const waiting = await podWhere('waits', (pod) => main(pod)?.state.waiting?.message !== undefined);
    expect(main(waiting)?.state.waiting).toEqual({
      reason: 'ContainerCreating',
      message: 'ConfigMap default/late does not exist',
    });
    await client.create('/api/v1/namespaces/default/configmaps', { metadata: { name: 'late' } });
    await podWhere('waits', isReady);
  }, 60_000);
});

describe('deletion', () => {
  test('runs the hook, gives the process its time, and then removes the pod', async () => {
    const trap = `trap 'sleep 1; echo term >>${scratch}/polite; exit 0' TERM; echo >${scratch}/trapped; while :; do sleep 0.1; done`;
    const preStop = { exec: { command: ['/bin/sh', '-c', `echo hook >>${scratch}/polite`] } };
    // Ready only once the trap is set: a TERM before that ends the shell at once, and rightly so.
    const readinessProbe = { exec: { command: ['test', '-s', `${scratch}/trapped`] }, periodSeconds: 1 };
    await run('polite', { args: [trap], lifecycle: { preStop }, readinessProbe });
    await podWhere('polite', isReady);
    const startedMs = Date.now();
    await client.delete(`${pods}/polite`, {});
    const ending = await podWhere('polite', (pod) => pod.metadata.deletionTimestamp !== undefined);
    expect(ending.status?.phase).toBe('Running');
    await gone('polite', 10_000);
    expect(Date.now() - startedMs).toBeGreaterThan(900);
    expect(readFileSync(join(scratch, 'polite'), 'utf8')).toBe('hook\nterm\n');
  }, 60_000);

  test('a sidecar starts before the containers, and ends after them', async () => {
    const tell = (word: string) => `echo ${word} >>${scratch}/order`;
    const script = (name: string, before: string) =>
      `${before}; ${tell(`${name}-up`)}; trap '${tell(`${name}-down`)}; exit 0' TERM; while :; do sleep 0.1; done`;
    const startupProbe = {
      exec: { command: ['test', '-s', `${scratch}/order`] },
      periodSeconds: 1,
      failureThreshold: 9,
    };
    const sidecar = {
      name: 'side',
      image: 'shell',
      restartPolicy: 'Always',
      startupProbe,
      args: [script('side', 'sleep 0.5')],
    };
    const readinessProbe = {
      exec: { command: ['grep', '-q', 'main-up', `${scratch}/order`] },
      periodSeconds: 1,
    };
    await run('sidecar', { args: [script('main', ':')], readinessProbe }, { initContainers: [sidecar] });
    await podWhere('sidecar', isReady);
    await client.delete(`${pods}/sidecar`, {});
    await gone('sidecar', 10_000);
    const order = readFileSync(join(scratch, 'order'), 'utf8').trim().split('\n');
    expect(order).toEqual(['side-up', 'main-up', 'main-down', 'side-down']);
  }, 60_000);

  test('kills what does not end within the grace period, with all it started', async () => {
    const deaf = `trap '' TERM; sleep 600 & echo $! >${scratch}/child; while :; do sleep 0.1; done`;
    const readinessProbe = { exec: { command: ['test', '-s', `${scratch}/child`] }, periodSeconds: 1 };
    await run('stubborn', { args: [deaf], readinessProbe });
    const pod = await podWhere('stubborn', isReady);
    const startedMs = Date.now();
    await client.delete(`${pods}/stubborn`, { gracePeriodSeconds: 1 });
    await gone('stubborn', 8_000);
    expect(Date.now() - startedMs).toBeGreaterThan(900);
    const child = Number(readFileSync(join(scratch, 'child'), 'utf8'));
    await until('the child has ended', async () => !runs(child), 3_000);
    expect(runs(processOf(pod))).toBe(false);
  }, 60_000);
});

describe('robustness', () => {
  test('nothing is written while nothing changes', async () => {
    await run('quiet', {});
    await podWhere('quiet', isReady);
    await delay(1_000);
    const writes = () =>
      readFileSync(cluster.auditLogPath, 'utf8')
        .split('\n')
        .filter((line) => line.includes('"username":"node-agent"') && line.includes(`/pods/quiet`)).length;
    const before = writes();
    expect(before).toBeGreaterThan(0);
    await delay(4_000);
    expect(writes()).toBe(before);
  }, 30_000);

  test('a restart of the API server ends no pod, and pods start afterwards', async () => {
    await run('lasting', {});
    const before = await podWhere('lasting', isReady);
    await cluster.restartComponent('kube-apiserver');
    await until('the API server answers', () => find('/api/v1/namespaces/default'));
    await run('after', {});
    await podWhere('after', isReady, 30_000);
    const after = await client.get<Pod>(`${pods}/lasting`);
    expect(main(after)).toMatchObject({ restartCount: 0, containerID: main(before)?.containerID });
    expect(runs(processOf(before))).toBe(true);
  }, 90_000);

  test('an agent that is killed takes its processes along, and the next one starts the pods again', async () => {
    await run('survivor', {});
    const before = await podWhere('survivor', isReady);
    process.kill(cluster.pidOf('node-agent') ?? NaN, 'SIGKILL');
    await until('the end of the process', async () => !runs(processOf(before)), 3_000);
    const after = await podWhere('survivor', (pod) => main(pod)?.restartCount === 1 && isReady(pod));
    expect(after.status?.podIP).toBe(before.status?.podIP);
    expect(main(after)?.lastState.terminated?.exitCode).toBe(137);
  }, 60_000);
});
