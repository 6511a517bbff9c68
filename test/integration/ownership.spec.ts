import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { labels } from '../../src/api/group.ts';
import { type KubernetesObject, type ResourceKind, resourceKinds } from '../../src/kubernetes/resource.ts';
import { controllerUser, isWrite, readAuditLog } from '../support/audit-log.ts';
import { modelDeployment } from '../support/model-deployment.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';
import { WatchedModel, conditionOf } from '../support/watched-model.ts';

jest.setTimeout(180_000);

/** What belongs to whom: objects of others are never touched, and what is ours goes with its ModelDeployment. */
let bed: TestBed;

beforeAll(async () => {
  bed = await TestBed.start();
  await bed.installController();
}, 600_000);

afterAll(() => bed?.stop(), 60_000);

const quick = { strategy: { canary: { steps: [{ weight: 20, hold: '1s' }], bake: { duration: '1s' } } } };

const foreignRoute = (name: string) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name, namespace: 'default' },
  spec: {
    parentRefs: [{ name: 'public', namespace: 'gateway' }],
    hostnames: ['foreign.example.com'],
    rules: [{ backendRefs: [{ name: 'somebody', port: 80, weight: 7 }] }],
  },
});

const foreignService = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: { selector: { app: 'somebody' }, ports: [{ port: 1234 }] },
});

/** Writes of the controller to one object. */
const writesTo = (resource: string, name: string) =>
  readAuditLog(bed.cluster.auditLogPath).filter(
    (request) =>
      request.user === controllerUser &&
      isWrite(request) &&
      request.resource === resource &&
      request.name === name,
  );

describe('an object of somebody else that has a name which is needed', () => {
  async function isTakenOver(
    name: string,
    kind: ResourceKind,
    make: (name: string) => KubernetesObject,
    reason: string,
  ): Promise<void> {
    const before = await bed.apply(make(name));
    const model = new WatchedModel(bed, name, quick);
    await model.apply({ version: '1' });
    const status = await model.until('says so', ({ phase }) => phase === 'Failed');
    expect(conditionOf(status, 'TrafficApplied')).toBe(`False ${reason}`);
    expect(conditionOf(status, 'Stalled')).toBe(`True ${reason}`);
    expect(status.message).toMatch(new RegExp(`${name} exists and belongs to`));
    // Others are not delayed.
    await WatchedModel.serve(bed, `beside-${name}`, { version: '1' });
    const after = await bed.get(kind, name);
    expect(after?.['spec']).toEqual(before['spec']);
    expect(after?.metadata.ownerReferences).toBeUndefined();
    expect(writesTo(kind.plural, name).filter(({ code }) => code < 300)).toEqual([]);

    await bed.delete(kind, name);
    // Looked at every 30 s.
    await model.until('serves', ({ phase }) => phase === 'Healthy', { timeoutMs: 90_000 });
    const own = await bed.get(kind, name);
    expect(own?.metadata.ownerReferences).toMatchObject([{ kind: 'ModelDeployment', name }]);
  }

  // Most of it is the wait of 30 s, so that all kinds wait at once.
  it('HTTPRoute and Service: are said in a condition, never touched, and taken over when they are gone', async () => {
    await Promise.all([
      isTakenOver('route', resourceKinds.httpRoute, foreignRoute, 'RouteConflict'),
      isTakenOver('service', resourceKinds.service, foreignService, 'ServiceConflict'),
    ]);
  });
});

