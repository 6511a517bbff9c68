import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ClusterError, type ClusterErrorKind } from '../../kubernetes/cluster-error.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { RecordingLogger } from '../testing/recording-logger.ts';
import { VersionedServer, versionsOf } from '../testing/versioned-server.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { Reflector } from './reflector.ts';
import type { Change } from './store.ts';

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
const failure = fc.constantFrom<ClusterErrorKind>(
  ...([
    'unreachable',
    'serverError',
    'throttled',
    'expired',
    'notFound',
    'forbidden',
    'unauthorized',
  ] as const),
);
type Step =
  | { do: 'put' | 'remove' | 'recreate'; name: string }
  | { do: 'compact' | 'bookmark' | 'closeWatches' }
  | { do: 'breakWatches' | 'failNext'; failure: ClusterErrorKind }
  | { do: 'advance'; byMs: number };
const write: fc.Arbitrary<Step> = fc.record({ do: fc.constantFrom('put', 'remove', 'recreate'), name });
const harmless: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('bookmark', 'closeWatches') }),
  fc.record({ do: fc.constant('advance'), byMs: fc.integer({ min: 0, max: 40_000 }) }),
);
const harmful: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('compact') }),
  fc.record({ do: fc.constantFrom('breakWatches', 'failNext'), failure }),
);

/** What somebody knows who only listens to a handler; checks that each change fits what was known before. */
class Replica {
  readonly objects = new Map<string, KubernetesObject>();
  readonly seen: string[] = [];

  readonly handle = (change: Change): void => {
    const known = this.objects.get(change.key);
    this.seen.push(`${change.type} ${change.key} ${change.object.metadata.resourceVersion}`);
    if (change.type === 'add') expect(known).toBeUndefined();
    else expect(known?.metadata.uid).toBe(change.object.metadata.uid);
    if (change.type === 'update') {
      expect(change.previous).toBe(known);
      expect(change.object.metadata.resourceVersion).not.toBe(known?.metadata.resourceVersion);
    }
    if (change.type === 'delete') this.objects.delete(change.key);
    else this.objects.set(change.key, change.object);
  };
}

function world(seed: number) {
  const clock = new VirtualClock();
  const server = new VersionedServer(clock);
  const replica = new Replica();
  let state = seed;
  const random = () => (state = (state * 16807) % 2147483647) / 2147483647;
  const { cluster, kind } = server;
  const logger = new RecordingLogger();
  const reflector = new Reflector({ cluster, kind, clock, logger, random, timings: { pageSize: 2 } });
  reflector.addIndex('name', (object) => [object.metadata.name]);
  reflector.addHandler(replica.handle);
  return { clock, server, replica, reflector, logger };
}

async function perform({ server, clock }: ReturnType<typeof world>, step: Step): Promise<void> {
  if (step.do === 'put') server.put(step.name);
  else if (step.do === 'remove') server.remove(step.name);
  else if (step.do === 'recreate') {
    server.remove(step.name);
    server.put(step.name);
  } else if (step.do === 'compact') server.compact();
  else if (step.do === 'bookmark') server.bookmark();
  else if (step.do === 'closeWatches') server.endWatches();
  else if (step.do === 'breakWatches') server.endWatches(errorOf(step.failure));
  else if (step.do === 'failNext') server.failures.push(errorOf(step.failure));
  else if (step.do === 'advance') await clock.advance(step.byMs);
}

const errorOf = (kind: ClusterErrorKind) =>
  new ClusterError(kind, kind, { retryAfterMs: kind === 'throttled' ? 3000 : undefined });

describe('Reflector', () => {
  it('converges to what the server holds, and its handlers too, for any history', async () => {
    const step = fc.oneof({ arbitrary: write, weight: 4 }, harmless, harmful);
    const steps = fc.array(step, { maxLength: 40 });
    const duringPages = fc.array(step, { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        steps,
        duringPages,
        fc.integer({ min: 1, max: 2 ** 30 }),
        async (history, between, seed) => {
          const w = world(seed);
          for (const initial of ['a', 'b', 'c', 'd', 'e']) w.server.put(initial);
          const pending = between.filter((next) => next.do !== 'advance');
          w.server.beforePage = () => {
            const next = pending.shift();
            return next && perform(w, next);
          };
          w.reflector.start();
          for (const next of history) await perform(w, next);
          // The server is well again, and nothing changes any more: backoff is at most 30 s a failure.
          await w.clock.advance(60_000 + 35_000 * w.server.failures.length);
          pending.length = 0;
          await w.clock.advance(700_000);

          expect(versionsOf(w.reflector.store.list())).toEqual(w.server.contents());
          expect(versionsOf(w.replica.objects.values())).toEqual(w.server.contents());
          for (const known of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) {
            const object = w.reflector.store.get(`ns/${known}`);
            expect(w.reflector.store.byIndex('name', known)).toEqual(object ? [object] : []);
          }
          expect(w.reflector.status()).toMatchObject({
            state: 'Watching',
            hasSynced: true,
            failure: undefined,
          });
          expect(w.server.mostListsUnderWay).toBe(1);
          expect(w.logger.at('error')).toEqual([]);

          const emitted = w.replica.seen.length;
          await w.reflector.stop();
          w.server.put('a');
          await w.clock.advance(1000);
          expect(w.replica.seen.length).toBe(emitted);
          expect(w.server.openWatches).toBe(0);
          expect(w.clock.pendingTimers).toBe(0);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('shows every single change while the history is not compacted, once and in order', async () => {
    const step = fc.oneof({ arbitrary: write, weight: 4 }, harmless);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (history) => {
        const w = world(7);
        w.reflector.start();
        await w.clock.advance(1);
        const expected: string[] = [];
        const known = new Set<string>();
        for (const next of history) {
          if ('name' in next) {
            const remove = known.has(next.name) && next.do !== 'put';
            if (remove) expected.push(`delete ns/${next.name}`);
            if (remove || next.do === 'remove') known.delete(next.name);
            if (next.do !== 'remove')
              expected.push(`${known.has(next.name) ? 'update' : 'add'} ns/${next.name}`);
            if (next.do !== 'remove') known.add(next.name);
          }
          await perform(w, next);
        }
        await w.clock.advance(60_000);
        expect(w.replica.seen.map((line) => line.slice(0, line.lastIndexOf(' ')))).toEqual(expected);
        expect(w.server.lists).toBe(1);
        await w.reflector.stop();
      }),
      { numRuns: 60 },
    );
  });
});
