import { describe, expect, it } from '@jest/globals';
import type { Judgement } from '../analysis/judge.ts';
import { resolveRoles } from '../roles.ts';
import { type TinyOptions, weightStep } from '../testing/tiny-spec.ts';
import { TinyWorld } from '../testing/tiny-world.ts';
import { type Obstacle, hasData, mayLeaveStep, obstacleTo } from './gate.ts';
import { hasCapacity } from './step-checks.ts';
import { endingOf } from './outcome-checks.ts';
import { type RolloutContext, rolloutContext } from './rollout-context.ts';

const minute = 60_000;

const judgement = (changes: Partial<Judgement>): Judgement => ({
  verdict: 'Pass',
  reason: 'WithinLimit',
  message: '',
  metrics: [],
  evidence: { cursorMs: 0, stepIndex: 0, sinceMs: 0, metrics: {} },
  share: { state: 'consistent', message: '' },
  pending: false,
  ...changes,
});

const family = { selector: 'requests', ownLabels: [], partLabels: [], read: () => undefined };
const contourEnvoyLike = { name: 'counter', requests: () => family, latency: () => family };

const errors = (verdict: Judgement['verdict'], message = 'errors: 3 of 100 requests failed (3 %)') =>
  judgement({ verdict, metrics: [{ name: 'errors', verdict, reason: 'TooFewRequests', message }] });

/** A context in the second step, in force for `heldMs`, as a gate sees it. */
function atGate(heldMs: number, found: Judgement | undefined, options: TinyOptions = {}): RolloutContext {
  const world = new TinyWorld({ analysis: true, steps: [weightStep(5), weightStep(25)], ...options }).run(
    minute,
  );
  world.editSpec('v2');
  world.run(2 * minute + 1_000);
  world.cluster.advanceTo(world.nowMs - 1_000 + heldMs);
  const gathered = world.gather();
  expect(gathered.rollouts[0]!.status).toMatchObject({ phase: 'Stepping', step: { index: 1 } });
  return rolloutContext(gathered, resolveRoles(gathered), gathered.rollouts[0]!, found);
}

const wait = (context: RolloutContext): Obstacle | undefined => obstacleTo(mayLeaveStep, context);

describe('the gate chain', () => {
  it('lets a step be left when all holds', () => {
    expect(wait(atGate(2 * minute, errors('Pass')))).toBeUndefined();
  });

  it('asks in the order in which a person would look', () => {
    const context = atGate(minute, errors('Inconclusive'));
    expect(wait(context)).toMatchObject({ message: 'holding', untilMs: context.world.nowMs + minute });
    context.inForce = false;
    expect(wait(context)?.message).toContain('waiting until the split is applied');
    context.world.deployment.spec.paused = true;
    expect(wait(context)).toEqual({ message: 'spec.paused is true', pauses: 'PausedBySpec' });
  });

  it('waits for the split to be seen in force once, even if it is in force now (law 7)', () => {
    const context = atGate(2 * minute, errors('Pass'));
    delete context.rollout.status.step.appliedAt;
    expect(wait(context)?.message).toContain('waiting until the split is applied');
  });

  it.each([
    ['Inconclusive', 'inconclusive: errors: 3 of 100 requests failed (3 %)'],
    ['NoData', 'no data: errors: 3 of 100 requests failed (3 %)'],
  ] as const)('stays shut for %s, with the metric and its numbers, named once', (verdict, message) => {
    expect(wait(atGate(2 * minute, errors(verdict)))).toEqual({ message });
  });

  it('stays shut while nothing is known', () => {
    expect(wait(atGate(2 * minute, undefined))?.message).toBe('waiting for the metrics source');
  });

  it('needs no verdict where none is asked for', () => {
    expect(wait(atGate(2 * minute, undefined, { analysis: false }))).toBeUndefined();
  });

  describe('with a share that does not fit the split (law 7)', () => {
    const rejected = {
      ...errors('Pass'),
      share: { state: 'rejected' as const, message: '9 of 10 reached it' },
    };

    it('does not open on a Pass', () => {
      expect(wait(atGate(2 * minute, rejected))?.message).toContain('9 of 10 reached it');
    });

    it('does not open where no metric is asked for, and waits for the count that is under way', () => {
      const context = atGate(2 * minute, rejected, { analysis: false });
      expect(wait(context)?.message).toContain('9 of 10 reached it');
      const counting = atGate(2 * minute, undefined, { analysis: false });
      counting.world.analysis.preset = contourEnvoyLike;
      counting.world.analysis.metrics = { kind: 'pending' };
      expect(wait(counting)?.message).toBe('waiting for the metrics source');
    });

    it('is not promoted by any policy, and pauses after maxHold', () => {
      for (const onInconclusive of ['promote', 'pause'] as const) {
        expect(wait(atGate(30 * minute, rejected, { onInconclusive }))).toMatchObject({
          pauses: 'Inconclusive',
        });
      }
    });

    it('is rolled back after maxHold where the user wants it', () => {
      const context = atGate(30 * minute, rejected, { onInconclusive: 'rollback' });
      expect(endingOf(context)).toMatchObject({ outcome: 'RolledBack', reason: 'Inconclusive' });
    });
  });

  it('opens after maxHold where the user wants to go on without a Pass', () => {
    const open = errors('Inconclusive');
    expect(wait(atGate(29 * minute, open, { onInconclusive: 'promote' }))).toBeDefined();
    expect(wait(atGate(30 * minute, open, { onInconclusive: 'promote' }))).toBeUndefined();
  });

  it('never promotes on silence (law 9)', () => {
    expect(wait(atGate(300 * minute, errors('NoData'), { onInconclusive: 'promote' }))).toBeDefined();
    expect(hasData(atGate(300 * minute, errors('NoData')))?.message).toContain('no data');
    expect(hasData(atGate(minute, errors('Inconclusive')))).toBeUndefined();
  });
});

describe('capacity', () => {
  it('counts ready pods behind a Service, and says why they are missing', () => {
    const context = atGate(minute, errors('Pass'));
    expect(hasCapacity(context)).toBeUndefined();
    context.to!.hasService = false;
    expect(hasCapacity(context)).toBeDefined();
    context.to = { ...context.to!, ready: 0, problem: 'ErrImagePull' };
    expect(hasCapacity(context)?.message).toMatch(/0 of 1 ready: ErrImagePull$/);
  });
});

describe('what ends a rollout, in order of precedence', () => {
  const ending = (change: (context: RolloutContext) => void, found = errors('Fail')) => {
    const context = atGate(minute, found);
    change(context);
    return endingOf(context);
  };

  it('nothing', () => {
    expect(ending(() => undefined, errors('Pass'))).toBeUndefined();
  });

  it('harm', () => {
    expect(ending(() => undefined)).toEqual({
      outcome: 'RolledBack',
      reason: 'AnalysisFailed',
      message: 'analysis failed: errors: 3 of 100 requests failed (3 %)',
      remembered: true,
    });
  });

  it('a stable that is gone before harm', () => {
    expect(ending((context) => (context.from = undefined))).toMatchObject({
      outcome: 'Aborted',
      remembered: false,
    });
  });

  it('the user before everything', () => {
    const asks = (revision: string) => (context: RolloutContext) => {
      context.from = undefined;
      context.world.target = { ...context.world.target, revision };
    };
    expect(ending(asks('third'))).toMatchObject({ outcome: 'Superseded', remembered: false });
    const from = atGate(minute, undefined).rollout.spec.from.revision;
    expect(ending(asks(from))).toMatchObject({
      outcome: 'RolledBack',
      reason: 'RevertedByUser',
      remembered: false,
    });
  });
});
