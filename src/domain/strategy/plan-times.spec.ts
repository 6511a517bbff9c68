import { describe, expect, it } from '@jest/globals';
import { withDefaults } from '../../api/defaults.ts';
import type { ModelDeploymentSpec } from '../../api/model-deployment.ts';
import { rehearse } from '../../simulation/rehearsal/rehearsal.ts';
import { parseScenario } from '../../simulation/scenarios/parse-scenario.ts';
import { specOf } from '../../simulation/testing/world-bed.ts';
import { planTimes } from './plan-times.ts';

const errors = { metrics: [{ name: 'errors', kind: 'errorRate' as const }] };
const of = (spec: Partial<ModelDeploymentSpec>, requestsPerSecond?: number, intervalMs = 15_000) => {
  const { plan, analysis } = withDefaults(specOf(spec));
  const assumed = requestsPerSecond === undefined ? undefined : { requestsPerSecond, badShare: 0.001 };
  return planTimes({ plan, analysis }, assumed, intervalMs);
};

describe('how long a plan takes', () => {
  it('is at least its holds and its bake, and without metrics no more than those', () => {
    const { leastMs, mostMs, expectedMs, steps } = of({ strategy: undefined, analysis: {} });
    expect(steps.map(({ weight, leastMs }) => [weight, leastMs])).toEqual([
      [5, 120_000],
      [25, 120_000],
      [50, 120_000],
    ]);
    expect([leastMs, mostMs, expectedMs]).toEqual([6 * 60_000 + 900_000, 6 * 60_000 + 900_000, undefined]);
  });

  it('with metrics lasts until maxHold at most, and with traffic probably until they pass', () => {
    const { steps, mostMs } = of({ strategy: undefined, analysis: errors }, 10);
    expect(mostMs).toBe(3 * 1_800_000 + 900_000);
    const [first, , third] = steps;
    expect(first!.metrics).toEqual([
      { metric: 'errors', requests: expect.any(Number), afterMs: expect.any(Number) },
    ]);
    // The same requests at ten times the share come ten times as fast.
    expect(first!.metrics[0]!.requests! / third!.metrics[0]!.requests!).toBeCloseTo(1, 0);
    expect(first!.expectedMs).toBe(first!.metrics[0]!.afterMs);
    expect(first!.expectedMs!).toBeGreaterThan(5 * third!.metrics[0]!.afterMs);
    const many = of({ strategy: undefined, analysis: errors }, 1_000);
    expect(many.steps.map(({ expectedMs }) => expectedMs)).toEqual([120_000, 120_000, 120_000]);
  });

  it('waits for a person without end', () => {
    const steps = [{ weight: 50 }, { pause: {} }, { pause: { duration: '1h' } }];
    const times = of({ strategy: { canary: { steps } } });
    expect(times.steps.map(({ leastMs, mostMs }) => [leastMs, mostMs])).toEqual([
      [120_000, 120_000],
      [0, Infinity],
      [3_600_000, 3_600_000],
    ]);
    expect(times.mostMs).toBe(Infinity);
  });

  it('copies until there are as many as asked for', () => {
    const shadow = { duration: '10s', minRequests: 1_000, percent: 50 };
    const { steps, bakeMs } = of({ strategy: { shadow }, analysis: {} }, 10);
    expect(steps[0]).toMatchObject({ leastMs: 10_000, expectedMs: 200_000 });
    expect(bakeMs).toBe(0);
  });

  it('asks the metrics of a place only there, and no query before its window is full', () => {
    const query = {
      name: 'q',
      kind: 'query' as const,
      query: 'up',
      pass: 'result > 0.0',
      window: '3m',
      count: 3,
    };
    const steps = [{ weight: 5, metrics: [query] }, { weight: 50 }];
    const times = of({ strategy: { canary: { steps } }, analysis: errors }, 1_000);
    expect(times.steps.map(({ metrics }) => metrics.map(({ metric }) => metric))).toEqual([
      ['errors', 'q'],
      ['errors'],
    ]);
    expect(times.steps[0]!.expectedMs).toBe(180_000 + 2 * 15_000);
  });

  it('foretells what the judge does in the simulated world', async () => {
    const strategy = { canary: { steps: [{ weight: 10, hold: '1s' }], bake: { duration: '1s' } } };
    const analysis = { ...errors, interval: '1s' };
    const spec = specOf({ strategy, analysis });
    const expectedMs = of({ strategy, analysis }, 100, 1_000).steps[0]!.expectedMs!;
    const took: number[] = [];
    for (const seed of [1, 2, 3, 4, 5]) {
      const manifest = {
        apiVersion: 'understudy.dev/v1alpha1' as const,
        kind: 'ModelDeployment' as const,
        metadata: { name: 'model', namespace: 'ml' },
        spec,
      };
      const scenario = parseScenario('healthy');
      const { timeline } = await rehearse({
        manifest,
        scenario,
        seed,
        requestsPerSecond: 100,
        limitMs: 3_600_000,
      });
      const splits = timeline.filter(({ kind }) => kind === 'split').map(({ atMs }) => atMs);
      took.push(splits[1]! - splits[0]!);
    }
    const median = took.sort((one, other) => one - other)[2]!;
    expect(median / expectedMs).toBeGreaterThan(0.5);
    expect(median / expectedMs).toBeLessThan(2);
  });
});
