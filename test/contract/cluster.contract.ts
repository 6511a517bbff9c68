import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Cluster, WatchEvent } from '../../src/kubernetes/cluster.ts';
import { resourceKinds, type KubernetesObject } from '../../src/kubernetes/resource.ts';
import { deploymentObject, leaseObject, serviceObject } from './cluster-objects.ts';
import { type ClusterUnderContract, ContractBed, nameOf } from './contract-bed.ts';

const { lease, service, deployment } = resourceKinds;
const contractLabel = 'understudy.dev/contract';

/**
 * What every adapter of the `Cluster` port promises. Written against what the API server does: an adapter that passes
 * here can stand for it, as far as the controller can tell.
 */
export function clusterContract(name: string, makeCluster: () => Promise<ClusterUnderContract>): void {
  describe(`cluster contract: ${name}`, () => {
    const bed = new ContractBed('contract', makeCluster);
    const { run } = bed;
    let cluster: Cluster;

    beforeAll(() => {
      ({ cluster } = bed);
    });

    const metadata = (labels: Record<string, string> = {}) => ({
      ...bed.next(),
      labels: { [contractLabel]: run, ...labels },
    });
    const leaseOf = (holder: string, labels?: Record<string, string>) =>
      leaseObject(metadata(labels), holder);
    const serviceOf = () => serviceObject(metadata());
    const create = (object: KubernetesObject) => bed.create(object);
    const pinnedTo = (object: KubernetesObject) => {
      const { namespace, name: itsName, uid, resourceVersion } = object.metadata;
      return { namespace, name: itsName, uid, resourceVersion };
    };
    const failure = (kind: string) => expect.objectContaining({ name: 'ClusterError', kind });

    it('the log of a pod that is not there is notFound', async () => {
      const asked = cluster.log(bed.next(), { tailLines: 1, limitBytes: 1 });
      await expect(asked).rejects.toEqual(failure('notFound'));
    });

    describe('create and get', () => {
      it('gives the object a uid, a version and a time, and get finds it', async () => {
        const created = await create(leaseOf('a'));
        expect(created.metadata).toMatchObject({
          uid: expect.stringMatching(/.+/),
          resourceVersion: expect.stringMatching(/.+/),
          creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        });
        expect(await cluster.get(lease, nameOf(created))).toEqual(created);
      });

      it('of a name that is taken is alreadyExists', async () => {
        const created = await create(leaseOf('a'));
        const again = { ...leaseOf('b'), metadata: { ...nameOf(created) } };
        await expect(cluster.create(again)).rejects.toEqual(failure('alreadyExists'));
        expect((await cluster.get(lease, nameOf(created))).spec.holderIdentity).toBe('a');
      });

      it('of a field that the kind does not know is invalid', async () => {
        const object = leaseOf('a');
        object.spec.holderIdentiti = 'b';
        await expect(cluster.create(object)).rejects.toEqual(failure('invalid'));
      });

      it('as a dry run answers and changes nothing', async () => {
        const object = leaseOf('a');
        expect((await cluster.create(object, { dryRun: true })).spec.holderIdentity).toBe('a');
        await expect(cluster.get(lease, nameOf(object))).rejects.toEqual(failure('notFound'));
      });

      it('get of an absent object is notFound', async () => {
        await expect(cluster.get(lease, nameOf(leaseOf('a')))).rejects.toEqual(failure('notFound'));
      });
    });

    describe('list', () => {
      it('holds what the label selector asks for, and says what each item is', async () => {
        const first = await create(leaseOf('a', { side: 'left' }));
        await create(leaseOf('b', { side: 'right' }));
        const labelSelector = `${contractLabel}=${run},side=left`;
        const { items } = await cluster.list(lease, { namespace: bed.namespace, labelSelector });
        expect(items).toEqual([first]);
      });

      it('comes in pages, of one version', async () => {
        for (const holder of ['a', 'b', 'c']) await create(leaseOf(holder, { paged: 'yes' }));
        const scope = {
          namespace: bed.namespace,
          labelSelector: `${contractLabel}=${run},paged=yes`,
          limit: 2,
        };
        const first = await cluster.list(lease, scope);
        expect(first.items).toHaveLength(2);
        expect(first.continueToken).toBeTruthy();
        const second = await cluster.list(lease, { ...scope, continueToken: first.continueToken! });
        expect(second.items).toHaveLength(1);
        expect(second.continueToken).toBeUndefined();
        expect(second.resourceVersion).toBe(first.resourceVersion);
        const holders = [...first.items, ...second.items].map((item) => item.spec.holderIdentity);
        expect(holders.sort()).toEqual(['a', 'b', 'c']);
      });

      it('looks into all namespaces when none is named', async () => {
        const created = await create(leaseOf('a'));
        const { items } = await cluster.list(lease, { labelSelector: `${contractLabel}=${run}` });
        expect(items).toContainEqual(created);
      });
    });

    describe('replace', () => {
      it('changes the object and its version', async () => {
        const created = await create(leaseOf('a'));
        const replaced = await cluster.replace({ ...created, spec: { holderIdentity: 'b' } });
        expect(replaced.spec).toEqual({ holderIdentity: 'b' });
        expect(replaced.metadata.uid).toBe(created.metadata.uid);
        expect(replaced.metadata.resourceVersion).not.toBe(created.metadata.resourceVersion);
      });

      it('from an old version is a conflict, and changes nothing (law 16)', async () => {
        const created = await create(leaseOf('a'));
        const replaced = await cluster.replace({ ...created, spec: { holderIdentity: 'b' } });
        const stale = cluster.replace({ ...created, spec: { holderIdentity: 'c' } });
        await expect(stale).rejects.toEqual(failure('conflict'));
        expect(await cluster.get(lease, nameOf(created))).toEqual(replaced);
      });

      it('that changes nothing leaves the version as it is (law 15)', async () => {
        const created = await create(leaseOf('a'));
        const { metadata: after } = await cluster.replace(created);
        expect(after.resourceVersion).toBe(created.metadata.resourceVersion);
      });

      it('does not bring back an object that was deleted', async () => {
        const created = await create(leaseOf('a'));
        await cluster.delete(lease, nameOf(created));
        await expect(cluster.replace(created)).rejects.toEqual(
          expect.objectContaining({ name: 'ClusterError' }),
        );
        await expect(cluster.get(lease, nameOf(created))).rejects.toEqual(failure('notFound'));
      });
    });

    describe('apply', () => {
      it('sets what it names, leaves what others set, and takes away what it named before', async () => {
        const created = await create(serviceOf());
        const base = { apiVersion: 'v1', kind: 'Service' };
        const annotated = { ...nameOf(created), annotations: { ours: 'yes' } };
        const applied = await cluster.apply({ ...base, metadata: annotated });
        expect(applied.metadata.annotations).toEqual({ ours: 'yes' });
        expect(applied.metadata.labels).toEqual(created.metadata.labels);
        expect(applied.spec).toEqual(created.spec);
        const without = await cluster.apply({ ...base, metadata: nameOf(created) });
        expect(without.metadata.annotations).toBeUndefined();
        expect(without.spec).toEqual(created.spec);
      });

      it('that changes nothing leaves the version as it is (law 15)', async () => {
        const created = await create(serviceOf());
        const object = {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { ...nameOf(created), annotations: { ours: 'yes' } },
        };
        const first = await cluster.apply(object);
        const second = await cluster.apply(object);
        expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
      });

      it('pinned to an old version is a conflict (law 16)', async () => {
        const created = await create(serviceOf());
        const object = {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: pinnedTo(created) as KubernetesObject['metadata'],
        };
        const changed = { ...object, metadata: { ...object.metadata, annotations: { a: '1' } } };
        await cluster.apply(changed);
        await expect(cluster.apply(changed)).rejects.toEqual(failure('conflict'));
      });

      it('pinned to an object that is gone is a conflict, and does not bring it back', async () => {
        const created = await create(serviceOf());
        await cluster.delete(service, nameOf(created));
        const pinned = { ...serviceOf(), metadata: pinnedTo(created) as KubernetesObject['metadata'] };
        await expect(cluster.apply(pinned)).rejects.toEqual(failure('conflict'));
        await expect(cluster.get(service, nameOf(created))).rejects.toEqual(failure('notFound'));
      });

      it('pinned to a version without a uid is refused', async () => {
        const created = await create(serviceOf());
        const { uid: _, ...half } = pinnedTo(created);
        const object = { apiVersion: 'v1', kind: 'Service', metadata: half as KubernetesObject['metadata'] };
        await expect(cluster.apply(object)).rejects.toEqual(failure('invalid'));
      });

      it('of a field that the kind does not know is invalid', async () => {
        const created = await create(serviceOf());
        const object = {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: nameOf(created),
          spec: { selektor: {} },
        };
        await expect(cluster.apply(object)).rejects.toEqual(failure('invalid'));
      });

      it('to the status writes the status and nothing else', async () => {
        const created = await create(serviceOf());
        const condition = {
          type: 'Contract',
          status: 'True',
          reason: 'Tested',
          message: '',
          lastTransitionTime: '2026-01-02T03:04:05Z',
        };
        const applied = await cluster.apply(
          {
            apiVersion: 'v1',
            kind: 'Service',
            metadata: pinnedTo(created) as KubernetesObject['metadata'],
            spec: { selector: { app: 'another' } },
            status: { conditions: [condition] },
          },
          { subresource: 'status' },
        );
        expect(applied.status.conditions).toEqual([condition]);
        expect(applied.spec).toEqual(created.spec);
      });
    });

    describe('patch', () => {
      const path = '/spec/holderIdentity';

      it('changes what it names when its tests hold', async () => {
        const created = await create(leaseOf('a'));
        const patched = await cluster.patch(lease, nameOf(created), [
          { op: 'test', path: '/metadata/uid', value: created.metadata.uid },
          { op: 'test', path: '/metadata/resourceVersion', value: created.metadata.resourceVersion },
          { op: 'replace', path, value: 'b' },
        ]);
        expect(patched.spec).toEqual({ holderIdentity: 'b' });
      });

      it('whose test fails is a conflict, and changes nothing (law 16)', async () => {
        const created = await create(leaseOf('a'));
        const operations = [
          { op: 'test' as const, path, value: 'z' },
          { op: 'replace' as const, path, value: 'b' },
        ];
        await expect(cluster.patch(lease, nameOf(created), operations)).rejects.toEqual(failure('conflict'));
        expect(await cluster.get(lease, nameOf(created))).toEqual(created);
      });

      it('whose content is wrong is invalid, also when its tests hold', async () => {
        const created = await create(leaseOf('a'));
        const operations = [
          { op: 'test' as const, path, value: 'a' },
          { op: 'add' as const, path: '/spec/leaseDurationSeconds', value: -1 },
        ];
        await expect(cluster.patch(lease, nameOf(created), operations)).rejects.toEqual(failure('invalid'));
      });

      it('of an absent object is notFound', async () => {
        const operations = [{ op: 'remove' as const, path }];
        const absent = cluster.patch(lease, nameOf(leaseOf('a')), operations);
        await expect(absent).rejects.toEqual(failure('notFound'));
      });
    });

    it('the generation counts changes of the spec only, and scale is written by its subresource', async () => {
      const created = await create(deploymentObject(metadata()));
      expect(created.metadata.generation).toBe(1);
      const labelled = await cluster.patch(deployment, nameOf(created), [
        { op: 'add', path: '/metadata/labels/more', value: 'yes' },
      ]);
      expect(labelled.metadata.generation).toBe(1);
      const scale = await cluster.patch(
        deployment,
        nameOf(created),
        [{ op: 'replace', path: '/spec/replicas', value: 1 }],
        { subresource: 'scale' },
      );
      expect(scale).toMatchObject({ kind: 'Scale', spec: { replicas: 1 } });
      const scaled = await cluster.get(deployment, nameOf(created));
      expect(scaled.spec.replicas).toBe(1);
      expect(scaled.metadata.generation).toBe(2);
    });

    describe('delete', () => {
      it('takes the object away; a second one is notFound', async () => {
        const created = await create(leaseOf('a'));
        await cluster.delete(lease, nameOf(created), { uid: created.metadata.uid! });
        await expect(cluster.get(lease, nameOf(created))).rejects.toEqual(failure('notFound'));
        await expect(cluster.delete(lease, nameOf(created))).rejects.toEqual(failure('notFound'));
      });

      it.each([
        ['uid', { uid: '00000000-0000-0000-0000-000000000000' }],
        ['version', { resourceVersion: '1' }],
      ])('of another %s is a conflict, and takes nothing away (law 16)', async (_, precondition) => {
        const created = await create(leaseOf('a'));
        await expect(cluster.delete(lease, nameOf(created), precondition)).rejects.toEqual(
          failure('conflict'),
        );
        expect(await cluster.get(lease, nameOf(created))).toEqual(created);
      });

      it('of an object with a finalizer marks it, and it goes with the finalizer', async () => {
        const object = leaseOf('a');
        object.metadata.finalizers = ['understudy.dev/contract'];
        const created = await create(object);
        await cluster.delete(lease, nameOf(created));
        const marked = await cluster.get(lease, nameOf(created));
        expect(marked.metadata.deletionTimestamp).toBeTruthy();
        await cluster.patch(lease, nameOf(created), [
          { op: 'test', path: '/metadata/finalizers/0', value: 'understudy.dev/contract' },
          { op: 'remove', path: '/metadata/finalizers' },
        ]);
        await expect(cluster.get(lease, nameOf(created))).rejects.toEqual(failure('notFound'));
      });
    });

    describe('watch', () => {
      const scope = () => ({
        namespace: bed.namespace,
        labelSelector: `${contractLabel}=${run},watched=yes`,
      });

      it('tells every change after its version, in order, and ends when its time is over', async () => {
        const before = await create(leaseOf('before', { watched: 'yes' }));
        const { resourceVersion } = await cluster.list(lease, scope());
        const { signal } = new AbortController();
        const events: WatchEvent[] = [];
        const watching = (async () => {
          const options = { ...scope(), resourceVersion, timeoutSeconds: 2, signal };
          for await (const event of cluster.watch(lease, options)) events.push(event);
        })();
        const created = await create(leaseOf('a', { watched: 'yes' }));
        await create(leaseOf('unseen'));
        const replaced = await cluster.replace({ ...created, spec: { holderIdentity: 'b' } });
        await cluster.delete(lease, nameOf(created));
        await watching;
        const changes = events.flatMap((event) => (event.type === 'BOOKMARK' ? [] : [event]));
        expect(changes.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
        expect(changes[0]?.object).toEqual(created);
        expect(changes[1]?.object).toEqual(replaced);
        expect(changes[2]?.object.metadata).toMatchObject({ uid: created.metadata.uid });
        expect(changes.some(({ object }) => object.metadata.uid === before.metadata.uid)).toBe(false);
      });

      it('tells a label that is taken away as a deletion', async () => {
        const created = await create(leaseOf('a', { watched: 'yes' }));
        const stop = new AbortController();
        const options = { ...scope(), timeoutSeconds: 10, signal: stop.signal };
        const resourceVersion = created.metadata.resourceVersion!;
        const watching = cluster.watch(lease, { ...options, resourceVersion });
        const events = watching[Symbol.asyncIterator]();
        await cluster.patch(lease, nameOf(created), [{ op: 'remove', path: '/metadata/labels/watched' }]);
        expect(await events.next()).toMatchObject({ value: { type: 'DELETED' } });
        stop.abort();
        await events.return?.();
      });

      it('ends without an error when it is aborted', async () => {
        const { resourceVersion } = await cluster.list(lease, scope());
        const signal = AbortSignal.timeout(200);
        const options = { ...scope(), resourceVersion, timeoutSeconds: 30, signal };
        const seen: string[] = [];
        for await (const event of cluster.watch(lease, options)) seen.push(event.type);
        expect(seen.filter((type) => type !== 'BOOKMARK')).toEqual([]);
      });
    });
  });
}
