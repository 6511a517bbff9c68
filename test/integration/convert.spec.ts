import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import { type LocalCluster, startLocalCluster } from '../../tools/local-cluster/local-cluster.ts';
import { CliProcess } from '../support/cli-process.ts';
import { conversionCases, conversionFile } from '../support/conversion-cases.ts';
import { installCrds } from '../support/installed-crds.ts';
import { RestClient } from '../support/rest-client.ts';

jest.setTimeout(60_000);

const root = join(import.meta.dirname, '..', '..');
const group = '/apis/understudy.dev/v1alpha1';

let cluster: LocalCluster;
let api: RestClient;

beforeAll(async () => {
  cluster = await startLocalCluster();
  api = new RestClient(cluster);
  await installCrds(api);
}, 600_000);

afterAll(async () => {
  api?.close();
  await cluster?.stop();
}, 60_000);

interface Made {
  kind: string;
  metadata: { name: string; namespace?: string };
}

async function inNamespace(name: string): Promise<string> {
  await api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  return `${group}/namespaces/${name}`;
}

describe('manifests of other tools, converted', () => {
  it.each(conversionCases)('the API server takes what becomes of $name', async (one) => {
    const file = join(root, conversionFile(one));
    const argv = ['convert', '-f', file, ...(one.flags ?? []), '-o', 'json'];
    const { code, output } = await new CliProcess(cluster.kubeconfigPath, argv).result();
    expect(code).toBe(one.code ?? 0);
    const { items } = JSON.parse(output) as { items: Made[] };
    expect(items.length).toBeGreaterThan(0);
    for (const made of items) {
      const isCluster = made.kind === 'ClusterMetricTemplate';
      const scope = isCluster ? group : await inNamespace(made.metadata.namespace ?? 'default');
      const path = `${scope}/${made.kind.toLowerCase()}s?dryRun=All&fieldValidation=Strict`;
      const { status, body } = await api.post(path, made);
      expect([made.kind, status, body.message]).toEqual([made.kind, 201, undefined]);
    }
  });
});

describe('a first manifest for a Deployment that runs', () => {
  const labels = { app: 'digits' };
  const template = {
    metadata: { labels },
    spec: {
      containers: [
        { name: 'server', image: 'example.com/digits:1', ports: [{ name: 'http', containerPort: 8080 }] },
      ],
    },
  };

  it('is read off the cluster and taken by the API server, beside the Deployment and its Service', async () => {
    const deployments = '/apis/apps/v1/namespaces/default/deployments';
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'digits' },
      spec: { replicas: 3, selector: { matchLabels: labels }, template },
    };
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'digits' },
      spec: { selector: labels, ports: [{ port: 8000, targetPort: 'http' }] },
    };
    expect((await api.post(deployments, deployment)).status).toBe(201);
    expect((await api.post('/api/v1/namespaces/default/services', service)).status).toBe(201);
    const { code, output } = await new CliProcess(cluster.kubeconfigPath, ['init', 'digits']).result();
    expect(code).toBe(0);
    const made = parse(output) as Made & { spec: object };
    expect(made).toMatchObject({
      metadata: { name: 'digits-model', namespace: 'default' },
      spec: {
        replicas: 3,
        service: { port: 8000, targetPort: 'http' },
        // As it was written, and not as the API server filled it in; and no Service of others finds these pods.
        serving: { workload: { template: { spec: template.spec } } },
      },
    });
    expect(output).not.toMatch(/app: digits|terminationMessagePath/);
    const path = `${group}/namespaces/default/modeldeployments?dryRun=All&fieldValidation=Strict`;
    const { status, body } = await api.post(path, made);
    expect([status, body.message]).toEqual([201, undefined]);
  });
});
