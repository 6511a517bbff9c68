import { describe, expect, it } from '@jest/globals';
import type { RolloutMetric, RolloutStep } from '../../api/model-rollout.ts';
import { requestsId } from '../analysis/plan-measurements.ts';
import { plainPreset, series } from '../analysis/testing/counter-history.ts';
import { decide } from '../decide.ts';
import type { TinyOptions } from '../testing/tiny-spec.ts';
import { TinyWorld } from '../testing/tiny-world.ts';

const minute = 60_000;
const hour = 60 * minute;

const preview = (replicas?: number, holdMs = 2 * minute): RolloutStep => ({
  kind: 'preview',
  ...(replicas !== undefined && { replicas }),
  holdMs,
  maxHoldMs: 30 * minute,
});

/** v1 (blue) serves, and v2 (green) is asked for. */
function begun(options: TinyOptions = {}): TinyWorld {
  const world = new TinyWorld({ strategy: 'blueGreen', steps: [preview()], ...options });
  world.run(minute);
  world.editSpec('v2');
  return world;
}

describe.each(['weighted', 'replicaRatio'] as const)('blue-green by %s', (router) => {
  it('shows green at its preview, moves everybody in one write, and keeps blue warm for the bake', () => {
    const world = begun({ router });
    expect(world.cluster.preview).toBe(world.revision('v1'));
    world.run(minute);
    expect(world.cluster.preview).toBe(world.revision('v2'));
    expect(world.status?.message).toMatch(/^step 1 of 1 with revision \w+ at its preview; holding$/);
    expect(world.split['v1']).toBe(100);
    world.run(2 * minute);
    expect(world.split['v2']).toBe(100);
    expect(world.weights).toEqual([100]);
    expect(world.replicasOf('v1')).toBe(4);
    expect(world.status?.phase).toBe('Baking');
    world.run(hour);
    expect(world.status?.phase).toBe('Healthy');
    expect(world.cluster.preview).toBe(world.revision('v2'));
    expect(world.replicasOf('v1')).toBe(0);
    expect(world.violations).toEqual([]);
  });

  it('has a small preview, and all pods ready before the switch (S36)', () => {
    const world = begun({ router, steps: [preview(1)] });
    world.run(minute);
    expect(world.replicasOf('v2')).toBe(1);
    world.healPods('v2', 5 * minute);
    world.run(3 * minute);
    expect(world.replicasOf('v2')).toBe(4);
    expect(world.split['v1']).toBe(100);
    world.run(5 * minute);
    expect(world.split['v2']).toBe(100);
    expect(world.violations).toEqual([]);
  });

  it('flips back in one write when the bake fails (S34)', () => {
    const world = begun({ router, analysis: true });
    world.run(5 * minute);
    expect(world.status?.phase).toBe('Baking');
    world.say('v2', 'Fail');
    world.run(minute);
    expect(world.split['v1']).toBe(100);
    expect(world.status).toMatchObject({ phase: 'RolledBack', stable: { revision: world.revision('v1') } });
    expect(world.weights).toEqual([100, 0]);
    expect(world.violations).toEqual([]);
  });

  it('waits for a person, or for its delay, with users on blue', () => {
    const manual = begun({ router, steps: [preview(), { kind: 'pause' }] });
    manual.run(hour);
    expect(manual.status?.phase).toBe('Paused');
    expect(manual.split['v1']).toBe(100);
    const delayed = begun({ router, steps: [preview(), { kind: 'pause', durationMs: 10 * minute }] });
    delayed.run(11 * minute);
    expect(delayed.split['v1']).toBe(100);
    delayed.run(2 * minute);
    expect(delayed.split['v2']).toBe(100);
  });

  it('gives way to a third revision before the switch, and after it', () => {
    const world = begun({ router });
    world.run(minute);
    world.editSpec('v3');
    world.run(1_000);
    expect(world.rollouts[0]!.status).toMatchObject({ outcome: 'Superseded', weight: 0 });
    expect(world.cluster.preview).toBe(world.revision('v3'));
    world.run(5 * minute);
    world.editSpec('v4');
    world.run(hour);
    expect(world.split['v4']).toBe(100);
    expect(world.status?.phase).toBe('Healthy');
    expect(world.violations).toEqual([]);
  });
});

