import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { resolveKubectl } from '../../tools/local-cluster/binaries/binaries.ts';
import {
  isRunning,
  networkNamespaceOf,
  processIdentity,
} from '../../tools/local-cluster/cluster/processes.ts';
import { waitUntil } from '../../tools/local-cluster/cluster/wait-until.ts';
import {
  startLocalCluster,
  type ComponentName,
  type LocalCluster,
} from '../../tools/local-cluster/local-cluster.ts';

const run = promisify(execFile);
const components: ComponentName[] = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'node-agent',
  'contour',
  'envoy',
  'prometheus',
];

let clusters: LocalCluster[];
let kubectl: string;

const one = () => clusters[0] as LocalCluster;
const two = () => clusters[1] as LocalCluster;

async function kube(kubeconfig: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(kubectl, ['--kubeconfig', kubeconfig, ...args]);
  return stdout;
}

async function insideText(cluster: LocalCluster, command: string, args: string[]): Promise<string> {
  const child = cluster.exec(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const output = text(child.stdout as NodeJS.ReadableStream);
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(0);
  return (await output).trim();
}

async function query(
  cluster: LocalCluster,
  expression: string,
): Promise<{ metric: Record<string, string> }[]> {
  const response = await fetch(
    `${cluster.prometheusUrl}/api/v1/query?query=${encodeURIComponent(expression)}`,
  );
  const answer = (await response.json()) as { data: { result: { metric: Record<string, string> }[] } };
  return answer.data.result;
}

beforeAll(async () => {
  kubectl = await resolveKubectl();
  clusters = await Promise.all([startLocalCluster(), startLocalCluster()]);
}, 180_000);

afterAll(async () => {
  await Promise.all((clusters ?? []).map((cluster) => cluster.stop()));
}, 60_000);

describe('two clusters side by side', () => {
  it('are two: an object of one is unknown to the other', async () => {
    await kube(one().kubeconfigPath, 'create', 'namespace', 'only-here');
    expect(await kube(one().kubeconfigPath, 'get', 'namespaces', '-o', 'name')).toContain('only-here');
    expect(await kube(two().kubeconfigPath, 'get', 'namespaces', '-o', 'name')).not.toContain('only-here');
  });

  it('run the wanted version, with a ready node and an accepted gateway, under kubectl from the host', async () => {
    for (const cluster of clusters) {
      const version = JSON.parse(await kube(cluster.kubeconfigPath, 'version', '-o', 'json')) as {
        serverVersion: { gitVersion: string };
      };
      expect(version.serverVersion.gitVersion).toBe(`v${cluster.kubernetesVersion}`);
      await kube(cluster.kubeconfigPath, 'wait', '--for=condition=Ready', 'node/local', '--timeout=10s');
      const gateway = ['--namespace', 'gateway', 'gateway/public', '--timeout=10s'];
      await kube(cluster.kubeconfigPath, 'wait', '--for=condition=Programmed', ...gateway);
    }
  });

  it('answer at the gateway by a 404 of Envoy, from the host and from inside', async () => {
    for (const cluster of clusters) {
      const response = await fetch(cluster.gatewayUrl);
      expect(response.status).toBe(404);
      expect(response.headers.get('server')).toBe('envoy');
      const script = `fetch('${cluster.inside.gatewayUrl}').then((response) => console.log(response.status))`;
      expect(await insideText(cluster, process.execPath, ['-e', script])).toBe('404');
    }
  });

  it('have a Prometheus that scrapes Envoy', async () => {
    for (const cluster of clusters) {
      const isUp = async () => (await query(cluster, 'up{job="envoy"} == 1')).length === 1;
      await waitUntil(isUp, { what: 'the target', timeoutMs: 20_000, intervalMs: 250 });
    }
  }, 45_000);
});

describe('a cluster', () => {
  it('makes pods reachable and scraped, with the labels of their revision', async () => {
    const server =
      "require('http').createServer((q, r) => r.end('served_total 1\\n')).listen(8000, process.env.POD_IP)";
    await one().setImages({ 'example/server:1': { command: [process.execPath, '-e', server] } });
    const labels = { 'understudy.dev/model-deployment': 'digits', 'understudy.dev/revision': 'abcdefghij' };
    await insidePod('server', labels, 'example/server:1');
    await kube(one().kubeconfigPath, 'wait', '--for=condition=Ready', 'pod/server', '--timeout=20s');
    const scraped = async () => (await query(one(), 'served_total')).length === 1;
    await waitUntil(scraped, { what: 'the series', timeoutMs: 30_000, intervalMs: 250 });
    expect((await query(one(), 'served_total'))[0]?.metric).toMatchObject({
      job: 'pods',
      namespace: 'default',
      pod: 'server',
      model_deployment: 'digits',
      revision: 'abcdefghij',
    });
  }, 60_000);

  it('gives a service account a kubeconfig that works on both sides and has its rights only', async () => {
    await kube(one().kubeconfigPath, 'create', 'serviceaccount', 'reader');
    const access = await one().writeKubeconfig({ namespace: 'default', serviceAccount: 'reader' });
    const name = 'system:serviceaccount:default:reader';
    expect(await kube(access.kubeconfigPath, 'auth', 'whoami')).toContain(name);
    const whoami = ['--kubeconfig', access.insideKubeconfigPath, 'auth', 'whoami'];
    expect(await insideText(one(), kubectl, whoami)).toContain(name);
    await expect(kube(access.kubeconfigPath, 'get', 'secrets')).rejects.toThrow(/forbidden/);
  }, 30_000);

  it('writes every request into the audit log', async () => {
    const lines = (await readFile(one().auditLogPath, 'utf8')).trim().split('\n');
    const events = lines.map(
      (line) => JSON.parse(line) as { level: string; user: { username: string }; verb: string },
    );
    expect(events.every(({ level }) => level === 'Metadata')).toBe(true);
    expect(
      events.filter(({ user, verb }) => user.username === 'contour' && verb === 'watch').length,
    ).toBeGreaterThan(0);
  });

  it('comes back after its API server was away', async () => {
    await one().stopComponent('kube-apiserver');
    expect(one().pidOf('kube-apiserver')).toBeUndefined();
    await expect(kube(one().kubeconfigPath, 'get', '--raw', '/readyz')).rejects.toThrow();
    expect((await fetch(one().gatewayUrl)).status).toBe(404);
    await one().startComponent('kube-apiserver');
    expect(await kube(one().kubeconfigPath, 'get', 'namespaces', '-o', 'name')).toContain('only-here');
  }, 60_000);

  it.each(['prometheus', 'envoy', 'contour', 'kube-controller-manager'] as const)(
    'restarts %s',
    async (name) => {
      const before = one().pidOf(name);
      await one().restartComponent(name);
      expect(one().pidOf(name)).not.toBe(before);
    },
    60_000,
  );

  it('refuses a component that it does not have, naming those that it has', async () => {
    await expect(two().stopComponent('kwok')).rejects.toThrow(
      /component: found kwok; this cluster has etcd, /,
    );
  });
});

describe('stop', () => {
  it('leaves no process, no network namespace and no folder', async () => {
    const cluster = two();
    const pids = components.map((name) => cluster.pidOf(name) as number);
    const identities = await Promise.all(pids.map(processIdentity));
    const namespaces = new Set(await Promise.all(pids.map(networkNamespaceOf)));
    expect(namespaces.size).toBe(1);
    expect(namespaces).not.toContain(await networkNamespaceOf('self'));
    const other = await networkNamespaceOf(one().pidOf('etcd') as number);
    expect(namespaces).not.toContain(other);
    const stray = cluster.exec('sleep', ['600'], { detached: true, stdio: 'ignore' });
    await once(stray, 'spawn');
    identities.push(await processIdentity(stray.pid as number));

    await cluster.stop();

    expect(await Promise.all(identities.map(isRunning))).toEqual(identities.map(() => false));
    expect(existsSync(dirname(cluster.kubeconfigPath))).toBe(false);
    await expect(fetch(cluster.gatewayUrl)).rejects.toThrow();
    expect((await fetch(one().gatewayUrl)).status).toBe(404);
  }, 60_000);
});

async function insidePod(name: string, labels: Record<string, string>, image: string): Promise<void> {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      labels,
      annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8000' },
    },
    spec: {
      containers: [{ name: 'main', image, readinessProbe: { tcpSocket: { port: 8000 }, periodSeconds: 1 } }],
    },
  };
  const child = execFile(kubectl, ['--kubeconfig', one().kubeconfigPath, 'apply', '-f', '-']);
  child.stdin?.end(JSON.stringify(pod));
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(0);
}
