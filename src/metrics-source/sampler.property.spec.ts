import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ScriptedMetricsSource, valueResult } from '../../test/doubles/scripted-metrics-source.ts';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { MetricsError } from './metrics-error.ts';
import { MetricsSources } from './metrics-sources.ts';
import { MetricsSampler } from './sampler.ts';

type Act =
  | { act: 'measure'; key: number; slot: number }
  | { act: 'forget'; key: number }
  | { act: 'answer' | 'fail'; which: number };

const keys = ['ml/a', 'ml/b', 'ml/c'];
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ act: fc.constant('measure' as const), key: fc.nat(2), slot: fc.nat(3) }),
  fc.record({ act: fc.constant('forget' as const), key: fc.nat(2) }),
  fc.record({ act: fc.constantFrom('answer' as const, 'fail' as const), which: fc.nat(9) }),
);

describe('MetricsSampler', () => {
  it('keeps its promises whatever the order of passes, slots, answers and failures', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 40 }), async (acts) => {
        const clock = new VirtualClock();
        const source = new ScriptedMetricsSource('default');
        const called: string[] = [];
        const sampler = new MetricsSampler(new MetricsSources([source]), clock, (key) => called.push(key), {
          maxConcurrent: 2,
        });
        const requestsOf = (key: string, slot: number) =>
          ['x', 'y'].map((id) => ({ id, source: 'default', query: `${key}/${slot}/${id}`, atMs: 1 }));
        const current = new Map<string, number>();

        for (const step of acts) {
          const waiting = source.waiting;
          if (step.act === 'measure') {
            const key = keys[step.key]!;
            const isNew = current.get(key) !== step.slot;
            const state = sampler.measure(key, String(step.slot), requestsOf(key, step.slot));
            if (isNew) expect(state.kind).toBe('pending');
            // What comes back is of this slot, never of another.
            if (state.kind === 'measured') expect(state.results.map(({ id }) => id)).toEqual(['x', 'y']);
            current.set(key, step.slot);
          } else if (step.act === 'forget') {
            sampler.forget(keys[step.key]!);
            current.delete(keys[step.key]!);
          } else if (waiting.length > 0) {
            const [asked] = waiting.splice(step.which % waiting.length, 1);
            if (step.act === 'answer') asked!.answer(valueResult(1));
            else asked!.fail(new MetricsError('serverError', 'sick'));
          }
          await clock.advance(0);
          expect(source.waiting.length).toBeLessThanOrEqual(2);
        }

        // Answer all that is left: every wanted key ends up with its results, and was called for.
        for (let left = 0; left < 50 && source.waiting.length > 0; left++) {
          source.waiting.shift()!.answer(valueResult(2));
          await clock.advance(0);
        }
        for (const [key, slot] of current) {
          expect(sampler.measure(key, String(slot), requestsOf(key, slot)).kind).toBe('measured');
          expect(called).toContain(key);
        }
        expect(clock.pendingTimers).toBe(0);
      }),
      { numRuns: 150 },
    );
  });
});
