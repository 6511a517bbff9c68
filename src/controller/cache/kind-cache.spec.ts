import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as objects from '../../../test/support/router-objects.ts';
import { type KubernetesObject, keyOf, resourceKinds } from '../../kubernetes/resource.ts';
import { Reflector } from '../../runtime/reflector/reflector.ts';
import { RecordingLogger } from '../../runtime/testing/recording-logger.ts';
import { VirtualClock } from '../../runtime/virtual-clock.ts';
import { NotedCluster } from '../testing/noted-cluster.ts';
import { KindCache } from './kind-cache.ts';

const podIn = (namespace: string, suffix: string): KubernetesObject => {
  const pod = objects.pod(objects.stable, suffix);
  return { ...pod, metadata: { ...pod.metadata, namespace, name: suffix, uid: `${namespace}-${suffix}` } };
};

let api: NotedCluster;
let clock: VirtualClock;
let cache: KindCache;

beforeEach(() => {
  api = new NotedCluster();
  clock = new VirtualClock();
  cache = new KindCache(
    ['ml', 'nlp'].map(
      (namespace) =>
        new Reflector({
          cluster: api.cluster,
          clock,
          logger: new RecordingLogger(),
          kind: resourceKinds.pod,
          scope: { namespace },
          optional: true,
        }),
    ),
  );
});
afterEach(() => cache.stop());

describe('one kind in several namespaces', () => {
  it('is read as one', async () => {
    api.put(podIn('ml', 'a'));
    api.put(podIn('nlp', 'a'));
    api.put(podIn('other', 'a'));
    cache.addIndex('by-name', ({ metadata }) => [metadata.name]);
    const seen: string[] = [];
    cache.addHandler(({ type, key }) => seen.push(`${type} ${key}`));
    expect(cache.hasSynced).toBe(false);
    cache.start();
    await clock.settle();
    expect(cache.hasSynced).toBe(true);
    expect(cache.keys()).toEqual(['ml/a', 'nlp/a']);
    expect(cache.list().map(keyOf)).toEqual(['ml/a', 'nlp/a']);
    expect(cache.get('nlp/a')?.metadata.uid).toBe('nlp-a');
    expect(cache.get('other/a')).toBeUndefined();
    expect(cache.byIndex('by-name', 'a')).toHaveLength(2);
    api.put(podIn('nlp', 'b'));
    await clock.settle();
    api.remove('Pod', 'a', 'ml');
    await clock.settle();
    expect(seen).toEqual(['add ml/a', 'add nlp/a', 'add nlp/b', 'delete ml/a']);
    expect(cache.byIndex('by-name', 'a').map(keyOf)).toEqual(['nlp/a']);
  });

  it('is absent only when it is so in all of them', async () => {
    expect(cache.absent).toBe(false);
    api.server.uninstall({ kind: 'Pod' });
    cache.start();
    await clock.settle();
    expect(cache.absent).toBe(true);
    expect(cache.hasSynced).toBe(true);
    api.server.install({ kind: 'Pod' });
    await clock.advance(60_000);
    expect(cache.absent).toBe(false);
  });
});
