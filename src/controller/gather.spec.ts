import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { modelDeployment } from '../../test/support/model-deployment.ts';
import { InvalidModelDeploymentError } from '../api/validation/parse-object.ts';
import { identifyRevision } from '../domain/revision/revision-hash.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import { apexService } from '../routers/objects/apex-service.ts';
import { previewService } from '../routers/objects/preview-service.ts';
import { type Gathered, gather } from './gather.ts';
import { modelRollout } from './objects/model-rollout.ts';
import { revisionDeployment } from './objects/revision-deployment.ts';
import { mirrorService, revisionService } from './objects/revision-service.ts';
import { ControllerBed } from './testing/controller-bed.ts';

const key = 'ml/model';
const owner = { namespace: 'ml', name: 'model', uid: 'now' };
const earlier = { ...owner, uid: 'earlier' };
const object = (): KubernetesObject => {
  const made = modelDeployment({ name: 'model', namespace: 'ml', spec: { traffic: { service: {} } } });
  return { ...made, metadata: { ...made.metadata, uid: owner.uid } };
};
const identity = identifyRevision(object()['spec'] as never, []);
const { revision } = identity;
const rolloutSpec = (number: number) => ({
  number,
  modelDeployment: 'model',
  from: { revision },
  to: { revision },
  plan: { steps: [], bakeMs: 0, progressDeadlineMs: 1_000, readinessPercent: 100 },
  analysis: {
    source: 'default',
    minRequests: 1,
    falseRollback: 0.01,
    falsePromotion: 0.05,
    metrics: [],
    onInconclusive: 'pause' as const,
    onNoData: 'hold' as const,
    noDataForMs: 1_000,
  },
});

let bed: ControllerBed;
beforeEach(async () => {
  bed = await new ControllerBed().start();
});
afterEach(() => bed.stop());

/** A whole ModelDeployment's objects, of this owner. */
function putAllOf(of: typeof owner): void {
  const settings = { replicas: 2, progressDeadlineMs: 60_000, drainUntilMs: undefined };
  bed.api.put(revisionService(of, identity, 80));
  bed.api.put(revisionDeployment(of, identity, settings));
  bed.api.put(apexService(of, { kind: 'revision', revision }, { port: 80, targetPort: 'http' }));
  for (const number of [10, 2]) bed.api.put(modelRollout(of, `model-${number}`, rolloutSpec(number)));
}
async function gathered(): Promise<Gathered> {
  await bed.clock.settle();
  return (await gather(key, bed.dependencies))!;
}

