import { describe, expect, it } from '@jest/globals';
import type { ModelRolloutStatus } from '../../api/model-rollout.ts';
import { decisionEvents, pauseEvents } from './rollout-events.ts';
import { end, enter, initialRolloutStatus, promote, record, setWeight } from './transitions.ts';

const nowMs = Date.UTC(2026, 0, 1, 12);
const now = '2026-01-01T12:00:00.000Z';

const atFive: ModelRolloutStatus = {
  ...initialRolloutStatus('2026-01-01T00:00:00.000Z'),
  phase: 'Stepping',
  step: { index: 1, enteredAt: '2026-01-01T11:00:00.000Z', appliedAt: '2026-01-01T11:01:00.000Z' },
  weight: 5,
};

const because = { action: 'Test', reason: 'StepEntered' as const, message: 'because' };
const ending = {
  outcome: 'RolledBack' as const,
  reason: 'AnalysisFailed' as const,
  message: 'bad',
  remembered: true,
};

describe('a transition', () => {
  it('records when, where, at which weight and why', () => {
    expect(record(atFive, nowMs, { ...because, verdict: 'Pass' })).toMatchObject({
      reason: 'StepEntered',
      message: 'because',
      decisions: [
        {
          at: now,
          step: 1,
          weight: 5,
          action: 'Test',
          reason: 'StepEntered',
          message: 'because',
          verdict: 'Pass',
        },
      ],
    });
  });

  it('says no more than the API takes', () => {
    expect(
      record(atFive, nowMs, { ...because, message: 'x'.repeat(9_000) }).decisions?.[0]?.message,
    ).toHaveLength(1024);
  });

  it('to another weight makes the split be applied and held anew', () => {
    const raised = setWeight(atFive, nowMs, 25, because);
    expect(raised.weight).toBe(25);
    expect(raised.step).toEqual({ index: 1, enteredAt: '2026-01-01T11:00:00.000Z' });
    expect(raised.decisions?.at(-1)?.weight).toBe(25);
  });

  it('to another place leaves the weight, and is no pause any more', () => {
    const paused = { ...atFive, paused: { since: now, reason: 'PauseStep' } };
    const entered = enter(paused, nowMs, { phase: 'Promoting', index: 3 }, because);
    expect(entered).toMatchObject({ phase: 'Promoting', weight: 5, step: { index: 3, enteredAt: now } });
    // The split was in force, and goes on to be.
    expect(entered.step.appliedAt).toBe(now);
    expect(entered.paused).toBeUndefined();
  });

  it('to the end takes the weight away with the same decision', () => {
    expect(end(atFive, nowMs, ending)).toMatchObject({
      phase: 'Ended',
      outcome: 'RolledBack',
      weight: 0,
      endedAt: now,
      remembered: true,
      decisions: [{ action: 'RolledBack', weight: 0 }],
    });
    expect(promote({ ...atFive, weight: 100 }, nowMs, { message: 'good', remembered: false })).toMatchObject({
      phase: 'Ended',
      outcome: 'Promoted',
      weight: 100,
      remembered: false,
    });
  });

  it.each([
    ['has the role and all traffic: it keeps them', 'Superseded', '2026-01-01T11:30:00Z', 100, 100],
    ['has the role but lost its weight', 'Superseded', '2026-01-01T11:30:00Z', 50, 0],
    ['has not the role yet', 'Superseded', undefined, 100, 0],
    ['does harm while it bakes', 'RolledBack', '2026-01-01T11:30:00Z', 100, 0],
  ] as const)('to the end of a candidate that %s', (_what, outcome, promotedAt, weight, left) => {
    const status = { ...atFive, phase: 'Baking' as const, promotedAt, weight };
    expect(end(status, nowMs, { ...ending, outcome }).weight).toBe(left);
  });
});

describe('events', () => {
  it('tell each new decision once', () => {
    const after = record(record(atFive, nowMs, because), nowMs + 1, {
      ...because,
      action: 'WeightTakenBack',
    });
    expect(decisionEvents(atFive, after).map(({ type, action }) => [type, action])).toEqual([
      ['Normal', 'Test'],
      ['Warning', 'WeightTakenBack'],
    ]);
    expect(decisionEvents(after, after)).toEqual([]);
  });

  it('tell when a rollout begins to stand still, and when it goes on', () => {
    const waits = { ...atFive, paused: { since: now, reason: 'Inconclusive' } };
    const obstacle = { message: 'maxHold is over', pauses: 'Inconclusive' as const };
    expect(pauseEvents(atFive, waits, obstacle)).toEqual([
      { type: 'Warning', reason: 'Inconclusive', action: 'Pause', message: 'maxHold is over' },
    ]);
    expect(pauseEvents(waits, waits, obstacle)).toEqual([]);
    expect(pauseEvents(waits, atFive, undefined)).toMatchObject([{ reason: 'Resumed' }]);
    expect(pauseEvents(waits, { ...atFive, phase: 'Ended' }, undefined)).toEqual([]);
  });
});
