import { describe, expect, it } from '@jest/globals';
import { type TinyOptions, weightStep } from '../testing/tiny-spec.ts';
import { TinyWorld } from '../testing/tiny-world.ts';

const minute = 60_000;

function inconclusive(onInconclusive: 'pause' | 'rollback' | 'promote'): TinyWorld {
  const world = new TinyWorld({ analysis: true, onInconclusive }).run(minute);
  world.say('v2', 'Inconclusive');
  world.editSpec('v2');
  return world.run(29 * minute);
}

describe('a gate without a Pass until maxHold', () => {
  it('holds before', () => {
    const world = inconclusive('promote');
    expect(world.weights).toEqual([5]);
    expect(world.status).toMatchObject({
      phase: 'Progressing',
      message: expect.stringContaining('inconclusive'),
    });
  });

  it('pauses, and goes on when a Pass comes', () => {
    const world = inconclusive('pause').run(10 * minute);
    expect(world.status?.phase).toBe('Paused');
    expect(world.rollout.status.paused?.reason).toBe('Inconclusive');
    expect(world.events.at(-1)).toMatchObject({ type: 'Warning', reason: 'Inconclusive', action: 'Pause' });
    world.say('v2', 'Pass');
    world.run(30 * minute);
    expect(world.status?.phase).toBe('Healthy');
  });

  it('rolls back', () => {
    const world = inconclusive('rollback').run(2 * minute);
    expect(world.rollout.status).toMatchObject({
      outcome: 'RolledBack',
      reason: 'Inconclusive',
      remembered: true,
    });
    expect(world.split['v1']).toBe(100);
  });

  it('promotes: to the next step', () => {
    const world = inconclusive('promote').run(2 * minute);
    expect(world.weights).toEqual([5, 25]);
  });

  it('stays paused while the next answer is under way: nothing goes to and fro', () => {
    const world = inconclusive('pause').run(10 * minute);
    const before = structuredClone(world.status);
    world.metricsKind = 'pending';
    expect(world.tick().writes).toEqual([]);
    expect(world.status).toEqual(before);
    world.metricsKind = 'measured';
    expect(world.tick().writes).toEqual([]);
  });
});

describe('a source that is silent', () => {
  it('holds, says so in a condition, and goes on when it speaks again', () => {
    const world = new TinyWorld({ analysis: true, onNoData: 'hold' }).run(minute);
    world.say('v2', 'NoData');
    world.editSpec('v2');
    world.run(120 * minute);
    expect(world.weights).toEqual([5]);
    expect(world.condition('AnalysisAvailable')).toBe('False');
    expect(world.rollout.status.analysis?.noDataSince).toBeDefined();
    world.say('v2', 'Pass');
    world.run(minute);
    expect(world.weights).toEqual([5, 25]);
    expect(world.rollout.status.analysis?.noDataSince).toBeUndefined();
    expect(world.condition('AnalysisAvailable')).toBe('True');
  });

  it('rolls back after noDataFor where the user wants it', () => {
    const world = new TinyWorld({ analysis: true, onNoData: 'rollback', noDataForMs: 5 * minute }).run(
      minute,
    );
    world.editSpec('v2');
    world.run(minute);
    world.say('v2', 'NoData');
    world.run(4 * minute);
    expect(world.rollout.status.phase).toBe('Stepping');
    world.run(1.5 * minute);
    expect(world.rollout.status).toMatchObject({ outcome: 'RolledBack', reason: 'NoData' });
  });

  it('is not blamed for a time in which nothing was asked', () => {
    const world = new TinyWorld({ analysis: true, onNoData: 'rollback', noDataForMs: 5 * minute }).run(
      minute,
    );
    world.editSpec('v2');
    world.run(minute);
    world.say('v2', 'NoData');
    world.run(minute);
    world.breakPods('v2', 'CrashLoopBackOff');
    world.run(minute);
    expect(world.split['v1']).toBe(100);
    expect(world.rollout.status.analysis?.noDataSince).toBeUndefined();
    world.run(6 * minute);
    expect(world.rollout.status.phase).toBe('Stepping');
  });

  it('ends no bake (law 9)', () => {
    const world = new TinyWorld({ analysis: true }).run(minute);
    world.editSpec('v2');
    world.run(10 * minute);
    world.say('v2', 'NoData');
    world.run(60 * minute);
    expect(world.rollout.status.phase).toBe('Baking');
    expect(world.replicasOf('v1')).toBe(4);
    world.say('v2', 'Pass');
    world.run(minute);
    expect(world.rollout.status.outcome).toBe('Promoted');
  });

  it('that was never configured lets gates pass by hold and readiness, and a condition says so', () => {
    const world = new TinyWorld({ analysis: true });
    world.metricsKind = 'notConfigured';
    world.run(minute);
    world.editSpec('v2');
    world.run(3 * minute);
    expect(world.weights).toEqual([5, 25]);
    expect(world.status?.conditions?.find(({ type }) => type === 'AnalysisAvailable')).toMatchObject({
      status: 'False',
      reason: 'NotConfigured',
    });
    world.run(40 * minute);
    expect(world.status?.phase).toBe('Healthy');
  });

  it('whose answers do not come at all neither passes nor fails', () => {
    const world = new TinyWorld({ analysis: true });
    world.metricsKind = 'pending';
    world.run(minute);
    world.editSpec('v2');
    world.run(60 * minute);
    expect(world.weights).toEqual([5]);
    expect(world.status?.message).toContain('waiting for the metrics source');
  });
});