describe('gather', () => {
  it('finds what is ours, and the records by number', async () => {
    bed.api.put(object());
    putAllOf(owner);
    const { world, routerObjects, revisions, rollouts } = await gathered();
    expect(world.revisions).toMatchObject([{ revision, replicas: 2, hasService: true }]);
    expect(world.rollouts.map(({ spec }) => spec.number)).toEqual([2, 10]);
    expect(world.traffic.apex).toEqual({ kind: 'revision', revision });
    expect(world.traffic.problem).toBeUndefined();
    expect(routerObjects.revisionServices).toHaveLength(1);
    expect([...revisions.keys()]).toEqual([revision]);
    expect([...rollouts.keys()].sort()).toEqual(['model-10', 'model-2']);
    expect(world.target.revision).toBe(revision);
    expect(world.nowMs).toBe(bed.clock.now());
    // What lives needs no dry run, and nothing else is asked of the network (law 15).
    expect([bed.api.dryRuns, bed.api.reads, bed.api.noted]).toEqual([0, [], []]);
  });

  it('tells the Services beside the revisions from theirs', async () => {
    bed.api.put(object());
    putAllOf(owner);
    const port = { port: 80, targetPort: 'http' };
    const mirror = bed.api.put(mirrorService(owner, identity, 80));
    const preview = bed.api.put(previewService(owner, revision, port));
    const { world, routerObjects, revisions } = await gathered();
    expect(routerObjects.revisionServices.map(({ metadata }) => metadata.name)).toEqual([
      `model-${revision}`,
    ]);
    expect(routerObjects.previewService?.metadata.uid).toBe(preview.metadata.uid);
    expect([...revisions.keys()]).toEqual([revision]);
    expect(revisions.get(revision)?.mirrorService?.metadata.uid).toBe(mirror.metadata.uid);
    expect(world.revisions).toMatchObject([{ revision, hasService: true, hasMirrorService: true }]);
    expect(world.traffic).toMatchObject({ apex: { revision }, preview: revision });
  });

  it('shows who has the name of our preview, and serves users all the same', async () => {
    bed.api.put(object());
    putAllOf(owner);
    const preview = previewService(owner, revision, { port: 80, targetPort: 'http' });
    bed.api.put({ ...preview, metadata: { namespace: 'ml', name: 'model-preview' } });
    await bed.dependencies.foreignObjects.met(preview);
    const { world } = await gathered();
    expect(world.traffic).toMatchObject({
      problem: undefined,
      previewProblem: { reason: 'ServiceConflict' },
    });
  });

  it('knows of each parent what its class says', async () => {
    const parentRefs = [
      { name: 'public', namespace: 'gateway' },
      { name: 'gone' },
      { name: 'public', namespace: 'gateway', kind: 'Service', group: '' },
    ];
    bed.api.put({ ...object(), spec: { ...object()['spec'], traffic: { gatewayAPI: { parentRefs } } } });
    const gatewayApi = { apiVersion: 'gateway.networking.k8s.io/v1' };
    bed.api.put({
      ...gatewayApi,
      kind: 'Gateway',
      metadata: { namespace: 'gateway', name: 'public' },
      spec: { gatewayClassName: 'some' },
    });
    const supportedFeatures = [{ name: 'HTTPRouteRequestMirror' }];
    bed.api.put({
      ...gatewayApi,
      kind: 'GatewayClass',
      metadata: { name: 'some' },
      spec: { controllerName: 'example.com/gateway' },
      status: { supportedFeatures },
    });
    const { routerObjects, world } = await gathered();
    expect(routerObjects.gateways).toEqual([
      {
        parent: 'Gateway gateway/public',
        className: 'some',
        controllerName: 'example.com/gateway',
        supportedFeatures,
      },
      { parent: 'Gateway ml/gone' },
      { parent: 'Service gateway/public' },
    ]);
    expect(world.traffic.lacking.mirror).toContain('Gateway ml/gone');
  });

  it('takes nothing of an earlier ModelDeployment of this name for ours', async () => {
    bed.api.put(object());
    putAllOf(earlier);
    await bed.clock.settle();
    expect(bed.dependencies.cache.owned(key).deployments).toHaveLength(1);
    const pod = { ...object(), apiVersion: 'v1', kind: 'Pod' };
    const labels = { 'understudy.dev/model-deployment': 'model', 'understudy.dev/revision': revision };
    bed.api.put({ ...pod, metadata: { namespace: 'ml', name: 'pod', labels } });
    // The dry run is answered that the name is taken, which is no refusal.
    const { world, routerObjects, revisions, rollouts } = await gathered();
    expect(world.revisions).toEqual([]);
    expect(world.rollouts).toEqual([]);
    expect(world.traffic.apex).toBeUndefined();
    expect(world.birthRefused).toBeUndefined();
    expect(routerObjects.revisionServices).toEqual([]);
    expect(routerObjects.apexService).toBeUndefined();
    expect([...revisions.keys(), ...rollouts.keys()]).toEqual([]);
    // Pods belong to Deployments: their label counts, so that none is overlooked (law 3).
    expect(routerObjects.pods).toHaveLength(1);
  });

  it('passes over what is on its way out', async () => {
    bed.api.put(object());
    putAllOf(owner);
    for (const [kind, name] of [
      ['Deployment', `model-${revision}`],
      ['Service', 'model'],
    ] as const) {
      const live = bed.api.find(kind, name)!;
      bed.api.put({ ...live, metadata: { ...live.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
    }
    const { world } = await gathered();
    expect(world.revisions).toEqual([]);
    expect(world.traffic.apex).toBeUndefined();
  });

  it('asks by a dry run about a revision that is not born, and shows who has our name', async () => {
    bed.api.put(object());
    const theirs = bed.api.put({
      ...apexService(owner, { kind: 'live' }, { port: 80, targetPort: 80 }),
      metadata: { namespace: 'ml', name: 'model' },
    });
    await bed.dependencies.foreignObjects.met(
      apexService(owner, { kind: 'live' }, { port: 80, targetPort: 80 }),
    );
    const { routerObjects, world } = await gathered();
    expect(bed.api.dryRuns).toBe(1);
    expect(routerObjects.apexService).toEqual(theirs);
    expect(world.traffic.problem?.reason).toBe('ServiceConflict');
  });

  it('is undefined for one that is gone, and throws for one that breaks the rules', async () => {
    expect(await gather(key, bed.dependencies)).toBeUndefined();
    bed.api.put({ ...object(), spec: { ...object()['spec'], replicas: -1 } });
    await expect(gathered()).rejects.toBeInstanceOf(InvalidModelDeploymentError);
    // Each time anew: only what was accepted is remembered.
    await expect(gathered()).rejects.toBeInstanceOf(InvalidModelDeploymentError);
  });

  it('knows where the Gateway API is missing', async () => {
    await bed.stop();
    bed = new ControllerBed();
    bed.api.server.uninstall({ kind: 'HTTPRoute' });
    await bed.start();
    bed.api.put(object());
    expect((await gathered()).routerObjects.gatewayAPIInstalled).toBe(false);
  });
});