describe('two ModelDeployments', () => {
  it('are independent: one fails and one succeeds at the same time, and each has what is its own', async () => {
    const [left, right] = await Promise.all([
      WatchedModel.serve(bed, 'left', { version: '1', spec: { ...quick, progressDeadline: '5s' } }),
      WatchedModel.serve(bed, 'right', { version: '1', spec: quick }),
    ]);
    const loads = [left.load({ rate: 50 }), right.load({ rate: 50 })];
    await Promise.all([
      left.apply({ version: '2', env: { NEVER_READY: 'true' } }),
      right.apply({ version: '2' }),
    ]);
    const [failed, promoted] = await Promise.all([left.outcome(1), right.outcome(1)]);
    expect(failed.status).toMatchObject({ outcome: 'Failed', reason: 'ProgressDeadlineExceeded' });
    expect(promoted.status?.outcome).toBe('Promoted');
    await Promise.all([left.untilReplicas('v2', 0), right.untilReplicas('v1', 0)]);
    for (const load of loads) {
      await load.stop();
      expect(load.failuresOnTheWay()).toEqual([]);
    }
    expect(Object.keys(loads[0]!.counts())).toEqual(['v1 200']);
    expect(left.splits().every((split) => !/v2=[1-9]/.test(split))).toBe(true);
    expect(right.splits().at(-1)).toBe('v2=1000');
  });

  it('of one name in two namespaces share nothing', async () => {
    const kind = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } };
    await bed.apply(kind);
    await waitFor('the namespace can have pods', () =>
      bed.user.get('/api/v1/namespaces/other/serviceaccounts/default').then(({ status }) => status === 200),
    );
    const here = await WatchedModel.serve(bed, 'twin', { version: '1', spec: quick });
    // One host name belongs to one route: the other is reached by its Service.
    const spec = { traffic: { service: {} } };
    await bed.apply(modelDeployment({ name: 'twin', namespace: 'other', version: '9', spec }));
    await waitFor('the other serves', async () => (await bed.statusOf('twin', 'other')).phase === 'Healthy');
    const there = await bed.statusOf('twin', 'other');
    expect(there.stable?.revision).not.toBe(here.revisionOf('v1'));
    expect((await here.status()).stable?.revision).toBe(here.revisionOf('v1'));
    await bed.delete(resourceKinds.modelDeployment, 'twin', 'other');
    await waitFor(
      'the other is gone',
      async () => (await bed.list(resourceKinds.deployment, 'other')).length === 0,
    );
    expect((await here.status()).phase).toBe('Healthy');
    expect((await here.deployment('v1'))?.spec.replicas).toBe(2);
  });
});

describe('deletion of a ModelDeployment', () => {
  const kinds = [
    resourceKinds.deployment,
    resourceKinds.service,
    resourceKinds.httpRoute,
    resourceKinds.modelRollout,
    resourceKinds.pod,
    resourceKinds.endpointSlice,
  ];
  const leftOf = async (name: string): Promise<string[]> => {
    const lists = await Promise.all(
      kinds.map((kind) => bed.list(kind, 'default', `${labels.modelDeployment}=${name}`)),
    );
    return lists.flat().map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  };

  it.each([
    ['settled', 'Healthy'],
    ['rolling', 'Progressing'],
  ])('%s: everything that is its own goes', async (name, phase) => {
    const model = await WatchedModel.serve(bed, name, {
      version: '1',
      spec: { strategy: { canary: { steps: [{ weight: 20, hold: '600s' }] } } },
    });
    if (phase === 'Progressing') {
      await model.apply({ version: '2' });
      await model.until('is at 20%', ({ traffic }) => traffic?.acknowledged && traffic.applied === 20);
    }
    expect((await leftOf(name)).length).toBeGreaterThan(4);
    await bed.delete(resourceKinds.modelDeployment, name);
    await waitFor(`nothing of ${name} is left`, async () => {
      const left = await leftOf(name);
      if (left.length > 0) throw new Error(left.join(', '));
      return true;
    });
    expect(await bed.get(resourceKinds.modelDeployment, name)).toBeUndefined();
  });

  it('and made again under its name: it is a new one', async () => {
    const model = await WatchedModel.serve(bed, 'settled', { version: '3', spec: quick });
    expect((await model.status()).stable?.revision).toBe(model.revisionOf('v3'));
    await model.apply({ version: '4' });
    const rollout = await model.outcome(1);
    expect(rollout.status?.outcome).toBe('Promoted');
  });
});
