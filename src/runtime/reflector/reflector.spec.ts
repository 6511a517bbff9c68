import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ClusterError } from '../../kubernetes/cluster-error.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { RecordingLogger } from '../testing/recording-logger.ts';
import { VersionedServer } from '../testing/versioned-server.ts';
import { VirtualClock } from '../virtual-clock.ts';
import type { ReflectorOptions } from './reflector-options.ts';
import { Reflector } from './reflector.ts';

const unreachable = () => new ClusterError('unreachable', 'connection refused');

describe('Reflector', () => {
  let clock: VirtualClock;
  let server: VersionedServer;
  let logger: RecordingLogger;
  let reflector: Reflector;
  let seen: string[];

  function start(options: Partial<ReflectorOptions> = {}): void {
    const { cluster, kind } = server;
    // Without chance: the delays are the full ones.
    reflector = new Reflector({ cluster, kind, clock, logger, random: () => 0, ...options });
    reflector.addHandler(({ type, key }) => seen.push(`${type} ${key}`));
    reflector.start();
  }

  beforeEach(() => {
    clock = new VirtualClock();
    server = new VersionedServer(clock);
    logger = new RecordingLogger();
    seen = [];
  });
  afterEach(async () => {
    await reflector.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it('lists in pages, swaps, says that it has synced, and watches from there', async () => {
    for (const name of ['a', 'b', 'c']) server.put(name);
    start({ timings: { pageSize: 2 } });
    await reflector.whenSynced();
    expect(reflector.hasSynced).toBe(true);
    await reflector.whenSynced();
    expect(seen).toEqual(['add ns/a', 'add ns/b', 'add ns/c']);
    await clock.settle();
    server.put('a');
    server.remove('b');
    await clock.settle();
    expect(seen.slice(3)).toEqual(['update ns/a', 'delete ns/b']);
    expect(reflector.status()).toMatchObject({
      ...{ kind: 'Thing', state: 'Watching', objects: 2, lists: 1, watches: 1, events: 5 },
      ...{ absent: false, failure: undefined, lastEventAtMs: clock.now() },
    });
  });

  it('asks for bookmarkable watches of 290 s, and up to a fifth less by chance', async () => {
    start({ scope: { namespace: 'ns', labelSelector: 'x=y' }, random: () => 0.999 });
    await clock.settle();
    expect(server.watched[0]).toMatchObject({
      timeoutSeconds: 233,
      resourceVersion: 'v1',
      labelSelector: 'x=y',
    });
    await reflector.stop();
    start();
    await clock.settle();
    expect(server.watched[1]).toMatchObject({ timeoutSeconds: 290 });
  });

  it('resumes at once from the last version when the server closes the watch', async () => {
    start();
    await clock.advance(2000);
    server.put('a');
    server.bookmark();
    await clock.settle();
    server.endWatches();
    await clock.settle();
    expect(server.watched.map(({ resourceVersion }) => resourceVersion)).toEqual(['v1', 'v2']);
    expect(server.lists).toBe(1);
  });

  it('does not resume at once a watch that was closed at once', async () => {
    start();
    await clock.settle();
    server.endWatches();
    await clock.advance(799);
    expect(server.watched).toHaveLength(1);
    expect(reflector.status().failure).toMatchObject({ kind: 'unreachable', attempts: 1 });
    await clock.advance(1);
    expect(server.watched).toHaveLength(2);
  });

  it('waits 0.8 s, doubling to 30 s, while it fails, and says so once', async () => {
    server.failures.push(...Array.from({ length: 8 }, unreachable));
    start();
    const lists: number[] = [];
    for (let second = 0; second < 1200; second += 1) {
      if (server.lists > lists.length) lists.push(clock.monotonic());
      await clock.advance(100);
    }
    const gaps = lists.slice(1).map((atMs, index) => atMs - lists[index]!);
    expect(gaps).toEqual([800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
    expect(logger.at('warn')).toEqual(['Thing cannot be read: connection refused']);
    expect(logger.at('info')).toEqual(['Thing can be read again']);
  });

  it('forgets its failures after two healthy minutes, not after a mere connect', async () => {
    start();
    await clock.settle();
    const waitAfterBreak = async () => {
      const before = server.watched.length;
      const brokenAtMs = clock.monotonic();
      server.endWatches(unreachable());
      await clock.advanceUntil(() => server.watched.length > before, 100_000);
      return clock.monotonic() - brokenAtMs;
    };
    expect(await waitAfterBreak()).toBe(800);
    expect(await waitAfterBreak()).toBe(1600);
    await clock.advance(100_000);
    expect(await waitAfterBreak()).toBe(3200);
    await clock.advance(200_000);
    expect(await waitAfterBreak()).toBe(800);
  });

  it('waits as long as the server asks', async () => {
    server.failures.push(new ClusterError('throttled', 'slow down', { status: 429, retryAfterMs: 7000 }));
    start();
    await clock.advance(6999);
    expect(server.lists).toBe(1);
    await clock.advance(1);
    expect(server.lists).toBe(2);
  });

  it.each(['unauthorized', 'forbidden', 'notFound'] as const)(
    'tries %s for ever, and shows it',
    async (kind) => {
      server.failures.push(...Array.from({ length: 40 }, () => new ClusterError(kind, 'no')));
      start();
      await clock.advance(600_000);
      expect(reflector.status()).toMatchObject({
        state: 'Empty',
        hasSynced: false,
        failure: { kind, message: 'no' },
      });
      expect(reflector.status().failure!.attempts).toBeGreaterThan(15);
      await clock.advance(1_000_000);
      expect(reflector.status()).toMatchObject({ state: 'Watching', hasSynced: true, failure: undefined });
    },
  );

  it('lists again at once when a version grew too old, and tells what happened meanwhile', async () => {
    for (const name of ['kept', 'gone', 'replaced']) server.put(name);
    start();
    await clock.settle();
    server.bookmark();
    await clock.settle();
    server.endWatches(new ClusterError('expired', 'compacted'));
    server.remove('gone');
    server.remove('replaced');
    server.put('replaced');
    server.compact();
    await clock.settle();
    expect(server.lists).toBe(2);
    expect(seen.slice(3)).toEqual(['delete ns/gone', 'delete ns/replaced', 'add ns/replaced']);
  });

  it('makes no storm of lists when every watch is refused as too old', async () => {
    server.beforePage = () => {
      server.failures.length = 0;
    };
    start();
    for (let step = 0; step < 600; step += 1) {
      server.failures[0] ??= new ClusterError('expired', 'too old');
      server.endWatches(new ClusterError('expired', 'too old'));
      await clock.advance(100);
    }
    expect(server.lists).toBeLessThan(12);
  });

  it('gives up a watch that hangs 15 s over its time, and resumes it', async () => {
    start();
    await clock.settle();
    server.hangs = true;
    await clock.advance(304_999);
    expect(server.watched).toHaveLength(1);
    await clock.advance(1);
    expect(server.watched).toHaveLength(2);
    expect(logger.at('warn')).toEqual(['the watch of Thing went silent and is resumed']);
    server.hangs = false;
    server.endWatches();
  });

  it('gives up a list that hangs', async () => {
    server.hangs = true;
    start();
    await clock.advance(60_000);
    expect(reflector.status().failure).toMatchObject({ kind: 'unreachable' });
    server.hangs = false;
    await clock.advance(800);
    expect(reflector.hasSynced).toBe(true);
  });

  it('takes an optional kind that is not served as empty, and finds it when it is installed', async () => {
    const notServed = () => new ClusterError('notFound', 'no such kind', { status: 404 });
    server.failures.push(notServed(), notServed());
    start({ optional: true });
    await clock.settle();
    expect(reflector.status()).toMatchObject({
      hasSynced: true,
      absent: true,
      objects: 0,
      failure: undefined,
    });
    server.put('a');
    await clock.advance(59_999);
    expect(reflector.status().absent).toBe(true);
    await clock.advance(1);
    expect(reflector.status()).toMatchObject({ absent: false, state: 'Watching' });
    expect(seen).toEqual(['add ns/a']);
    server.failures.push(notServed(), notServed());
    await clock.advance(5000);
    server.endWatches();
    await clock.advance(5000);
    expect(reflector.status()).toMatchObject({ absent: true, hasSynced: true });
    expect(seen).toEqual(['add ns/a', 'delete ns/a']);
  });

  it('lets no handler, transform or index function break the stream', async () => {
    server.put('a');
    start({
      transform: (object) => {
        if (object.metadata.name === 'b') throw new Error('transform');
        return object;
      },
    });
    const told: string[] = [];
    reflector.addHandler(({ key }) => {
      throw new Error(`handler of ${key}`);
    });
    reflector.addHandler((async () => {
      throw new Error('late');
    }) as () => void);
    reflector.addHandler(({ key }) => told.push(key));
    reflector.addIndex('bad', () => {
      throw new Error('index');
    });
    await clock.settle();
    server.put('b');
    await clock.settle();
    expect(told).toEqual(['ns/a', 'ns/b']);
    expect(logger.at('error')).toEqual(
      expect.arrayContaining([
        'a handler of Thing threw: handler of ns/a',
        'a handler of Thing threw: late',
        'the transform of Thing threw: transform',
        'index bad of Thing threw: index',
      ]),
    );
    expect(reflector.status()).toMatchObject({ state: 'Watching', failure: undefined, lists: 1 });
  });

  it('keeps objects without managedFields', async () => {
    server.put('a', { spec: { x: 1 } });
    start();
    await clock.settle();
    server.put('b');
    await clock.settle();
    for (const object of reflector.store.list()) expect(object.metadata).not.toHaveProperty('managedFields');
    expect((reflector.store.get('ns/a') as KubernetesObject)['spec']).toEqual({ x: 1 });
  });

  it('tells a handler that comes late what is there, and one that left nothing', async () => {
    server.put('a');
    start();
    await clock.settle();
    const told: string[] = [];
    const leave = reflector.addHandler(({ type, key }) => told.push(`${type} ${key}`));
    leave();
    server.put('b');
    await clock.settle();
    expect(told).toEqual(['add ns/a']);
  });

  it.each([
    ['a list', async () => void (server.hangs = true)],
    ['a watch', async () => {}],
    ['a wait', async () => void server.failures.push(unreachable())],
  ])('stops during %s, and emits nothing afterwards', async (_what, prepare) => {
    await prepare();
    start();
    await clock.settle();
    await reflector.stop();
    const emitted = seen.length;
    server.put('z');
    await clock.advance(100_000);
    expect(seen).toHaveLength(emitted);
    expect(server.openWatches).toBe(0);
    expect(() => reflector.start()).toThrow('started before');
  });
});
