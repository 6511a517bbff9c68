import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import type { LoopbackApi } from '../../../test/support/loopback-api.ts';
import type { ModelDeploymentSpec } from '../../api/model-deployment.ts';
import { withDefaults } from '../../api/defaults.ts';
import { expectGolden } from '../testing/golden.ts';
import {
  deploymentOf,
  manifestOf,
  type PlannedCluster,
  revisionOf,
  specOf,
  startPlannedCluster,
} from '../testing/planned-cluster.ts';
import { runCaptured } from '../testing/run-captured.ts';

const folder = mkdtempSync(join(tmpdir(), 'understudy-plan-'));
afterAll(() => rmSync(folder, { recursive: true }));
let api: LoopbackApi | undefined;
async function stop(): Promise<void> {
  await api?.stop();
  api = undefined;
}
afterEach(stop);

const [v1, v2, v3] = ['1', '2', '3'].map((version) => specOf(version)) as [
  ModelDeploymentSpec,
  ModelDeploymentSpec,
  ModelDeploymentSpec,
];
const rollout = (
  number: number,
  from: ModelDeploymentSpec,
  to: ModelDeploymentSpec,
  status: object = {},
) => ({
  metadata: { name: `digits-${number}`, namespace: 'ml' },
  spec: {
    number,
    from: { revision: revisionOf(from) },
    to: { revision: revisionOf(to) },
    plan: withDefaults(to).plan,
  },
  status: { phase: 'Ended', outcome: 'Promoted', step: { index: 0 }, weight: 0, ...status },
});
const served = (spec: ModelDeploymentSpec) => ({
  ...manifestOf(spec),
  status: {
    phase: 'Healthy',
    stable: { revision: revisionOf(spec), model: spec.model, replicas: 4, ready: 4 },
  },
});

/** Version 2 is served, version 1 is kept. */
const settled = (): PlannedCluster => ({
  model: served(v2),
  lists: {
    deployments: [deploymentOf(v1, 0, 0), deploymentOf(v2, 4, 1)],
    modelrollouts: [rollout(1, v1, v2)],
    resourcequotas: [
      {
        metadata: { name: 'compute' },
        spec: { hard: { 'requests.cpu': '3', 'limits.memory': '1Gi', pods: '20' } },
        status: { used: { 'requests.cpu': '2', pods: '4' } },
      },
    ],
    nodes: [
      { metadata: { name: 'node-1' }, status: { allocatable: { cpu: '8', memory: '8Gi', pods: '110' } } },
    ],
    pods: [1, 2, 3, 4].map(() => ({
      metadata: { name: 'p' },
      spec: { ...deploymentOf(v2, 4).spec.template.spec, nodeName: 'node-1' },
      status: { phase: 'Running' },
    })),
  },
  dryRun: 'accepted',
});

async function plan(cluster: PlannedCluster, spec: ModelDeploymentSpec, ...more: string[]) {
  await stop();
  api = await startPlannedCluster(cluster);
  const file = join(folder, 'model.yaml');
  writeFileSync(file, stringify(manifestOf(spec)));
  return await runCaptured(['plan', '-f', file, '--kubeconfig', api.kubeconfig, ...more]);
}
const lines = (output: string): string[] => output.trimEnd().split('\n');
const document = async (...args: Parameters<typeof plan>) => JSON.parse((await plan(...args)).output);

