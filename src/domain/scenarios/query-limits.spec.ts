import { describe, expect, it } from '@jest/globals';
import type { RolloutMetric } from '../../api/model-rollout.ts';
import { weightStep } from '../testing/tiny-spec.ts';
import { TinyWorld } from '../testing/tiny-world.ts';

const minute = 60_000;

/** On its way to a step without hold, so that its query alone decides; a measurement comes every fifteen seconds. */
function rollout(more: Partial<Extract<RolloutMetric, { kind: 'query' }>>): TinyWorld {
  const steps = [{ ...weightStep(5), holdMs: 0 }, weightStep(50)];
  const world = new TinyWorld({ analysis: true, steps }).run(minute);
  const { analysis } = world.spec;
  analysis.metrics = analysis.metrics.map((metric) =>
    metric.kind === 'query' ? { ...metric, ...more } : metric,
  );
  world.editSpec('v2');
  return world;
}

/** Until the step has been in force for this long. Every pass knows no more than the record (law 12). */
function afterOnStep(world: TinyWorld, durationMs: number): TinyWorld {
  while (world.rollout?.status.step.appliedAt === undefined || !world.weights.includes(5)) world.run(1_000);
  return world.run(durationMs);
}

describe('the limits of a query', () => {
  it('law 12: count goes on from the record, although no pass remembers another', () => {
    const world = afterOnStep(rollout({ count: 4 }), 40_000);
    expect(world.weights).toEqual([5]);
    expect(world.status?.message).toContain('measurements are taken');
    world.run(40_000);
    expect(world.weights).toEqual([5, 50]);
  });

  it('law 12: so does consecutiveSuccessLimit, which a measurement in between breaks', () => {
    const world = afterOnStep(rollout({ consecutiveSuccessLimit: 4 }), 40_000);
    world.say('v2', 'Inconclusive');
    world.run(15_000);
    world.say('v2', 'Pass');
    world.run(40_000);
    expect(world.weights).toEqual([5]);
    world.run(40_000);
    expect(world.weights).toEqual([5, 50]);
  });

  it('failureLimit counts each slot once, however many passes there are', () => {
    const world = rollout({ failureLimit: 2 });
    world.say('v2', 'Fail');
    afterOnStep(world, 1_000);
    for (let pass = 0; pass < 20; pass += 1) world.tick();
    expect(world.rollout.status.outcome).toBeUndefined();
    world.run(45_000);
    expect(world.rollout.status).toMatchObject({ outcome: 'RolledBack', reason: 'AnalysisFailed' });
  });
});

describe('a dry run', () => {
  it.each(['Fail', 'NoData', 'Inconclusive'] as const)(
    'that says %s is shown, noted, and stops nothing',
    (verdict) => {
      const world = rollout({ dryRun: true });
      world.say('v2', verdict);
      afterOnStep(world, 5_000);
      expect(world.weights).toEqual([5, 50]);
      world.run(10_000);
      expect(world.status?.analysis).toEqual([
        expect.objectContaining({ metric: 'health', verdict, dryRun: true }),
      ]);
      expect(world.condition('AnalysisAvailable')).toBe('True');
      world.run(30 * minute);
      expect(world.rollout.status.outcome).toBe('Promoted');
      const noted = world.rollout.status.decisions?.map(({ message }) => message).join('\n');
      expect(noted).toContain(`dry run: health ${verdict}`);
    },
  );
});
