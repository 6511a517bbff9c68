import { beforeEach, describe, expect, it } from '@jest/globals';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import { resourceKinds } from '../kubernetes/resource.ts';
import { Reflector } from './reflector/reflector.ts';
import { RecordingLogger } from './testing/recording-logger.ts';
import { type ClusterMethods, StrictCluster } from './testing/strict-cluster.ts';
import { thing } from './testing/things.ts';
import { VersionedServer } from './testing/versioned-server.ts';
import { VirtualClock } from './virtual-clock.ts';
import { WriteTracker } from './write-tracker.ts';
import { WriteTrackingCluster } from './write-tracking-cluster.ts';

describe('WriteTracker', () => {
  let clock: VirtualClock;
  let server: VersionedServer;
  let reflector: Reflector;
  let tracker: WriteTracker;
  const stale = (key = 'ns/a') => tracker.staleSince(server.kind, key);

  beforeEach(async () => {
    clock = new VirtualClock();
    server = new VersionedServer(clock);
    const { cluster, kind } = server;
    reflector = new Reflector({ cluster, kind, clock, logger: new RecordingLogger(), random: () => 0 });
    tracker = new WriteTracker(clock);
    tracker.connect(reflector);
    server.put('a');
    reflector.start();
    await clock.advance(5000);
  });

  it('holds an object for stale from our write until the cache has it', async () => {
    expect(stale()).toBeUndefined();
    tracker.wrote(server.kind, server.put('a'));
    expect(stale()).toBe(5000);
    expect(stale('ns/b')).toBeUndefined();
    await clock.settle();
    expect(stale()).toBeUndefined();
    expect(tracker.pending).toBe(0);
  });

  it('goes on waiting while older versions come', async () => {
    const ours = server.put('a');
    tracker.wrote(server.kind, { ...ours, metadata: { ...ours.metadata, resourceVersion: 'v99' } });
    await clock.settle();
    expect(stale()).toBe(5000);
  });

  it('does not wait for what the watch showed before the answer came', async () => {
    const ours = server.put('a');
    server.put('a');
    await clock.settle();
    tracker.wrote(server.kind, ours);
    expect(stale()).toBeUndefined();
    expect(tracker.pending).toBe(0);
  });

  it('does not wait after a write that changed nothing', async () => {
    const current = reflector.store.get('ns/a')!;
    // Far more versions than are remembered have passed since.
    for (let index = 0; index < 1100; index += 1) server.put('b');
    await clock.settle();
    tracker.wrote(server.kind, current);
    expect(stale()).toBeUndefined();
    expect(tracker.pending).toBe(0);
  });

  it('takes a list that began after the write, and not one that began before it', async () => {
    const ours = thing('a', 'missed', { uid: reflector.store.get('ns/a')!.metadata.uid });
    const relist = async () => {
      server.bookmark();
      await clock.settle();
      server.endWatches(new ClusterError('expired', 'compacted'));
      await clock.settle();
    };
    let answerPage = () => {};
    server.beforePage = () => new Promise((resolve) => (answerPage = resolve));
    await relist();
    await clock.advance(10);
    tracker.wrote(server.kind, ours);
    answerPage();
    await clock.advance(2000);
    expect(server.lists).toBe(2);
    expect(stale()).toBe(5010);
    server.beforePage = () => {};
    await relist();
    expect(server.lists).toBe(3);
    expect(stale()).toBeUndefined();
  });

  it('takes a deletion for newer than any write', async () => {
    tracker.wrote(server.kind, {
      ...server.put('a'),
      metadata: { ...server.put('a').metadata, resourceVersion: 'x' },
    });
    await clock.settle();
    expect(stale()).toBeDefined();
    server.remove('a');
    await clock.settle();
    expect(stale()).toBeUndefined();
  });

  it.each([
    ['gone', () => server.remove('a')],
    ['going', () => server.put('a', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } })],
    ['another', () => (server.remove('a'), server.put('a'))],
  ])('holds a deleted object for stale until it is %s', async (_what, happen) => {
    tracker.deleted(server.kind, reflector.store.get('ns/a')!);
    expect(stale()).toBe(5000);
    server.put('a');
    await clock.settle();
    expect(stale()).toBe(5000);
    happen();
    await clock.settle();
    expect(stale()).toBeUndefined();
  });

  it('waits until all are fresh, for as long as the caller likes', async () => {
    const objects = [{ kind: server.kind, key: 'ns/a' }];
    expect(await tracker.whenFresh(objects, 1000)).toBe(true);
    const ours = thing('a', 'v3', { uid: reflector.store.get('ns/a')!.metadata.uid });
    tracker.wrote(server.kind, ours);
    const inTime = tracker.whenFresh(objects, 1000);
    await clock.advance(300);
    server.put('a');
    await clock.settle();
    expect(await inTime).toBe(true);
    expect(clock.monotonic()).toBe(5300);

    tracker.wrote(server.kind, { ...ours, metadata: { ...ours.metadata, resourceVersion: 'never' } });
    const tooLate = tracker.whenFresh(objects, 1000);
    await clock.advance(1000);
    expect(await tooLate).toBe(false);
    const controller = new AbortController();
    const aborted = tracker.whenFresh(objects, 1000, controller.signal);
    controller.abort();
    expect(await aborted).toBe(false);
    expect(await tracker.whenFresh(objects, 1000, controller.signal)).toBe(false);
  });

  it('knows nothing of kinds without a cache', () => {
    tracker.wrote(resourceKinds.pod, thing('a'));
    tracker.deleted(resourceKinds.pod, thing('a'));
    tracker.relisted(resourceKinds.pod, 0);
    tracker.observe(resourceKinds.pod, { type: 'add', key: 'ns/a', object: thing('a') });
    expect(tracker.staleSince(resourceKinds.pod, 'ns/a')).toBeUndefined();
    expect(tracker.pending).toBe(0);
  });

  describe('WriteTrackingCluster', () => {
    const name = { namespace: 'ns', name: 'a' };
    const answer = thing('a', 'v-new');
    const methods: ClusterMethods = Object.fromEntries(
      ['get', 'create', 'apply', 'patch', 'replace', 'delete', 'evict'].map((verb) => [
        verb,
        async () => answer,
      ]),
    );
    const cluster = () => new WriteTrackingCluster(new StrictCluster(methods), tracker);
    const writes: [string, () => Promise<unknown>][] = [
      ['create', () => cluster().create(answer)],
      ['apply', () => cluster().apply(answer)],
      ['replace', () => cluster().replace(answer, { subresource: 'status' })],
      ['patch', () => cluster().patch(server.kind, name, [])],
      [
        'delete',
        () => cluster().delete(server.kind, name, { uid: reflector.store.get('ns/a')!.metadata.uid }),
      ],
    ];

    it.each(writes)('notes each %s', async (_verb, write) => {
      await write();
      expect(stale()).toBe(5000);
    });

    it('notes an evicted pod until it is going', async () => {
      const { store } = reflector;
      tracker.connect({ kind: resourceKinds.pod, store, addHandler: () => {}, onRelist: () => {} });
      const { uid } = store.get('ns/a')!.metadata;
      await cluster().evict(name, { uid, dryRun: true });
      expect(tracker.staleSince(resourceKinds.pod, 'ns/a')).toBeUndefined();
      await cluster().evict(name, { uid });
      expect(tracker.staleSince(resourceKinds.pod, 'ns/a')).toBe(5000);
      server.put('a', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } });
      await clock.settle();
      expect(tracker.staleSince(resourceKinds.pod, 'ns/a')).toBeUndefined();
    });

    it('notes no read, no dry run, no scale, and no deletion of just a name', async () => {
      await cluster().get(server.kind, name);
      await cluster().apply(answer, { dryRun: true });
      await cluster().patch(server.kind, name, [], { subresource: 'scale' });
      await cluster().delete(server.kind, name);
      expect(tracker.pending).toBe(0);
    });

    it('passes reads on', async () => {
      const through = new WriteTrackingCluster(server.cluster, tracker);
      expect((await through.list(server.kind)).items).toHaveLength(1);
      const options = { resourceVersion: 'v1', timeoutSeconds: 10, signal: new AbortController().signal };
      for await (const event of through.watch(server.kind, options)) {
        expect(event.type).toBe('ADDED');
        break;
      }
    });
  });
});
