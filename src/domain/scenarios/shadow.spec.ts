import { describe, expect, it } from '@jest/globals';
import type { RolloutStep } from '../../api/model-rollout.ts';
import { type TinyOptions, weightStep } from '../testing/tiny-spec.ts';
import { TinyWorld } from '../testing/tiny-world.ts';
import { requestsId } from '../analysis/plan-measurements.ts';
import { plainPreset, series } from '../analysis/testing/counter-history.ts';
import { decide } from '../decide.ts';

const minute = 60_000;
const hour = 60 * minute;

const copies: RolloutStep = {
  kind: 'mirror',
  percent: 100,
  durationMs: 30 * minute,
  minRequests: 0,
  maxHoldMs: hour,
};

function begun(options: TinyOptions = {}): TinyWorld {
  const world = new TinyWorld({
    strategy: 'shadow',
    steps: [copies],
    end: 'stop',
    analysis: true,
    ...options,
  });
  world.run(minute);
  world.editSpec('v2');
  return world;
}

describe('a shadow', () => {
  it('copies for its time, gives no user the candidate, and ends in a report', () => {
    const world = begun();
    world.run(29 * minute);
    expect(world.cluster.extras.mirror).toEqual({ revision: world.revision('v2'), percent: 100 });
    expect(world.status?.traffic).toMatchObject({ mirrored: 100, desired: 0 });
    expect(world.status?.message).toMatch(/^step 1 of 1 with revision \w+ on copies; copying 100%/);
    world.run(2 * minute);
    expect(world.weights).toEqual([]);
    expect(world.cluster.extras).toEqual({});
    expect(world.rollout.status).toMatchObject({
      outcome: 'Completed',
      reason: 'ShadowCompleted',
      report: [{ metric: 'health', verdict: 'Pass', candidate: { value: 0.5 } }],
    });
    expect(world.status).toMatchObject({ phase: 'Paused', stable: { revision: world.revision('v1') } });
    expect(world.condition('Ready')).toBe('False');
    world.run(hour);
    expect(world.rollouts.length).toBe(1);
    expect(world.replicasOf('v2')).toBe(0);
    expect(world.cluster.revisions.get(world.revision('v2'))?.hasMirrorService).toBe(false);
    expect(world.violations).toEqual([]);
  });

  it('ends at once when the candidate fails on the copies, with its report', () => {
    const world = begun();
    world.run(5 * minute);
    world.say('v2', 'Fail');
    world.run(minute);
    expect(world.rollout.status).toMatchObject({
      outcome: 'RolledBack',
      reason: 'AnalysisFailed',
      report: [{ metric: 'health', verdict: 'Fail' }],
    });
    expect(world.cluster.extras).toEqual({});
    expect(world.weights).toEqual([]);
  });

  it('waits for a verdict beyond its time', () => {
    const world = begun();
    world.say('v2', 'Inconclusive');
    world.run(45 * minute);
    expect(world.cluster.extras.mirror).toBeDefined();
    world.say('v2', 'Pass');
    world.run(minute);
    expect(world.rollout.status.outcome).toBe('Completed');
  });

  it('promotes, when that is to follow', () => {
    const world = begun({ end: 'promote', bakeMs: minute });
    world.run(31 * minute);
    expect(world.weights).toEqual([100]);
    expect(world.rollout.status.report).toHaveLength(1);
    world.run(hour);
    expect(world.status?.phase).toBe('Healthy');
    expect(world.violations).toEqual([]);
  });

  it('goes on as a canary, when that is to follow, without copies beside a weight', () => {
    const world = begun({ steps: [copies, weightStep(5), weightStep(50)], end: 'promote', bakeMs: minute });
    let both = 0;
    for (let index = 0; index < 400; index += 1) {
      world.run(10_000);
      if (world.cluster.extras.mirror && (world.split['v2'] ?? 0) > 0) both += 1;
    }
    expect(both).toBe(0);
    expect(world.weights).toEqual([5, 50, 100]);
    expect(world.status?.phase).toBe('Healthy');
    expect(world.violations).toEqual([]);
  });

  it('law 11: copies are no share of the traffic, however many are counted', () => {
    const world = begun();
    world.run(10 * minute);
    const { analysis, ...gathered } = world.gather();
    const counter = (arm: string) =>
      series(
        { arm, code: '200' },
        [8, 4, 0].map((ago, index) => [world.nowMs - ago * 15_000, 100 * index]),
      );
    const result = {
      kind: 'matrix' as const,
      series: [counter('candidate'), counter('stable')],
      warnings: [],
    };
    const { status } = decide({
      ...gathered,
      analysis: {
        ...analysis,
        preset: plainPreset,
        metrics: { kind: 'measured', atMs: world.nowMs, results: [{ id: requestsId, result }] },
      },
    });
    expect(status.traffic).toMatchObject({ desired: 0, mirrored: 100 });
    expect(status.traffic?.observed).toBeUndefined();
  });

  it('is tried again when the spec asks for it after another revision', () => {
    const world = begun();
    world.run(hour);
    world.editSpec('v1');
    world.run(minute);
    expect(world.status?.phase).toBe('Healthy');
    world.editSpec('v2');
    world.run(minute);
    expect(world.rollouts.length).toBe(2);
  });
});
