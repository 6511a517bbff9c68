import { describe, expect, it } from '@jest/globals';
import type { PlannedGate } from '../../api/gate.ts';
import { resolveGate } from '../../api/gate.ts';
import { failed, passed, silence, waiting } from '../../gates/testing/scripted-gates.ts';
import { TinyWorld } from '../testing/tiny-world.ts';
import type { GateAnswer, GateQuestion } from '../gates/gate-question.ts';

const minute = 60_000;
const gateOf = (when: PlannedGate['when'], changes: Partial<PlannedGate> = {}): PlannedGate => ({
  ...resolveGate({ name: when, when, webhook: { url: 'https://checks.example.com/' } }),
  ...changes,
});

/** A second version is asked for; `answers` are what its gates say. Metrics pass, unless there are none at all. */
function releasing(
  gates: PlannedGate[],
  answers: (question: GateQuestion) => GateAnswer | undefined = () => passed,
  options: ConstructorParameters<typeof TinyWorld>[0] = {},
): TinyWorld & { asked: GateQuestion[] } {
  const asked: GateQuestion[] = [];
  const world = Object.assign(new TinyWorld({ analysis: true, gates, ...options }), { asked });
  world.run(minute);
  world.gates = (question) => {
    if (!asked.some(({ id }) => id === question.id)) asked.push(question);
    return answers(question);
  };
  world.editSpec('v2');
  return world;
}

const all = [gateOf('before'), gateOf('during'), gateOf('after')];

describe('gates that pass', () => {
  it('are asked before, at each step, and after, and the rollout ends well', () => {
    const world = releasing(all);
    world.run(40 * minute);
    expect(world.status?.phase).toBe('Healthy');
    expect(world.split).toEqual({ v2: 100 });
    const first = world.asked.filter(({ round }) => round === 0);
    expect(first.map(({ facts: { when, step, weight } }) => [when, step, weight])).toEqual([
      ['before', 0, 0],
      ['during', 0, 5],
      ['during', 1, 25],
      ['during', 2, 50],
      ['after', 4, 100],
    ]);
    expect(world.violations).toEqual([]);
  });

  it('know the rollout, the step and both revisions', () => {
    const world = releasing([gateOf('during')]);
    world.run(2 * minute);
    expect(world.asked[0]).toMatchObject({
      id: `${world.rollout.name}/during/0/0`,
      facts: {
        namespace: 'ml',
        name: 'sentiment',
        rollout: { name: world.rollout.name },
        steps: 3,
        candidate: { revision: world.revision('v2'), model: { version: 'v2' } },
        stable: { revision: world.revision('v1') },
      },
    });
  });

  it('are asked again at their interval only while the step lasts, and only those that watch over it', () => {
    const world = releasing(all, undefined, {});
    world.run(3 * minute);
    const rounds = world.asked.map(({ gate, facts: { step }, round }) => `${gate.name} ${step}/${round}`);
    expect(rounds.slice(0, 3)).toEqual(['before 0/0', 'during 0/0', 'during 0/1']);
    world.run(40 * minute);
    expect(world.asked.filter(({ gate }) => gate.name === 'before')).toHaveLength(1);
    expect(world.asked.filter(({ gate }) => gate.name === 'after')).toHaveLength(1);
  });

  it('work where no source of metrics is configured at all', () => {
    const world = releasing([gateOf('during')], () => undefined);
    world.metricsKind = 'notConfigured';
    world.run(20 * minute);
    expect(world.weights).toEqual([5]);
    expect(world.status?.message).toContain('gate during is asked');
  });

  it('are asked neither of the first revision nor on the way back within the window', () => {
    const world = releasing(all);
    world.run(40 * minute);
    const before = world.asked.length;
    world.editSpec('v1');
    world.run(10 * minute);
    expect(world.split).toEqual({ v1: 100 });
    expect(world.asked).toHaveLength(before);
  });
});

describe('before anything', () => {
  it('law 1: it is asked only when the candidate can answer, and no request reaches it before the Pass', () => {
    const world = releasing([gateOf('before')], () => undefined);
    world.run(10 * minute);
    expect(world.asked).toHaveLength(1);
    expect(world.weights).toEqual([]);
    expect(world.status?.message).toContain('gate before is asked');
    world.gates = () => passed;
    world.run(minute);
    expect(world.weights).toEqual([5]);
  });

  it('a Fail ends the rollout, and the revision is remembered', () => {
    const world = releasing([gateOf('before')], () => failed);
    world.run(5 * minute);
    expect(world.rollout.status).toMatchObject({
      outcome: 'RolledBack',
      reason: 'GateFailed',
      remembered: true,
      message: 'gate before failed: the answers are wrong',
    });
    expect(world.weights).toEqual([]);
    expect(world.violations).toEqual([]);
  });
});

