import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { labels } from '../../src/api/group.ts';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { controllerUser, readAuditLog } from '../support/audit-log.ts';
import { chart, Helm, type Values } from '../support/helm.ts';
import { installManifest } from '../support/install-manifest.ts';
import { gatewayTraffic, modelDeployment } from '../support/model-deployment.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';
import { decisionsOf, WatchedModel } from '../support/watched-model.ts';

jest.setTimeout(120_000);

/**
 * The whole life of an install by the real helm: the controller is the pod of the chart's Deployment, with the chart's rights and
 * configuration, in a namespace that takes nothing but restricted pods.
 */
let bed: TestBed;
let helm: Helm;
let earlier: string;
let values: Values;

const namespace = 'understudy-system';
const crdPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/modeldeployments.understudy.dev';
const inNamespace = ['--namespace', namespace, '--wait', '--timeout', '60s'];

/** The chart as an earlier release: its kinds show less. */
async function earlierChart(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-chart-'));
  await cp(chart, folder, { recursive: true });
  const crd = join(folder, 'files/crds/understudy.dev_modeldeployments.yaml');
  const object = parse(await readFile(crd, 'utf8'));
  delete object.spec.versions[0].additionalPrinterColumns;
  await writeFile(crd, stringify(object));
  const about = join(folder, 'Chart.yaml');
  await writeFile(about, (await readFile(about, 'utf8')).replace(/^version: .*$/m, 'version: 0.0.9'));
  return folder;
}

const columns = async (): Promise<number> => {
  const { body } = await bed.user.get(crdPath);
  return body.spec?.versions[0].additionalPrinterColumns?.length ?? 0;
};
const controllerPods = async () =>
  (await bed.list(resourceKinds.pod, namespace)).filter(({ metadata }) => !metadata.deletionTimestamp);
/** What serves a model, with the versions of its objects. */
const traffic = async (name: string) => {
  const pods = await bed.list(resourceKinds.pod, 'default', `${labels.modelDeployment}=${name}`);
  const route = await bed.get(resourceKinds.httpRoute, name);
  return { route: route?.metadata.resourceVersion, pods: pods.map(({ metadata }) => metadata.uid).sort() };
};
const refused = (fromMs = 0) =>
  readAuditLog(bed.cluster.auditLogPath).filter(
    ({ user, code, receivedAtMs }) => user === controllerUser && code === 403 && receivedAtMs > fromMs,
  );

beforeAll(async () => {
  bed = await TestBed.start({ bare: true });
  helm = await Helm.on(bed.cluster);
  earlier = await earlierChart();
  values = {
    config: {
      leaderElection: { leaseDuration: '4s', renewDeadline: '3s', retryPeriod: '500ms' },
      sources: [{ name: 'default', url: bed.cluster.inside.prometheusUrl, scrapeInterval: '1s' }],
    },
  };
  for (const object of installManifest.filter(({ kind }) => kind === 'Namespace')) await bed.apply(object);
}, 600_000);
afterAll(async () => {
  await rm(earlier, { recursive: true, force: true });
  await helm?.close();
  await bed?.stop();
}, 60_000);