describe('understudy plan', () => {
  it('shows a new rollout: steps, objects, room and metrics', async () => {
    const { code, output, complaints } = await plan(settled(), v3, '--traffic', '50/s');
    expect([code, complaints]).toEqual([0, '']);
    expectGolden('plan-rollout', lines(output));
  });

  it('writes nothing: it asks by a dry run', async () => {
    await plan(settled(), v3);
    const writes = api!.requests.filter(({ method }) => method !== 'GET');
    expect(writes.map(({ method, query }) => [method, query.get('dryRun')])).toEqual([['PATCH', 'All']]);
  });

  it('shows what a viewer may see, and names the rest', async () => {
    const forbidden = ['deployments', 'resourcequotas', 'nodes', 'pods'].map((plural) => [
      plural,
      403 as const,
    ]);
    const cluster = settled();
    const { code, output } = await plan(
      { ...cluster, lists: { ...cluster.lists, ...Object.fromEntries(forbidden) }, dryRun: 403 },
      v3,
    );
    expect(code).toBe(0);
    expectGolden('plan-viewer', lines(output));
  });

  it('shows the first deployment, blue-green and an immediate return', async () => {
    const empty: PlannedCluster = { model: undefined, lists: {}, dryRun: 'accepted' };
    expectGolden('plan-first', lines((await plan(empty, v1)).output));
    const strategy = { blueGreen: { promotion: 'manual' as const, previewReplicas: 1 } };
    const green = specOf('3', { strategy, traffic: { service: {} }, analysis: {} });
    expectGolden('plan-blue-green', lines((await plan(settled(), green)).output));
    expectGolden('plan-return', lines((await plan(settled(), v1)).output));
  });

  it.each<[string, () => PlannedCluster, ModelDeploymentSpec, string, RegExp]>([
    ['the same', settled, v2, 'noRollout', /^Nothing would happen: \w+ \(digits 2\) is served already\.$/],
    [
      'other settings',
      settled,
      { ...v2, drain: '5s' },
      'noRollout',
      /^No new revision: .* apply to the next rollout/,
    ],
    [
      'one that failed',
      () => ({
        ...settled(),
        lists: {
          ...settled().lists,
          modelrollouts: [
            rollout(1, v1, v2),
            rollout(2, v2, v3, { outcome: 'RolledBack', remembered: true, reason: 'AnalysisFailed' }),
          ],
        },
      }),
      v3,
      'leftAlone',
      /was taken back in digits-2 \(AnalysisFailed\), and is left alone until/,
    ],
    [
      'another one in mid-rollout',
      () => ({
        ...settled(),
        lists: {
          ...settled().lists,
          modelrollouts: [
            rollout(1, v1, v2),
            rollout(2, v2, specOf('9'), { phase: 'Stepping', outcome: undefined }),
          ],
        },
      }),
      v3,
      'rollout',
      /Rollout digits-2 ends first: its candidate loses its traffic\.$/,
    ],
    [
      'a frozen spec',
      settled,
      { ...v3, paused: true },
      'rollout',
      /waits before its first step, since spec.paused is true/,
    ],
  ])('of %s', async (_, cluster, spec, kind, words) => {
    const { outlook, objects } = await document(cluster(), spec, '-o', 'json');
    expect(outlook).toMatchObject({ kind, words: expect.stringMatching(words) });
    expect(objects[0]).toMatchObject({ kind: 'ModelDeployment', change: 'change' });
    expect(objects.length > 1).toBe(kind === 'rollout');
  });

  it('names the fields that change', async () => {
    const { changes, revision } = await document(settled(), { ...v3, drain: '5s' }, '-o', 'json');
    expect(changes).toEqual([
      'spec.drain',
      'spec.model.version',
      'spec.serving.workload.template.spec.containers[0].image',
    ]);
    expect(revision.revision).toBe(revisionOf(v3));
  });

  it('ends with 1 and the words of the API server when it refuses', async () => {
    const { code, output } = await plan({ ...settled(), dryRun: 'refused' }, v3);
    expect(code).toBe(1);
    expect(output).toMatch(/The API server refuses it: .*spec\.replicas: too many/);
  });

  it('ends with 1 when no rollout begins with its metrics, and knows the templates of the cluster', async () => {
    const metric = {
      name: 'queue',
      kind: 'query' as const,
      template: { name: 'queue' },
      pass: 'result < 1.0',
    };
    const spec = specOf('3', { analysis: { metrics: [metric] } });
    const { code, output } = await plan(settled(), spec);
    expect(code).toBe(1);
    expect(output).toMatch(
      /No rollout begins with it: spec\.analysis\.metrics\[0\]\.template: found MetricTemplate/,
    );
    const templates = [
      {
        apiVersion: 'understudy.dev/v1alpha1',
        kind: 'MetricTemplate',
        metadata: { name: 'queue', namespace: 'ml' },
        spec: { query: 'queue{revision="{{ candidate.revision }}"}' },
      },
    ];
    const cluster = { ...settled(), lists: { ...settled().lists, metrictemplates: templates } };
    expect((await plan(cluster, spec)).code).toBe(0);
  });

  it.each<[string, string[], RegExp]>([
    ['no file', [], /plan needs a manifest: -f FILE/],
    ['credentials of nobody', ['-f', 'x', '--ca-file', 'y'], /belong to --prometheus URL/],
    ['another format', ['-f', 'x', '-o', 'wide'], /-o: there is no output "wide"; accepted: json/],
  ])('refuses %s with exit code 3', async (_, argv, words) => {
    const { code, complaints } = await runCaptured(['plan', ...argv]);
    expect(complaints).toMatch(words);
    expect(code).toBe(3);
  });

  it('refuses a namespace that the manifest is not for, and a Prometheus that is not there', async () => {
    expect(await plan(settled(), v3, '-n', 'eu')).toMatchObject({
      code: 3,
      complaints: expect.stringContaining('is for namespace ml, and -n says eu'),
    });
    const { code, complaints } = await plan(settled(), v3, '--prometheus', 'http://127.0.0.1:1');
    expect(code).toBe(3);
    expect(complaints).toMatch(/cannot be reached.*\nIs --prometheus .*port-forward/s);
    expect(complaints).not.toMatch(/^ +at /m);
  });
});
