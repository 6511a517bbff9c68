import { describe, expect, it } from '@jest/globals';
import type { RolloutMetric } from '../../api/model-rollout.ts';
import { TinyWorld } from '../testing/tiny-world.ts';
import type { PodHistory } from '../analysis/pod-history.ts';
import { wantsCalibration } from './calibration.ts';

const minute = 60_000;
const open: RolloutMetric = { name: 'errors', kind: 'errorRate', passMargin: 2 };

/** A rollout that has just been recorded. */
function begun(metrics: RolloutMetric[], history?: PodHistory): TinyWorld {
  const world = new TinyWorld().run(minute);
  world.spec.analysis = { ...world.spec.analysis, metrics };
  world.history = history;
  world.metricsKind = 'pending';
  world.editSpec('v2');
  world.tick();
  return world;
}

describe('a rollout that begins', () => {
  it('asks how the pods of the stable differ, where a metric leaves its tolerance open', () => {
    expect(wantsCalibration(begun([open]).rollout)).toBe(true);
    expect(wantsCalibration(begun([{ ...open, tolerance: 1.2 }]).rollout)).toBe(false);
    expect(wantsCalibration(begun([]).rollout)).toBe(false);
  });

  it('waits for the answer before it gives the first weight: a tolerance that changed would make the evidence void', () => {
    const world = begun([open], { kind: 'pending' }).run(minute);
    expect(world.weights).toEqual([]);
    expect(world.status?.message).toContain("the stable revision's pods");
    world.history = { kind: 'unavailable', because: 'nobody knows' };
    world.run(minute);
    expect(world.weights).toEqual([5]);
  });

  it('keeps why nothing was found to its end, without a word about it, and asks no more', () => {
    const world = begun([open], { kind: 'unavailable', because: 'nobody knows' }).run(minute);
    const { status } = world.rollout;
    expect(status.analysis?.calibration).toEqual({ metrics: {}, because: 'nobody knows' });
    expect(status.decisions?.map(({ action }) => action)).not.toContain('Calibrated');
    expect(wantsCalibration(world.rollout)).toBe(false);
  });
});
