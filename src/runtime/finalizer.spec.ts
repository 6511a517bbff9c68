import { beforeEach, describe, expect, it } from '@jest/globals';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import type { JsonPatchOperation } from '../kubernetes/cluster.ts';
import { type KubernetesObject, resourceKinds } from '../kubernetes/resource.ts';
import { addFinalizer, hasFinalizer, removeFinalizer, withFinalizer } from './finalizer.ts';
import { StrictCluster } from './testing/strict-cluster.ts';
import { thing } from './testing/things.ts';

const kind = resourceKinds.modelDeployment;
const finalizer = 'understudy.dev/adopted';
const pin = { op: 'test', path: '/metadata/uid', value: 'uid-a' };

describe('finalizer', () => {
  const log: string[] = [];
  let operations: JsonPatchOperation[] | undefined;
  let failure: ClusterError | undefined;
  const cluster = new StrictCluster({
    patch: async (_kind, { namespace, name }, given) => {
      log.push(`patch ${namespace}/${name}`);
      operations = given;
      if (failure) throw failure;
      return thing('a', 'v2', { finalizers: [finalizer] });
    },
  });
  const branches = (object: KubernetesObject) => ({
    ...{ cluster, kind, object, finalizer },
    apply: async (seen: KubernetesObject) => {
      log.push(`apply ${seen.metadata.resourceVersion} ${hasFinalizer(seen, finalizer)}`);
      return 'applied';
    },
    cleanup: async () => void log.push('cleanup'),
  });
  const deleted = (finalizers: string[]) =>
    thing('a', 'v1', { finalizers, deletionTimestamp: '2026-01-01T00:00:00Z' });

  beforeEach(() => {
    log.length = 0;
    operations = failure = undefined;
  });

  it('is on before anything else is done', async () => {
    expect(await withFinalizer(branches(thing('a')))).toBe('applied');
    expect(log).toEqual(['patch ns/a', 'apply v2 true']);
    expect(operations).toEqual([
      pin,
      { op: 'test', path: '/metadata/resourceVersion', value: 'v1' },
      { op: 'add', path: '/metadata/finalizers', value: [finalizer] },
    ]);
  });

  it('is added behind those of others, which are pinned', async () => {
    await addFinalizer(cluster, kind, thing('a', 'v1', { finalizers: ['other'] }), finalizer);
    expect(operations).toEqual([
      pin,
      { op: 'test', path: '/metadata/finalizers', value: ['other'] },
      { op: 'add', path: '/metadata/finalizers/-', value: finalizer },
    ]);
  });

  it('costs no request when it is on', async () => {
    await withFinalizer(branches(thing('a', 'v1', { finalizers: [finalizer] })));
    expect(log).toEqual(['apply v1 true']);
  });

  it('does nothing when it cannot be put on', async () => {
    failure = new ClusterError('conflict', 'the test failed');
    await expect(withFinalizer(branches(thing('a')))).rejects.toBe(failure);
    expect(log).toEqual(['patch ns/a']);
  });

  it('comes off last, after the cleanup', async () => {
    expect(await withFinalizer(branches(deleted(['other', finalizer])))).toBeUndefined();
    expect(log).toEqual(['cleanup', 'patch ns/a']);
    expect(operations).toEqual([
      pin,
      { op: 'test', path: '/metadata/finalizers', value: ['other', finalizer] },
      { op: 'remove', path: '/metadata/finalizers/1' },
    ]);
  });

  it('stays on when the cleanup fails', async () => {
    const cleanup = async () => Promise.reject(new Error('not yet'));
    await expect(withFinalizer({ ...branches(deleted([finalizer])), cleanup })).rejects.toThrow('not yet');
    expect(log).toEqual([]);
  });

  it('leaves an object alone that is being deleted without it', async () => {
    await withFinalizer(branches(deleted(['other'])));
    expect(log).toEqual([]);
  });

  it('does not mind an object that is gone already, but a conflict', async () => {
    failure = new ClusterError('notFound', 'gone');
    await removeFinalizer(cluster, kind, deleted([finalizer]), finalizer);
    failure = new ClusterError('conflict', 'changed');
    await expect(removeFinalizer(cluster, kind, deleted([finalizer]), finalizer)).rejects.toBe(failure);
    await removeFinalizer(cluster, kind, thing('a'), finalizer);
    expect(log).toHaveLength(2);
  });
});
