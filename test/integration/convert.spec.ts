import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
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