describe('during a step', () => {
  it('law 5: a Fail takes the traffic back in the pass that sees it', () => {
    let answer: GateAnswer = passed;
    const world = releasing([gateOf('during')], () => answer);
    world.run(1.5 * minute);
    expect(world.split['v2']).toBe(5);
    answer = failed;
    world.run(minute);
    expect(world.split['v1']).toBe(100);
    expect(world.rollout.status).toMatchObject({ outcome: 'RolledBack', reason: 'GateFailed', weight: 0 });
    expect(world.violations).toEqual([]);
  });

  it('law 13: also when the record cannot be written', () => {
    let answer = passed;
    const world = releasing([gateOf('during')], () => answer);
    world.run(1.5 * minute);
    answer = failed;
    world.run(minute - 1);
    world.rollout.status.gates = [];
    world.tick({ failRecord: true });
    expect(world.split['v1']).toBe(100);
  });

  it('tolerates so many failures, and needs a Pass after them', () => {
    let answer = failed;
    const world = releasing([gateOf('during', { failureLimit: 3 })], () => answer);
    world.run(2.5 * minute);
    expect(world.status?.message).toContain('failed (3 of 3 failures that are tolerated)');
    expect(world.split['v2']).toBe(5);
    answer = passed;
    world.run(2 * minute);
    expect(world.split['v2']).toBe(25);
  });

  it('pauses for a person where the user says so', () => {
    const world = releasing([gateOf('during', { onFailure: 'pause' })], () => failed);
    world.run(20 * minute);
    expect(world.status?.phase).toBe('Paused');
    expect(world.rollout.status.paused?.reason).toBe('GateFailed');
    expect(world.split['v2']).toBe(5);
    expect(world.asked).toHaveLength(1);
    expect(world.tick().writes).toEqual([]);
  });

  it('waits as long as it says so', () => {
    const world = releasing([gateOf('during')], () => waiting);
    world.run(20 * minute);
    expect(world.weights).toEqual([5]);
    expect(world.status?.message).toContain('gate during waits: nobody has looked yet; it is asked again');
  });
});

describe('past a gate that says no, a person leads', () => {
  const pausing = all.map((gate) => ({ ...gate, onFailure: 'pause' as const }));
  const failing = (when: string) =>
    releasing(pausing, ({ gate }) => (gate.when === when ? failed : passed)).run(40 * minute);

  it('to the first step with promote', () => {
    const world = failing('before') as TinyWorld;
    expect(world.status?.phase).toBe('Paused');
    expect(world.weights).toEqual([]);
    world.ask('promote');
    world.run(minute);
    expect(world.weights).toEqual([5]);
    expect(world.rollout.status.step.index).toBe(0);
    world.run(40 * minute);
    expect(world.status?.phase).toBe('Healthy');
    expect(world.violations).toEqual([]);
  });

  it('out of a step with promote', () => {
    const world = failing('during') as TinyWorld;
    expect(world.weights).toEqual([5]);
    world.ask('promote');
    world.run(minute);
    expect(world.weights).toEqual([5, 25]);
  });

  it('out of the bake with promote --full', () => {
    const world = failing('after') as TinyWorld;
    expect([world.status?.phase, world.rollout.status.phase]).toEqual(['Paused', 'Baking']);
    world.ask('promote', { full: true });
    world.run(minute);
    expect(world.status?.phase).toBe('Healthy');
    expect(world.split).toEqual({ v2: 100 });
  });
});

describe('law 9: silence', () => {
  it('is neither Pass nor Fail: it holds, and is asked about again', () => {
    const world = releasing([gateOf('during')], () => silence);
    world.run(30 * minute);
    expect(world.weights).toEqual([5]);
    expect(world.status).toMatchObject({
      phase: 'Progressing',
      message: expect.stringContaining('gate during has no answer: nobody is there'),
    });
    expect(new Set(world.asked.map(({ id }) => id)).size).toBeGreaterThan(20);
  });

  it('ends the rollout where the user says so', () => {
    const world = releasing([gateOf('during', { onSilence: 'rollback' })], () => silence);
    world.run(5 * minute);
    expect(world.rollout.status).toMatchObject({ outcome: 'RolledBack', reason: 'GateSilent' });
    expect(world.split['v1']).toBe(100);
  });

  it('is ignored where the user says so, and the record says what was ignored', () => {
    const gates = all.map((gate) => ({ ...gate, onSilence: 'ignore' as const }));
    const world = releasing(gates, () => silence);
    world.run(40 * minute);
    expect(world.status?.phase).toBe('Healthy');
    expect(world.rollout.status.gates?.map(({ said }) => said)).toEqual(['Silent', 'Silent', 'Silent']);
  });
});

describe('after the promotion', () => {
  it('the bake does not end without a Pass', () => {
    let answer: GateAnswer | undefined = waiting;
    const world = releasing([gateOf('after')], () => answer);
    world.run(60 * minute);
    expect(world.status?.phase).toBe('Baking');
    answer = passed;
    world.run(2 * minute);
    expect(world.status?.phase).toBe('Healthy');
  });

  it('a Fail brings everybody back', () => {
    const world = releasing([gateOf('after')], () => failed);
    world.run(30 * minute);
    expect(world.split['v1']).toBe(100);
    expect(world.rollout.status).toMatchObject({ outcome: 'RolledBack', reason: 'GateFailed' });
    expect(world.violations).toEqual([]);
  });
});

it('law 12: an answer is noted once, and what was answered is not asked again', () => {
  const world = releasing([gateOf('before')], () => passed);
  world.run(minute);
  const { gates } = world.rollout.status;
  expect(gates).toEqual([expect.objectContaining({ name: 'before', said: 'Pass', round: 0, failures: 0 })]);
  world.run(5 * minute);
  expect(world.asked).toHaveLength(1);
});

it('a settled ModelDeployment asks nothing (law 15)', () => {
  const world = releasing(all);
  world.run(60 * minute);
  const before = world.asked.length;
  world.run(120 * minute);
  expect(world.asked).toHaveLength(before);
});