describe('an install by helm', () => {
  let canary: WatchedModel;
  /** An uninstall takes the rights away while the last pod still asks for its Lease. */
  let installedAgainAtMs: number;

  it('brings the kinds and a controller that becomes ready, and says what to do next', async () => {
    const notes = await helm.must(['install', 'understudy', earlier, ...inNamespace], values);
    expect(notes).toMatch(/Next:[\s\S]*kubectl rollout status deployment\/understudy/);
    expect(notes).not.toContain('No metrics source');
    expect(await controllerPods()).toHaveLength(2);
    expect(await columns()).toBe(0);
  });

  it.each([
    ['canary', { canary: { steps: [{ weight: 20, hold: '2s' }], bake: { duration: '2s' } } }],
    ['blue-green', { blueGreen: { preAnalysis: { hold: '1s' }, bake: { duration: '2s' } } }],
    ['shadow', { shadow: { duration: '3s', minRequests: 20, then: 'promote', bake: { duration: '2s' } } }],
  ])('rolls a model out by %s', async (name, strategy) => {
    const model = await WatchedModel.serve(bed, name, { spec: { replicas: 1, strategy } });
    if (name === 'canary') canary = model;
    const users = model.load();
    await model.apply({ version: '2' });
    expect((await model.outcome(1)).status?.outcome).toBe('Promoted');
    await users.stop();
    expect(Object.keys(users.counts()).sort()).toEqual(['v1 200', 'v2 200']);
    expect(users.failuresOnTheWay()).toEqual([]);
  });

  it('asks the API server for nothing that it may not have', () => {
    expect(refused()).toEqual([]);
  });

  it('is upgraded in the middle of a rollout, with its kinds; the rollout goes on, and no other begins (law 19)', async () => {
    await canary.apply({
      version: '3',
      spec: {
        strategy: {
          canary: { steps: [{ weight: 40, hold: '0s' }, { pause: {} }], bake: { duration: '2s' } },
        },
      },
    });
    await canary.until('waits at its pause', ({ phase }) => phase === 'Paused');
    const before = await traffic('canary');
    const pods = (await controllerPods()).map(({ metadata }) => metadata.uid);
    const more = { ...values, config: { ...(values['config'] as object), workers: 2 } };
    await helm.must(['upgrade', 'understudy', chart, ...inNamespace], more);
    expect(await columns()).toBeGreaterThan(3);
    expect((await controllerPods()).filter(({ metadata }) => pods.includes(metadata.uid))).toEqual([]);
    expect(await traffic('canary')).toEqual(before);
    const rollout = await canary.rollout(2);
    expect(rollout?.status?.phase).toBe('Stepping');
    const entered = decisionsOf(rollout!).filter((decision) => decision.startsWith('StepEntered'));
    expect(new Set(entered).size).toBe(entered.length);
    for (const name of ['canary', 'blue-green', 'shadow'])
      expect(
        await bed.get(resourceKinds.modelRollout, `${name}-${name === 'canary' ? 3 : 2}`),
      ).toBeUndefined();
  });

  it('is uninstalled in the middle of a rollout: traffic, pods, objects and kinds stay as they are', async () => {
    const before = await traffic('canary');
    const { spec, status } = (await bed.get(resourceKinds.modelDeployment, 'canary'))!;
    await helm.must(['uninstall', 'understudy', ...inNamespace]);
    await waitFor('the controller is gone', async () => {
      const pods = await bed.list(resourceKinds.pod, namespace);
      return pods.length === 0;
    });
    expect(await traffic('canary')).toEqual(before);
    expect(await bed.get(resourceKinds.modelDeployment, 'canary')).toMatchObject({ spec, status });
    expect(await columns()).toBeGreaterThan(3);
  });

  it('leaves nothing that keeps a namespace from being deleted', async () => {
    const namespaces = '/api/v1/namespaces/leaving';
    await bed.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'leaving' } });
    await bed.apply(modelDeployment({ name: 'left', namespace: 'leaving' }));
    await bed.user.delete(namespaces);
    await waitFor('the namespace is gone', async () => (await bed.user.get(namespaces)).status === 404);
  });

  it('is installed again, for one namespace and one router: the rollout goes on where it was', async () => {
    const narrow = { ...values, watchNamespaces: ['default'], routers: { service: false } };
    await helm.must(['install', 'understudy', chart, ...inNamespace], narrow);
    installedAgainAtMs = Date.now();
    const { uid } = (await bed.get(resourceKinds.modelDeployment, 'canary'))!.metadata;
    const rollout = await canary.rollout(2);
    await bed.apply({
      apiVersion: 'understudy.dev/v1alpha1',
      kind: 'RolloutAction',
      metadata: { name: 'go-on', namespace: 'default' },
      spec: {
        target: { name: 'canary', uid, rollout: 'canary-2', step: rollout?.status?.step.index },
        verb: 'promote',
        requestedBy: 'admin',
      },
    });
    expect((await canary.outcome(2)).status?.outcome).toBe('Promoted');
    expect(canary.splits().at(-1)).toContain('v3=1000');
  });

  it('says what a router that is switched off would need, and asks for nothing more than it may', async () => {
    await bed.apply(modelDeployment({ name: 'plain', spec: { traffic: { service: {} } } }));
    const { conditions } = await bed.untilStatus('plain', 'is refused', ({ phase }) => phase === 'Failed');
    expect(conditions).toContainEqual(expect.objectContaining({ reason: 'RouterSwitchedOff' }));
    await bed.merge(resourceKinds.modelDeployment, 'plain', {
      spec: { traffic: { service: null, ...gatewayTraffic('plain') } },
    });
    await bed.untilStatus('plain', 'serves by a route', ({ phase }) => phase === 'Healthy');
    expect(refused(installedAgainAtMs)).toEqual([]);
  });
});
