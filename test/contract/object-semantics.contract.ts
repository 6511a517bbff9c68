import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Cluster, WatchEvent } from '../../src/kubernetes/cluster.ts';
import { ClusterError } from '../../src/kubernetes/cluster-error.ts';
import { type KubernetesObject, resourceKindOf, resourceKinds } from '../../src/kubernetes/resource.ts';
import { unseenStatus } from '../../src/api/unseen-status.ts';
import { waitFor } from '../support/wait-for.ts';
import { type ClusterUnderContract, ContractBed, nameOf } from './contract-bed.ts';
import {
  deploymentObject,
  httpRouteObject,
  modelDeploymentObject,
  serviceObject,
} from './cluster-objects.ts';

const { service, deployment, modelDeployment } = resourceKinds;
/** The collector looks for new kinds every half a minute. */
const collectorTimeoutMs = 90_000;

/**
 * What the API server does to objects of the kinds that the controller writes, as far as the controller depends on it: who owns
 * which field, what counts as a change, what goes with what. The cluster needs the CRDs of the Gateway API and ours.
 */
export function objectSemanticsContract(
  name: string,
  makeCluster: () => Promise<ClusterUnderContract>,
): void {
  describe(`object semantics: ${name}`, () => {
    const bed = new ContractBed('semantics', makeCluster, 240_000);
    const { run, made } = bed;
    let cluster: Cluster;

    beforeAll(() => {
      ({ cluster } = bed);
    });

    const metadata = (more: Partial<KubernetesObject['metadata']> = {}) => ({
      ...bed.next(),
      ...more,
    });
    const create = (object: KubernetesObject) => bed.create(object);
    const live = (object: KubernetesObject) => cluster.get(resourceKindOf(object), nameOf(object));
    /** Applies to an object what is given of it, without a precondition. */
    const apply = (object: KubernetesObject, fields: Record<string, unknown>, meta: object = {}) => {
      const { apiVersion, kind } = object;
      return cluster.apply({ apiVersion, kind, metadata: { ...nameOf(object), ...meta }, ...fields });
    };
    const failure = (kind: string) => expect.objectContaining({ name: 'ClusterError', kind });
    const gone = async (object: KubernetesObject): Promise<boolean> => {
      try {
        await live(object);
        return false;
      } catch (error) {
        if (ClusterError.is(error, 'notFound')) return true;
        throw error;
      }
    };
    const ownedBy = ({ apiVersion, kind, metadata: { name: its, uid = '' } }: KubernetesObject) => [
      { apiVersion, kind, name: its, uid },
    ];

    describe('the fields that were applied', () => {
      it('make the object when it is not there, and are all of it then', async () => {
        const applied = await cluster.apply(serviceObject(metadata({ labels: { a: '1' } })));
        made.push(applied);
        const without = await apply(applied, {
          spec: { ports: [{ port: 80, protocol: 'TCP', name: 'http' }] },
        });
        expect(without.metadata.labels).toBeUndefined();
        expect(without.spec.selector).toBeUndefined();
      });

      it('go when they are applied no more, but not what somebody else has set as well', async () => {
        const created = await create(serviceObject(metadata({ annotations: { theirs: '1' } })));
        await apply(created, {}, { annotations: { theirs: '1', ours: '1' } });
        const without = await apply(created, {});
        expect(without.metadata.annotations).toEqual({ theirs: '1' });
      });

      it('belong to who applied them when their value was taken from somebody', async () => {
        const created = await create(serviceObject(metadata({ annotations: { a: '1' } })));
        const applied = await apply(created, {}, { annotations: { a: '2' } });
        expect(applied.metadata.annotations).toEqual({ a: '2' });
        expect((await apply(created, {})).metadata.annotations).toBeUndefined();
      });

      it('belong to who changed them since', async () => {
        const created = await create(serviceObject(metadata()));
        await apply(created, {}, { annotations: { a: '1' } });
        await cluster.patch(service, nameOf(created), [
          { op: 'replace', path: '/metadata/annotations/a', value: '2' },
        ]);
        expect((await apply(created, {})).metadata.annotations).toEqual({ a: '2' });
      });

      it('of a keyed list are items: those of others stay beside them', async () => {
        const created = await create(serviceObject(metadata()));
        const port = { name: 'more', port: 81, protocol: 'TCP', targetPort: 81 };
        const applied = await apply(created, { spec: { ports: [port] } });
        const ports = (object: KubernetesObject) =>
          object.spec.ports.map((one: { port: number }) => one.port);
        expect(ports(applied)).toEqual([80, 81]);
        expect(ports(await apply(created, {}))).toEqual([80]);
      });

      it('of an atomic map or list replace it as a whole', async () => {
        const created = await create(serviceObject(metadata()));
        const applied = await apply(created, { spec: { selector: { app: 'b', tier: 'c' } } });
        expect(applied.spec.selector).toEqual({ app: 'b', tier: 'c' });
        expect((await apply(created, { spec: { selector: { tier: 'c' } } })).spec.selector).toEqual({
          tier: 'c',
        });
        const route = await create(httpRouteObject(metadata(), { a: 900, b: 100 }));
        const split = httpRouteObject(nameOf(route), { b: 1000 });
        const names = (await apply(route, { spec: split.spec })).spec.rules[0].backendRefs as {
          name: string;
        }[];
        expect(names.map((one) => one.name)).toEqual(['b']);
      });

      it('leave a pod template alone that was created, and count as a change of the spec', async () => {
        const created = await create(deploymentObject(metadata()));
        const applied = await apply(created, { spec: { replicas: 0, progressDeadlineSeconds: 77 } });
        expect(applied.spec.template).toEqual(created.spec.template);
        expect(applied.spec.progressDeadlineSeconds).toBe(77);
        expect(applied.metadata.generation).toBe(2);
      });

      it('make a new version the first time, since they have a new owner, and none the second time', async () => {
        const created = await create(deploymentObject(metadata({ labels: { a: '1' } })));
        const same = { spec: { progressDeadlineSeconds: 600 } };
        const [first, second] = [await apply(created, same), await apply(created, same)];
        expect(first.metadata.resourceVersion).not.toBe(created.metadata.resourceVersion);
        expect(first.metadata.generation).toBe(1);
        expect(second.spec).toEqual(first.spec);
      });
    });

    describe('spec and status', () => {
      const condition = (type: string, status = 'True') => ({
        type,
        status,
        reason: 'Tested',
        message: '',
        lastTransitionTime: '2026-01-02T03:04:05Z',
      });
      const status = { subresource: 'status' } as const;
      const applyStatus = (object: KubernetesObject, value: object) => {
        const { apiVersion, kind } = object;
        return cluster.apply({ apiVersion, kind, metadata: nameOf(object), status: value }, status);
      };

      it('are written apart: each write leaves the other alone, and only the spec counts as a generation', async () => {
        const created = await create({ ...modelDeploymentObject(metadata()), status: { phase: 'Healthy' } });
        // Only the default of the CRD: what a creation says of the status is nobody's.
        expect(created.status).toEqual(unseenStatus);
        expect(created.metadata.generation).toBe(1);
        const told = await applyStatus(created, { phase: 'Pending', conditions: [condition('Ready')] });
        expect(told.metadata.generation).toBe(1);
        const edited = await cluster.replace({ ...told, spec: { ...told.spec, paused: true }, status: {} });
        expect(edited.metadata.generation).toBe(2);
        expect(edited.status).toEqual(told.status);
        const replaced = await cluster.replace({ ...edited, spec: {}, status: { phase: 'Paused' } }, status);
        expect(replaced.status).toEqual({ phase: 'Paused' });
        expect(replaced.spec).toEqual(edited.spec);
      });

      it('a status says what was applied last, and no more', async () => {
        const created = await create(modelDeploymentObject(metadata()));
        await applyStatus(created, {
          phase: 'Pending',
          message: 'a',
          conditions: [condition('Ready'), condition('Paused')],
        });
        const applied = await applyStatus(created, {
          phase: 'Healthy',
          conditions: [condition('Paused', 'False')],
        });
        expect(applied.status).toEqual({
          ...unseenStatus,
          phase: 'Healthy',
          conditions: [condition('Paused', 'False')],
        });
      });

      it('the conditions have the order in which they were applied last, with those of others among them', async () => {
        const created = await create(modelDeploymentObject(metadata()));
        const apply = (...types: string[]) =>
          applyStatus(created, { conditions: types.map((type) => condition(type)) });
        const types = ({ status: { conditions } }: KubernetesObject) =>
          (conditions as { type: string }[]).map(({ type }) => type);
        await apply('Ready', 'Paused');
        const told = await apply('Available', 'Paused', 'Promoted', 'Ready');
        expect(types(told)).toEqual(['Available', 'Paused', 'Promoted', 'Ready']);
        const conditions = [condition('Theirs'), ...told.status.conditions, condition('Others')];
        await cluster.replace({ ...told, status: { ...told.status, conditions } }, status);
        expect(types(await apply('Ready', 'Stalled', 'Available'))).toEqual([
          'Theirs',
          'Ready',
          'Others',
          'Stalled',
          'Available',
        ]);
      });

      it('of ours are judged by the rules of the CRDs', async () => {
        const object = modelDeploymentObject(metadata());
        const wrong = { ...object, spec: { ...object.spec, replicas: -1 } };
        await expect(cluster.create(wrong)).rejects.toEqual(failure('invalid'));
        const unknown = { ...object, spec: { ...object.spec, replikas: 1 } };
        await expect(cluster.create(unknown)).rejects.toEqual(failure('invalid'));
        const created = await create(object);
        await expect(applyStatus(created, { phase: 'Splendid' })).rejects.toEqual(failure('invalid'));
        expect((await live(created)).metadata.resourceVersion).toBe(created.metadata.resourceVersion);
      });

      it('the scale of ours is that of the spec, with the selector of the status', async () => {
        const created = await create(modelDeploymentObject(metadata()));
        await applyStatus(created, { replicas: 2, selector: 'app=a' });
        const operations = [{ op: 'replace' as const, path: '/spec/replicas', value: 3 }];
        const scale = await cluster.patch(modelDeployment, nameOf(created), operations, {
          subresource: 'scale',
        });
        expect(scale).toMatchObject({ spec: { replicas: 3 }, status: { replicas: 2, selector: 'app=a' } });
        expect((await live(created)).metadata.generation).toBe(2);
      });

      it('what a route leaves out is filled in', async () => {
        const { spec } = await create(httpRouteObject(metadata(), { a: undefined }));
        expect(spec.parentRefs[0]).toMatchObject({ group: 'gateway.networking.k8s.io', kind: 'Gateway' });
        expect(spec.rules[0].matches).toEqual([{ path: { type: 'PathPrefix', value: '/' } }]);
        expect(spec.rules[0].backendRefs).toEqual([
          { group: '', kind: 'Service', name: 'a', port: 80, weight: 1 },
        ]);
      });

      it('a Deployment is refused by a dry run as by a create', async () => {
        const object = deploymentObject(metadata());
        object.spec.template.spec.containers[0].image = '';
        await expect(cluster.create(object, { dryRun: true })).rejects.toEqual(failure('invalid'));
      });
    });

    describe('the end of an object', () => {
      it('that waits for a finalizer counts as a change, and others see it coming', async () => {
        const created = await create(
          modelDeploymentObject(metadata({ finalizers: ['understudy.dev/contract'] })),
        );
        const watching = new AbortController();
        const events: WatchEvent['type'][] = [];
        const watch = (async () => {
          const { resourceVersion = '' } = created.metadata;
          const fieldSelector = `metadata.name=${created.metadata.name}`;
          const scope = { namespace: bed.namespace, fieldSelector, resourceVersion };
          const options = { ...scope, timeoutSeconds: 30, signal: watching.signal };
          for await (const { type } of cluster.watch(modelDeployment, options)) events.push(type);
        })();
        await cluster.delete(modelDeployment, nameOf(created));
        const marked = await live(created);
        expect(marked.metadata.deletionTimestamp).toBeTruthy();
        expect(marked.metadata.generation).toBe(2);
        await cluster.delete(modelDeployment, nameOf(created));
        await cluster.patch(modelDeployment, nameOf(created), [
          { op: 'remove', path: '/metadata/finalizers' },
        ]);
        expect(await gone(created)).toBe(true);
        await waitFor('the watch has told it', () => Promise.resolve(events.includes('DELETED')));
        watching.abort();
        await watch;
        expect(events.filter((type) => type !== 'BOOKMARK').at(0)).toBe('MODIFIED');
      });

      it(
        'takes along what it owns',
        async () => {
          const owner = await create(modelDeploymentObject(metadata()));
          const owned = await create(serviceObject(metadata({ ownerReferences: ownedBy(owner) })));
          const free = await create(serviceObject(metadata()));
          await cluster.delete(modelDeployment, nameOf(owner), { propagation: 'Background' });
          expect(await gone(owner)).toBe(true);
          await waitFor('what was owned is gone', () => gone(owned));
          expect(await gone(free)).toBe(false);
        },
        collectorTimeoutMs,
      );

      it(
        'waits for what it owns in the foreground, and lets it be as an orphan',
        async () => {
          const owner = await create(modelDeploymentObject(metadata()));
          const owned = await create(serviceObject(metadata({ ownerReferences: ownedBy(owner) })));
          await cluster.delete(modelDeployment, nameOf(owner), { propagation: 'Foreground' });
          await waitFor('both are gone', async () => (await gone(owned)) && (await gone(owner)));
          const another = await create(modelDeploymentObject(metadata()));
          const orphan = await create(serviceObject(metadata({ ownerReferences: ownedBy(another) })));
          await cluster.delete(modelDeployment, nameOf(another), { propagation: 'Orphan' });
          await waitFor('the owner is gone', () => gone(another));
          expect((await live(orphan)).metadata.ownerReferences).toBeUndefined();
        },
        collectorTimeoutMs,
      );

      it(
        'comes to what names an owner that is not there any more',
        async () => {
          const owner = await create(modelDeploymentObject(metadata()));
          await cluster.delete(modelDeployment, nameOf(owner));
          const owned = await create(serviceObject(metadata({ ownerReferences: ownedBy(owner) })));
          await waitFor('what was owned is gone', () => gone(owned));
        },
        collectorTimeoutMs,
      );
    });

    it('a label that is added is an addition for one who watches by it', async () => {
      const created = await create(serviceObject(metadata()));
      const stop = new AbortController();
      const { resourceVersion = '' } = created.metadata;
      const scope = {
        namespace: bed.namespace,
        labelSelector: `understudy.dev/contract=${run}`,
        resourceVersion,
      };
      const watching = cluster.watch(service, { ...scope, timeoutSeconds: 10, signal: stop.signal });
      const events = watching[Symbol.asyncIterator]();
      const labels = { 'understudy.dev/contract': run };
      await cluster.patch(service, nameOf(created), [{ op: 'add', path: '/metadata/labels', value: labels }]);
      expect(await events.next()).toMatchObject({ value: { type: 'ADDED' } });
      stop.abort();
      await events.return?.();
    });

    it('a Deployment without pods is complete at once, and says of which generation', async () => {
      const created = await create(deploymentObject(metadata()));
      await waitFor('its controller has looked at it', async () => {
        const { status: told } = await cluster.get(deployment, nameOf(created));
        const progressing = (told?.conditions ?? []).find(
          (one: { type: string }) => one.type === 'Progressing',
        );
        return told?.observedGeneration === 1 && progressing?.reason === 'NewReplicaSetAvailable';
      });
    });
  });
}
