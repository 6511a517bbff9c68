import { describe, expect, it } from '@jest/globals';
import { TinyWorld } from '../testing/tiny-world.ts';

const minute = 60_000;
const problem = {
  reason: 'TemplateNotFound' as const,
  message: 'spec.analysis.metrics[0].template: found MetricTemplate "queue", which does not exist',
};

describe('metrics that cannot be asked', () => {
  it('begin no rollout, say so in conditions, and begin it as soon as they can', () => {
    const world = new TinyWorld({ analysis: true }).run(minute);
    world.metricProblem = problem;
    world.editSpec('v2');
    world.run(10 * minute);
    expect(world.rollouts).toEqual([]);
    expect(world.weights).toEqual([]);
    expect(world.status).toMatchObject({
      phase: 'Failed',
      message: expect.stringContaining(`is not rolled out: ${problem.message}`),
    });
    const conditions = world.status!.conditions!;
    for (const type of ['Stalled', 'AnalysisAvailable'])
      expect(conditions.find((one) => one.type === type)?.reason).toBe('TemplateNotFound');
    world.metricProblem = undefined;
    world.run(minute);
    expect(world.rollouts).toHaveLength(1);
  });

  it('hold up nothing else: the first revision, replicas, and a rollout that runs by its own plan', () => {
    const world = new TinyWorld({ analysis: true });
    world.metricProblem = problem;
    world.run(minute);
    expect(world.status).toMatchObject({ phase: 'Healthy' });
    expect(world.condition('AnalysisAvailable')).toBe('False');
    world.setReplicas(6);
    world.run(minute);
    expect(world.replicasOf('v1')).toBe(6);
    world.metricProblem = undefined;
    world.editSpec('v2');
    world.run(minute);
    world.metricProblem = problem;
    world.run(120 * minute);
    expect(world.rollout.status.outcome).toBe('Promoted');
  });

  it('keep nobody from going back within the rollback window', () => {
    const world = new TinyWorld({ analysis: true }).run(minute);
    world.editSpec('v2');
    world.run(180 * minute);
    expect(world.rollout.status.outcome).toBe('Promoted');
    world.metricProblem = problem;
    world.editSpec('v1');
    world.run(10 * minute);
    expect(world.split['v1']).toBe(100);
  });
});
