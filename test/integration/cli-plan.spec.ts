import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { runCaptured } from '../../src/cli/testing/run-captured.ts';
import { identifyRevision } from '../../src/domain/revision/revision-hash.ts';
import type { ModelDeploymentSpec } from '../../src/api/model-deployment.ts';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { type ModelDeploymentOptions, modelDeployment } from '../support/model-deployment.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';
import { WatchedModel } from '../support/watched-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'understudy-cli-plan-'));
const analysis = {
  analysis: {
    minRequests: 20,
    metrics: [
      { name: 'errors', kind: 'errorRate', max: 0.02 },
      {
        name: 'up',
        kind: 'query',
        query: 'count(envoy_cluster_upstream_rq_total) > bool 0',
        pass: 'result > 0.0',
      },
    ],
  },
};

let bed: TestBed;
let model: WatchedModel;
/** Kubeconfigs: whoever has only the role of a viewer of ours, and with Kubernetes' own "view" and "edit" beside it. */
let viewer: string;
let reader: string;
let editor: string;

function fileOf(
  options: ModelDeploymentOptions,
  change: (object: object) => object = (object) => object,
): string {
  const path = join(folder, `${options.version}.yaml`);
  const spec = { ...analysis, ...options.spec };
  writeFileSync(path, stringify(change(modelDeployment({ name: 'model', ...options, spec }))));
  return path;
}
const revisionOf = (options: ModelDeploymentOptions): string =>
  identifyRevision(modelDeployment({ name: 'model', ...options })['spec'] as ModelDeploymentSpec, [])
    .revision;

async function account(name: string, roles: string[]): Promise<string> {
  await bed.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'default' } });
  for (const role of roles) {
    await bed.apply({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: `${name}-${role}`, namespace: 'default' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
      subjects: [{ kind: 'ServiceAccount', name, namespace: 'default' }],
    });
  }
  return (await bed.cluster.writeKubeconfig({ namespace: 'default', serviceAccount: name })).kubeconfigPath;
}

const as = (kubeconfig: string, ...argv: string[]) =>
  runCaptured([...argv, '--kubeconfig', kubeconfig, '-n', 'default']);
const plan = async (kubeconfig: string, file: string, ...more: string[]) =>
  JSON.parse((await as(kubeconfig, 'plan', '-f', file, '-o', 'json', ...more)).output);

beforeAll(async () => {
  bed = await TestBed.start();
  await bed.installController();
  [viewer, reader, editor] = await Promise.all([
    account('viewer', ['understudy-viewer']),
    account('reader', ['understudy-viewer', 'view']),
    account('editor', ['understudy-editor', 'edit']),
  ]);
  model = await WatchedModel.serve(bed, 'model', { spec: analysis });
  model.load();
}, 240_000);
afterAll(async () => {
  await bed?.stop();
  rmSync(folder, { recursive: true });
}, 60_000);