describe('a metric that begins later', () => {
  const late = (options: TinyOptions) => {
    const world = new TinyWorld({ router: 'replicaRatio', analysis: true, ...options });
    const [metric] = world.spec.analysis.metrics;
    if (metric?.kind === 'query') metric.windowMs = 5 * minute;
    world.run(minute);
    world.editSpec('v2');
    return world;
  };

  /** Minutes from when the last split was in force to the end. */
  const minutesToTheEnd = ({ rollout: { status } }: TinyWorld) =>
    (Date.parse(status.endedAt ?? '') - Date.parse(status.promotedAt ?? status.step.appliedAt ?? '')) /
    minute;

  it('is asked when its time has come, in the middle of a long hold', () => {
    const world = late({ steps: [weightStep(50, 30 * minute)] });
    world.say('v2', 'Fail');
    world.run(20 * minute);
    expect(world.rollout.status).toMatchObject({ outcome: 'RolledBack', reason: 'AnalysisFailed' });
    expect(minutesToTheEnd(world)).toBeCloseTo(5, 0);
  });

  it('is asked when its time has come, in the middle of a bake', () => {
    const world = late({ steps: [weightStep(50)], bakeMs: 30 * minute });
    world.run(6 * minute);
    expect(world.status?.phase).toBe('Baking');
    world.say('v2', 'Fail');
    world.run(20 * minute);
    expect(world.rollout.status).toMatchObject({ outcome: 'RolledBack', reason: 'AnalysisFailed' });
    expect(minutesToTheEnd(world)).toBeCloseTo(5, 0);
  });

  it('is waited for by a bake that is shorter', () => {
    const world = late({ steps: [weightStep(50)], bakeMs: minute });
    world.run(9 * minute);
    expect(world.status).toMatchObject({
      phase: 'Baking',
      message: expect.stringContaining('is asked 5m after'),
    });
    world.run(6 * minute);
    expect(world.rollout.status.outcome).toBe('Promoted');
  });
});

describe('evidence in the record', () => {
  it('is written with each decision and at most once a minute otherwise', () => {
    const world = new TinyWorld({ analysis: true }).run(minute);
    world.say('v2', 'Inconclusive');
    world.editSpec('v2');
    world.run(minute);
    let records = 0;
    for (let at = 0; at < 40; at += 1) {
      world.cluster.advanceTo(world.nowMs + 15_000);
      records += world.tick().writes.filter(({ what }) => what === 'record').length;
    }
    expect(records).toBeLessThanOrEqual(11);
  });

  it('keeps each failure of a query, which cannot be counted again', () => {
    const world = new TinyWorld({ analysis: true });
    const [metric] = world.spec.analysis.metrics;
    if (metric?.kind === 'query') metric.failureLimit = 3;
    world.run(minute);
    world.editSpec('v2');
    world.run(minute);
    world.say('v2', 'Fail');
    const failures = () => world.rollout.status.analysis?.evidence?.metrics['health']?.failures;
    world.tick();
    expect(failures()).toBe(1);
    world.tick();
    expect(failures()).toBe(1);
    world.run(30_000);
    expect(failures()).toBe(3);
    expect(world.rollout.status.phase).toBe('Stepping');
    world.run(15_000);
    expect(world.rollout.status).toMatchObject({ outcome: 'RolledBack', reason: 'AnalysisFailed' });
  });
});