describe('law 9: a bake that is shorter than the scrapes take', () => {
  /** What is decided at the end of the bake, when the source has shown so many requests of green since the switch. */
  function atTheEndOfTheBake(requests: number) {
    const world = begun({ analysis: true, bakeMs: 10_000 });
    world.run(2 * minute);
    const [rollout] = world.rollouts;
    expect(rollout!.status.phase).toBe('Baking');
    world.metricsKind = 'pending';
    world.run(11_000);
    const { analysis, ...gathered } = world.gather();
    const errors: RolloutMetric = {
      name: 'errors',
      kind: 'errorRate',
      tolerance: 1.1,
      passMargin: 2,
      max: 0.02,
    };
    const spec = { ...rollout!.spec, analysis: { ...rollout!.spec.analysis, metrics: [errors] } };
    const scrapes = [30_000, 15_000, 0].map((agoMs) => world.nowMs - agoMs);
    const counted = (arm: string, last: number) =>
      series(
        { arm, code: '200' },
        scrapes.map((atMs, index) => [atMs, index === scrapes.length - 1 ? last : 0]),
      );
    const result = {
      kind: 'matrix' as const,
      series: [...(requests > 0 ? [counted('candidate', requests)] : []), counted('stable', 500)],
      warnings: [],
    };
    return decide({
      ...gathered,
      rollouts: [{ ...rollout!, spec }],
      analysis: {
        ...analysis,
        preset: plainPreset,
        metrics: { kind: 'measured', atMs: world.nowMs, results: [{ id: requestsId, result }] },
      },
    });
  }

  it('does not end before a request of green was counted', () => {
    const { rolloutStatus, status } = atTheEndOfTheBake(0);
    expect(rolloutStatus?.status.phase).toBe('Baking');
    expect(status.message).toContain('no data yet: errors: no request of the candidate was scraped yet');
  });

  it('ends with the first that were', () => {
    expect(atTheEndOfTheBake(200).rolloutStatus?.status.outcome).toBe('Promoted');
  });
});

describe('the analysis before the switch', () => {
  const asked = (options: TinyOptions = {}): TinyWorld => {
    const world = begun({ analysis: true, ...options });
    const [metric] = world.spec.analysis.metrics;
    world.spec.analysis = { ...world.spec.analysis, metrics: [{ ...metric!, places: [0] }] };
    return world;
  };

  it('keeps users on blue when it fails (S33)', () => {
    const world = asked();
    world.say('v2', 'Fail');
    world.run(hour);
    expect(world.weights).toEqual([]);
    expect(world.rollout.status).toMatchObject({ outcome: 'RolledBack', reason: 'AnalysisFailed' });
    expect(world.violations).toEqual([]);
  });

  it('is waited for, and not asked again during the bake', () => {
    const world = asked();
    world.say('v2', 'Inconclusive');
    world.run(10 * minute);
    expect(world.weights).toEqual([]);
    world.say('v2', 'Pass');
    world.run(minute);
    expect(world.status?.phase).toBe('Baking');
    world.say('v2', 'Fail');
    world.run(hour);
    expect(world.status?.phase).toBe('Healthy');
  });

  it('asks nothing of everywhere at the preview, which has no live requests', () => {
    const world = begun({ analysis: true });
    world.say('v2', 'Fail');
    world.run(2 * minute - 1_000);
    expect(world.rollout.status.phase).toBe('Stepping');
    world.run(minute);
    expect(world.rollout.status).toMatchObject({ outcome: 'RolledBack' });
    expect(world.weights).toEqual([100, 0]);
  });
});
