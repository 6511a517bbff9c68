import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { VirtualClock } from './virtual-clock.ts';
import { WorkQueue } from './work-queue.ts';

const key = fc.constantFrom('a', 'b', 'c', 'd');
type Command =
  | { do: 'add' | 'rateLimited' | 'finish'; key: string }
  | { do: 'after'; key: string; delayMs: number }
  | { do: 'take' }
  | { do: 'advance'; byMs: number };
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ do: fc.constantFrom('add' as const, 'rateLimited' as const, 'finish' as const), key }),
  fc.record({ do: fc.constant('after' as const), key, delayMs: fc.integer({ min: 0, max: 200 }) }),
  fc.record({ do: fc.constant('take' as const) }),
  fc.record({ do: fc.constant('advance' as const), byMs: fc.integer({ min: 1, max: 100 }) }),
);

describe('WorkQueue', () => {
  it('never hands a key out twice at once, and loses no wake-up, for any history', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 60 }), async (commands) => {
        const clock = new VirtualClock();
        const queue = new WorkQueue({ clock });
        const running = new Set<string>();
        // What was asked for and has not been handed out since.
        const owed = new Set<string>();
        const taken = (name: string | undefined) => {
          if (name === undefined) return;
          expect(running.has(name)).toBe(false);
          running.add(name);
          owed.delete(name);
        };
        for (const step of commands) {
          if ('key' in step && step.do !== 'finish') owed.add(step.key);
          if (step.do === 'add') queue.add(step.key);
          else if (step.do === 'rateLimited') queue.addRateLimited(step.key);
          else if (step.do === 'after') queue.addAfter(step.key, step.delayMs);
          else if (step.do === 'take') void queue.take().then(taken);
          else if (step.do === 'advance') await clock.advance(step.byMs);
          else if (running.delete(step.key)) queue.done(step.key);
          await clock.settle();
        }
        // Let everything that is owed come out: workers that finish at once.
        for (let round = 0; round < 40; round += 1) {
          for (const name of [...running]) {
            running.delete(name);
            queue.done(name);
          }
          for (let index = 0; index < 4; index += 1) void queue.take().then(taken);
          await clock.advance(5000);
        }
        expect([...owed]).toEqual([]);
        expect(queue.figures()).toMatchObject({ depth: 0, delayed: 0 });
      }),
      { numRuns: 60 },
    );
  });

  it('makes exactly one run of all adds before a take, and one more of all adds during a run', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 9 }),
        async (before, during) => {
          const queue = new WorkQueue({ clock: new VirtualClock() });
          for (let index = 0; index < before; index += 1) queue.add('a');
          await queue.take();
          expect(queue.figures().depth).toBe(0);
          for (let index = 0; index < during; index += 1) queue.add('a');
          queue.done('a');
          expect(queue.figures().depth).toBe(during > 0 ? 1 : 0);
        },
      ),
    );
  });

  it('wakes a key at the earliest of its delays', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1 }), async (delays) => {
        const clock = new VirtualClock();
        const queue = new WorkQueue({ clock });
        for (const delayMs of delays) queue.addAfter('a', delayMs);
        await clock.advanceUntil(() => queue.figures().depth === 1, 20_000);
        expect(clock.monotonic()).toBe(Math.min(...delays));
        await clock.advance(20_000);
        expect(queue.figures()).toMatchObject({ depth: 1, delayed: 0, adds: 1 });
      }),
    );
  });

  it('is fair: a key waits for no more runs than there were keys before it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 5 }),
        async (busy, workers) => {
          const queue = new WorkQueue({ clock: new VirtualClock() });
          for (let index = 0; index < busy; index += 1) queue.add(`busy${index}`);
          let runs = 0;
          let runsBeforeQuiet: number | undefined;
          let askedAt: number | undefined;
          const worker = async () => {
            for (let name = await queue.take(); name !== undefined; name = await queue.take()) {
              if (name === 'quiet') runsBeforeQuiet = runs - askedAt!;
              runs += 1;
              // Busy keys come back again and again, also while they run.
              if (name !== 'quiet') queue.add(name);
              if (runs === 7) {
                askedAt = runs;
                queue.add('quiet');
              }
              queue.done(name);
              if (runs > 200) queue.shutDown();
            }
          };
          await Promise.all(Array.from({ length: workers }, worker));
          expect(runsBeforeQuiet).toBeLessThanOrEqual(busy + workers);
        },
      ),
    );
  });
});