describe('understudy plan on a real cluster', () => {
  it('tells an editor what a new version would do, and what the metrics say now', async () => {
    const { prometheusUrl } = bed.cluster;
    const document = await waitFor('requests of the stable revision are counted', async () => {
      const found = await plan(editor, fileOf({ version: '2' }), '--prometheus', prometheusUrl);
      return found.figures.requestsPerSecond > 0 ? found : undefined;
    });
    const stable = revisionOf({ version: '1' });
    expect(document).toMatchObject({
      outlook: { kind: 'rollout', isKept: false },
      stable: { revision: stable },
      revision: { revision: revisionOf({ version: '2' }), model: 'model 2' },
      dryRun: { kind: 'accepted' },
      problems: [],
      room: { now: 2, more: 2, through: [{ candidate: 1 }, { candidate: 1 }, { candidate: 2 }] },
      figures: { preset: 'contour-envoy', seen: { stable: true, candidate: false } },
    });
    const [errors, up] = document.figures.metrics;
    expect(errors.counts.requests).toBeGreaterThan(0);
    expect(errors.query).toContain(stable);
    expect(up.value).toBe(1);
    expect(document.times.requestsPerSecond).toBeCloseTo(document.figures.requestsPerSecond, 6);
    // It was a dry run: nothing has changed, and no rollout began.
    expect((await model.status()).stable?.revision).toBe(stable);
    expect(await bed.list(resourceKinds.modelRollout)).toEqual([]);
  });

  it('tells a viewer all but what he may not see, and names that', async () => {
    const { code, output, complaints } = await as(viewer, 'plan', '-f', fileOf({ version: '2' }));
    expect([code, complaints]).toEqual([0, '']);
    expect(output).toContain(`A new rollout (canary) of ${revisionOf({ version: '2' })} (model 2) beside`);
    expect(output).toContain('The API server was not asked: you may not write ModelDeployments here.');
    expect(output).toContain('Pods: 2 now, 4 at most (at the promotion): 2 more');
    expect(output).toMatch(/Not seen, for want of rights\n {2}Deployments: .*\n {2}ResourceQuotas/);
  });

  it('says of the version that is served that nothing would happen', async () => {
    const { outlook, objects } = await plan(reader, fileOf({ version: '1' }));
    expect(outlook).toMatchObject({ kind: 'noRollout' });
    expect(objects).toHaveLength(1);
  });

  it('ends with 1 and the words of the API server when it refuses', async () => {
    const refused = fileOf({ version: 'refused' }, (object) => ({
      ...object,
      metadata: { name: 'model', namespace: 'default', labels: { 'not a label': 'x' } },
    }));
    const { code, output } = await as(editor, 'plan', '-f', refused);
    expect(code).toBe(1);
    expect(output).toMatch(/The API server refuses it: .*metadata\.labels/);
  });

  it('shows what a quota leaves', async () => {
    const path = '/api/v1/namespaces/default/resourcequotas';
    const quota = { metadata: { name: 'pods' }, spec: { hard: { pods: '3' } } };
    expect((await bed.user.send('POST', path, quota)).status).toBe(201);
    const quotas = await waitFor('the quota counts the pods', async () => {
      const { room } = await plan(reader, fileOf({ version: '2' }));
      return room.quotas?.[0]?.left === 1 ? room.quotas : undefined;
    });
    expect(quotas).toEqual([{ quota: 'pods', resource: 'pods', needed: 2, left: 1 }]);
    expect((await bed.user.send('DELETE', `${path}/pods`)).status).toBe(200);
  });
});

describe('understudy diff, version and completion on a real cluster', () => {
  it('shows the candidate while it is on its way', async () => {
    await model.apply({
      version: '2',
      spec: { ...analysis, strategy: { canary: { steps: [{ weight: 20 }, { pause: {} }] } } },
    });
    await model.until('has a candidate', ({ candidate }) => candidate !== undefined);
    const { code, output } = await as(reader, 'diff', 'model');
    expect(code).toBe(0);
    expect(output).toMatch(/^--- stable \w{10} \(model 1\)\n\+\+\+ candidate \w{10} \(model 2\)\n/);
    expect(output).toMatch(/^- +version: "1"\n\+ +version: "2"$/m);
    const denied = await as(viewer, 'diff', 'model');
    expect(denied.code).toBe(3);
    expect(denied.complaints).toMatch(/cannot list resource "deployments".*\n.*kubectl auth can-i list/);
  });

  it('plans a return to the stable version as the end of the rollout, and a third as its successor', async () => {
    expect((await plan(reader, fileOf({ version: '1' }))).outlook).toMatchObject({
      kind: 'noRollout',
      ends: 'model-1',
    });
    expect((await plan(reader, fileOf({ version: '3' }))).outlook).toMatchObject({
      kind: 'rollout',
      supersedes: 'model-1',
    });
    expect((await plan(reader, fileOf({ version: '2' }))).outlook).toMatchObject({
      kind: 'underWay',
      rollout: 'model-1',
    });
  });

  it('completes names with the rights of a viewer, and says nothing where it has none', async () => {
    const complete = (kubeconfig: string, ...words: string[]) =>
      runCaptured(['__complete', 'get', '-n', 'default', '--kubeconfig', kubeconfig, ...words]);
    expect(await complete(viewer, 'mo')).toEqual({ code: 0, output: 'model\n:4\n', complaints: '' });
    expect(await complete(join(folder, 'nowhere'), '')).toEqual({ code: 0, output: ':4\n', complaints: '' });
  });

  it('tells the API, and that a viewer may not see the controller', async () => {
    const { code, output } = await as(viewer, 'version');
    expect(code).toBe(0);
    expect(output).toContain('understudy.dev/v1alpha1');
    expect(output).toContain('controller  not known: you may not list Deployments');
  });
});
