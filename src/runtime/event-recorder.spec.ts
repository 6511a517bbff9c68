import { beforeEach, describe, expect, it } from '@jest/globals';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import type { JsonPatchOperation } from '../kubernetes/cluster.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import { cut, type EventNote } from './event-record.ts';
import { EventRecorder, type EventRecorderOptions } from './event-recorder.ts';
import { RecordingLogger } from './testing/recording-logger.ts';
import { type ClusterMethods, StrictCluster } from './testing/strict-cluster.ts';
import { thing } from './testing/things.ts';
import { VirtualClock } from './virtual-clock.ts';

const note = (fields: Partial<EventNote> = {}): EventNote => ({
  regarding: thing('a'),
  type: 'Normal',
  reason: 'StepEntered',
  action: 'Promote',
  note: 'weight 5 to 25',
  ...fields,
});

describe('EventRecorder', () => {
  let clock: VirtualClock;
  let logger: RecordingLogger;
  let created: KubernetesObject[];
  let patched: { name: string; operations: JsonPatchOperation[] }[];

  function recorder(
    options: Partial<EventRecorderOptions> = {},
    methods: ClusterMethods = {},
  ): EventRecorder {
    let id = 0;
    const cluster = new StrictCluster({
      create: async (event) => {
        created.push(structuredClone(event));
        return event;
      },
      patch: async (_kind, { name }, operations) => {
        patched.push({ name, operations });
        return thing(name);
      },
      ...methods,
    });
    const source = { reportingController: 'understudy.dev/controller', reportingInstance: 'pod-1' };
    return new EventRecorder({
      cluster,
      clock,
      logger,
      newId: () => `id${(id += 1)}`,
      ...source,
      ...options,
    });
  }

  beforeEach(() => {
    clock = new VirtualClock();
    logger = new RecordingLogger();
    created = [];
    patched = [];
  });

  it('writes an event with all that the API demands, in the namespace of its object', async () => {
    recorder().record(note({ related: thing('b') }));
    // Nothing was sent in the caller's turn.
    expect(created).toEqual([]);
    await clock.settle();
    const reference = (name: string) => ({
      ...{
        apiVersion: 'test/v1',
        kind: 'Thing',
        name,
        namespace: 'ns',
        uid: `uid-${name}`,
        resourceVersion: 'v1',
      },
    });
    expect(created).toEqual([
      {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { name: 'a.id1', namespace: 'ns' },
        regarding: reference('a'),
        related: reference('b'),
        type: 'Normal',
        reason: 'StepEntered',
        action: 'Promote',
        note: 'weight 5 to 25',
        reportingController: 'understudy.dev/controller',
        reportingInstance: 'pod-1',
        eventTime: '2026-01-01T00:00:00.000000Z',
      },
    ]);
  });

  it('puts events of what has no namespace into default', async () => {
    recorder().record(note({ regarding: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } } }));
    await clock.settle();
    expect(created[0]).toMatchObject({
      metadata: { namespace: 'default' },
      regarding: { kind: 'Node', name: 'n' },
    });
  });

  it('makes a series of equal events within six minutes, and changes nothing else', async () => {
    const events = recorder();
    for (let index = 0; index < 3; index += 1) {
      events.record(note());
      await clock.advance(5 * 60_000);
    }
    expect(created).toHaveLength(1);
    const series = (count: number, lastObservedTime: string) => ({
      name: 'a.id1',
      operations: [{ op: 'add', path: '/series', value: { count, lastObservedTime } }],
    });
    expect(patched).toEqual([
      series(2, '2026-01-01T00:05:00.000000Z'),
      series(3, '2026-01-01T00:10:00.000000Z'),
    ]);
    await clock.advance(60_001);
    events.record(note());
    await clock.settle();
    expect(created).toHaveLength(2);
  });

  it('keeps events apart that differ in anything that a user sees', async () => {
    const events = recorder();
    events.record(note());
    events.record(note({ note: 'other' }));
    events.record(note({ reason: 'Other' }));
    events.record(note({ action: 'Other' }));
    events.record(note({ type: 'Warning' }));
    events.record(note({ regarding: thing('a', 'v1', { uid: 'another' }) }));
    await clock.settle();
    expect(created).toHaveLength(6);
  });

  it('writes repeats that come before the first is written with it', async () => {
    const events = recorder();
    for (let index = 0; index < 100; index += 1) events.record(note());
    await clock.settle();
    expect(created).toHaveLength(1);
    expect(created[0]!['series']).toEqual({ count: 100, lastObservedTime: '2026-01-01T00:00:00.000000Z' });
    expect(patched).toEqual([]);
    expect(events.figures()).toMatchObject({ recorded: 100, written: 1, buffered: 0 });
  });

  it('begins anew when the server has forgotten the event', async () => {
    const events = recorder({}, { patch: async () => Promise.reject(new ClusterError('notFound', 'gone')) });
    events.record(note());
    await clock.advance(60_000);
    events.record(note());
    await clock.settle();
    expect(created.map(({ metadata }) => metadata.name)).toEqual(['a.id1', 'a.id2']);
    expect(created[1]).toMatchObject({ eventTime: '2026-01-01T00:01:00.000000Z' });
    expect(created[1]).not.toHaveProperty('series');
  });

  it('never throws and never waits, whatever it is given and however sick the server is', async () => {
    const events = recorder({}, { create: () => new Promise(() => {}) });
    events.record(note());
    events.record({} as EventNote);
    for (let index = 0; index < 2000; index += 1) events.record(note({ regarding: thing(`x${index}`) }));
    expect(events.figures()).toMatchObject({ buffered: 1000, dropped: { bufferFull: 1001, failed: 1 } });
    await clock.advance(10_000);
    expect(events.figures().dropped.failed).toBe(2);
    expect(logger.at('warn')).toEqual(['an event was not written: the event did not end within 10000 ms']);
    const stopped = events.stop(0);
    await clock.advance(1);
    await stopped;
    expect(events.figures()).toMatchObject({ buffered: 0, dropped: { stopped: 999 } });
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not repeat a write that failed, for it may have happened', async () => {
    let calls = 0;
    const events = recorder(
      {},
      {
        create: async (event) => {
          calls += 1;
          expect(event).not.toHaveProperty('series');
          throw new ClusterError('unreachable', 'no answer');
        },
      },
    );
    events.record(note());
    await clock.advance(60_000);
    expect(calls).toBe(1);
    // It is not known to be there: the next one like it is a first one again.
    events.record(note());
    await clock.settle();
    expect([calls, patched.length, events.figures().dropped.failed]).toEqual([2, 0, 2]);
    expect(logger.at('warn')).toEqual(Array(2).fill('an event was not written: no answer'));
  });

  it('holds a noisy object to its rate, and no other', async () => {
    const events = recorder();
    for (let index = 0; index < 60; index += 1) events.record(note({ note: `n${index}` }));
    events.record(note({ regarding: thing('quiet') }));
    await clock.settle();
    expect(created).toHaveLength(26);
    expect(events.figures().dropped.rateLimited).toBe(35);
    await clock.advance(60_000);
    for (let index = 0; index < 60; index += 1) events.record(note({ note: `m${index}` }));
    await clock.settle();
    expect(created).toHaveLength(26 + 12);
  });

  it('waits when the server is throttling', async () => {
    let calls = 0;
    const events = recorder(
      {},
      {
        create: async (event) => {
          if ((calls += 1) === 1) throw new ClusterError('throttled', 'slow down', { retryAfterMs: 5000 });
          return event;
        },
      },
    );
    events.record(note());
    events.record(note({ note: 'other' }));
    await clock.advance(4999);
    expect(calls).toBe(1);
    await clock.advance(1);
    expect(calls).toBe(2);
  });

  it('writes what waits before it stops, within its limit, and nothing afterwards', async () => {
    const slow = {
      create: async (event: KubernetesObject) => (await clock.sleep(100), created.push(event), event),
    };
    const events = recorder({}, slow);
    for (const name of ['a', 'b', 'c']) events.record(note({ regarding: thing(name) }));
    const stopped = events.stop(250);
    events.record(note({ regarding: thing('late') }));
    await clock.advance(250);
    await stopped;
    expect(events.figures()).toMatchObject({ written: 2, buffered: 0, dropped: { stopped: 2 } });
    await recorder().stop(100);
  });

  it('refuses options that cannot work', () => {
    expect(() => recorder({ bufferSize: 0 })).toThrow('bufferSize: found 0');
  });
});

describe('cut', () => {
  it('keeps what fits, and splits no character', () => {
    expect(cut('short', 128)).toBe('short');
    expect(cut('a'.repeat(2000), 1024)).toHaveLength(1022);
    for (let bytes = 4; bytes < 20; bytes += 1) {
      const text = cut('äöü€𝄞äöü€𝄞', bytes);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(bytes);
      expect(text).not.toContain('\uFFFD');
      expect(text.endsWith('…')).toBe(true);
    }
  });
});
