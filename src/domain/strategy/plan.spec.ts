import { describe, expect, it } from '@jest/globals';
import type { ModelRolloutStatus, RolloutPlan, RolloutStep } from '../../api/model-rollout.ts';
import { weightStep } from '../testing/tiny-spec.ts';
import { currentStep, plannedWeight, plannedWeights, stepForPeople, stepInWords, weightAt } from './plan.ts';
import { initialRolloutStatus } from './transitions.ts';

const plan = (...steps: RolloutStep[]): RolloutPlan => ({
  steps,
  bakeMs: 0,
  progressDeadlineMs: 0,
  readinessPercent: 100,
});
const at = (phase: ModelRolloutStatus['phase'], index = 0): ModelRolloutStatus => ({
  ...initialRolloutStatus('2026-01-01T00:00:00Z'),
  phase,
  step: { index, enteredAt: '2026-01-01T00:00:00Z' },
});

const pause: RolloutStep = { kind: 'pause' };
const whole = plan(pause, weightStep(5), pause, weightStep(50), pause);

describe('a plan', () => {
  it.each([
    [0, 0],
    [1, 5],
    [2, 5],
    [3, 50],
    [4, 50],
    [9, 50],
    [-1, 0],
  ])('has at step %p the weight %p', (index, weight) => {
    expect(weightAt(whole, index)).toBe(weight);
  });

  it.each([
    ['Preparing', 0, 0],
    ['Stepping', 1, 5],
    ['Promoting', 5, 100],
    ['Baking', 6, 100],
  ] as const)('in %s at %p gives %p', (phase, index, weight) => {
    expect(plannedWeight(whole, at(phase, index))).toBe(weight);
  });

  it('that has ended gives all or nothing', () => {
    expect(plannedWeight(whole, { ...at('Ended'), outcome: 'Promoted' })).toBe(100);
    expect(plannedWeight(whole, { ...at('Ended'), outcome: 'RolledBack' })).toBe(0);
  });

  it('knows every weight that it ever gives', () => {
    expect(plannedWeights(whole)).toEqual([0, 5, 50, 100]);
  });

  it('is at a step only between its first and its last', () => {
    expect(currentStep(whole, at('Preparing'))).toBeUndefined();
    expect(currentStep(whole, at('Stepping', 1))).toMatchObject({ weight: 5 });
    expect(currentStep(whole, at('Promoting', 5))).toBeUndefined();
  });

  it('counts its steps as people do, and never beyond the last', () => {
    expect(stepInWords(whole, 0)).toBe('step 1 of 5');
    expect(stepInWords(whole, 4)).toBe('step 5 of 5');
    expect(stepInWords(whole, 6)).toBe('step 5 of 5');
    expect(stepForPeople(whole, at('Baking', 6))).toBe(5);
  });
});
