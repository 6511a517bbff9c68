import { beforeEach, describe, expect, it } from '@jest/globals';
import * as objects from '../../test/support/router-objects.ts';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import { revisionDeployment } from './objects/revision-deployment.ts';
import { identifyRevision } from '../domain/revision/revision-hash.ts';
import { previewService } from '../routers/objects/preview-service.ts';
import { ForeignObjects } from './foreign-objects.ts';
import { NotedCluster } from './testing/noted-cluster.ts';

const key = 'ml/sentiment';
const { uid } = objects.owner;
const wanted = (): KubernetesObject => ({
  ...objects.apexSelecting({ kind: 'revision', revision: objects.stable }),
});
const foreign = (): KubernetesObject => {
  const service = wanted();
  service.metadata = { namespace: 'ml', name: 'sentiment' };
  return service;
};
const failure = (work: Promise<unknown>) => work.then(() => undefined).catch((error: unknown) => error);

let api: NotedCluster;
let found: ForeignObjects;
beforeEach(() => {
  api = new NotedCluster();
  found = new ForeignObjects(api.cluster);
});

describe('ForeignObjects', () => {
  it('reads what has the name, and knows it from then on', async () => {
    expect(found.service(key)).toBeUndefined();
    const stored = api.put(foreign());
    await found.met(wanted());
    expect(found.service(key)).toEqual(stored);
    expect(found.httpRoute(key)).toBeUndefined();
    expect(api.noted).toEqual([]);
  });

  it('our own is a conflict: only the cache is behind', async () => {
    api.put(wanted());
    expect(ClusterError.is(await failure(found.met(wanted())), 'conflict')).toBe(true);
    expect(found.service(key)).toBeUndefined();
    expect(await found.refresh(key, uid)).toBe(false);
  });

  it('an object of an earlier ModelDeployment of this name is foreign', async () => {
    const earlier = wanted();
    earlier.metadata.ownerReferences![0]!.uid = 'uid-of-the-earlier';
    api.put(earlier);
    await found.met(wanted());
    expect(found.service(key)?.metadata.ownerReferences).toEqual(earlier.metadata.ownerReferences);
  });

  it('one that is gone by now is a conflict: a new pass may create it', async () => {
    expect(ClusterError.is(await failure(found.met(wanted())), 'conflict')).toBe(true);
    expect(found.service(key)).toBeUndefined();
  });

  it('one of ours that lost our label is known until it has it again', async () => {
    const unlabelled = wanted();
    unlabelled.metadata.labels = {};
    const stored = api.put(unlabelled);
    expect(ClusterError.is(await failure(found.met(wanted())), 'conflict')).toBe(true);
    expect(found.service(key)).toEqual(stored);
    expect(await found.refresh(key, uid)).toBe(true);
    api.put(wanted());
    expect(await found.refresh(key, uid)).toBe(false);
    expect(found.service(key)).toBeUndefined();
  });

  it('looks again, and sees that the way is free; where nothing was in the way it asks nobody', async () => {
    expect(await found.refresh(key, uid)).toBe(false);
    expect(api.reads).toEqual([]);
    api.put(foreign());
    await found.met(wanted());
    const changed = api.put({ ...foreign(), spec: { selector: { app: 'theirs' } } });
    expect(await found.refresh(key, uid)).toBe(true);
    expect(found.service(key)).toEqual(changed);
    api.remove('Service', 'sentiment');
    expect(await found.refresh(key, uid)).toBe(false);
    expect(found.service(key)).toBeUndefined();
    api.reads.length = 0;
    await found.refresh(key, uid);
    expect(api.reads).toEqual([]);
  });

  it('keeps nothing that nobody looks up, and nothing of what is forgotten', async () => {
    const revisionService = objects.revisionServiceOf(objects.stable);
    api.put({ ...revisionService, metadata: { namespace: 'ml', name: revisionService.metadata.name } });
    await found.met(revisionService);
    expect(found.service(`ml/${revisionService.metadata.name}`)).toBeUndefined();
    api.put(foreign());
    await found.met(wanted());
    found.forget(key);
    expect(found.service(key)).toBeUndefined();
  });

  it('knows what stands in the way of a preview, too', async () => {
    const preview = previewService(objects.owner, objects.candidate, { port: 80, targetPort: 'http' });
    const theirs = api.put({ ...preview, metadata: { namespace: 'ml', name: 'sentiment-preview' } });
    await found.met(preview);
    expect(found.service('ml/sentiment-preview')).toEqual(theirs);
    expect(found.service(key)).toBeUndefined();
    expect(await found.refresh(key, uid)).toBe(true);
    api.remove('Service', 'sentiment-preview');
    expect(await found.refresh(key, uid)).toBe(false);
    api.put(theirs);
    await found.met(preview);
    found.forget(key);
    expect(found.service('ml/sentiment-preview')).toBeUndefined();
  });

  it('asks about no other kind', async () => {
    const identity = identifyRevision({ serving: { workload: { template: objects.template } } }, []);
    const settings = { replicas: 1, progressDeadlineMs: 1_000, drainUntilMs: undefined };
    await found.met(revisionDeployment(objects.owner, identity, settings));
    expect(api.reads).toEqual([]);
  });

  it('a read that fails is thrown, and what was known stays', async () => {
    api.put(foreign());
    await found.met(wanted());
    const broken = new ForeignObjects({
      get: () => Promise.reject(new ClusterError('unreachable', 'nobody there')),
    } as never);
    await expect(broken.met(wanted())).rejects.toThrow('nobody there');
    expect(found.service(key)).toBeDefined();
  });
});
