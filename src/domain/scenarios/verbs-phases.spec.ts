import { describe, expect, it } from '@jest/globals';
import { weightStep } from '../testing/tiny-spec.ts';
import { TinyWorld } from '../testing/tiny-world.ts';

const minute = 60_000;
type Verb = Parameters<TinyWorld['ask']>[0];

/** No more pods of v2 become ready; those that are stay so. */
const stall = (world: TinyWorld) => world.cluster.behaviours.set('v2', { readyAfterMs: Infinity });

function rolling(spoil: (world: TinyWorld) => void, forMs: number, follow = false): TinyWorld {
  const world = new TinyWorld({
    analysis: true,
    steps: [weightStep(50)],
    ...(follow && { stableScale: 'follow' }),
  }).run(minute);
  if (follow) world.healPods('v1', 30_000);
  world.editSpec('v2');
  spoil(world);
  return world.run(forMs);
}

const worlds: Record<string, () => TinyWorld> = {
  'before anything was served': () => {
    const world = new TinyWorld();
    world.breakPods('v1');
    return world.run(minute);
  },
  settled: () => new TinyWorld().run(minute),
  Preparing: () => rolling((world) => world.breakPods('v2'), 10_000),
  Stepping: () => rolling(() => {}, 10_000),
  Promoting: () => rolling((world) => (world.run(10_000), stall(world)), 3 * minute),
  Baking: () => rolling(() => {}, 5 * minute),
  Returning: () => rolling((world) => (world.run(20_000), world.say('v2', 'Fail')), 15_000, true),
  'rolled back': () => rolling((world) => (world.run(20_000), world.say('v2', 'Fail')), 5 * minute),
  promoted: () => rolling(() => {}, 30 * minute),
};

const verbs: [string, Verb, object][] = [
  ['promote', 'promote', {}],
  ['full', 'promote', { full: true }],
  ['skip', 'skip', {}],
  ['pause', 'pause', {}],
  ['resume', 'resume', {}],
  ['abort', 'abort', {}],
  ['retry', 'retry', {}],
  ['rollback', 'rollback', {}],
];

/** What becomes of each verb, in the order above: the reason of its refusal, or its state. */
const nothingRuns = 'RolloutNotRunning';
const expected: Record<string, string[]> = {
  'before anything was served': [
    ...[nothingRuns, nothingRuns, nothingRuns, nothingRuns],
    ...['NothingToDo', nothingRuns, 'NothingToDo', 'NothingToDo'],
  ],
  settled: [
    ...[nothingRuns, nothingRuns, nothingRuns, nothingRuns],
    ...['NothingToDo', nothingRuns, 'NothingToDo', 'RevisionNotKept'],
  ],
  Preparing: ['NotNow', 'Pending', 'NotNow', 'Applied', 'NothingToDo', 'Applied', 'NotNow', 'Applied'],
  Stepping: ['Applied', 'Applied', 'Applied', 'Applied', 'NothingToDo', 'Applied', 'NotNow', 'Applied'],
  Promoting: ['NotNow', 'Applied', 'NotNow', 'Applied', 'NothingToDo', 'Applied', 'NotNow', 'Applied'],
  Baking: ['NotNow', 'NotNow', 'NotNow', 'Applied', 'NothingToDo', 'Applied', 'NotNow', 'Applied'],
  Returning: ['NotNow', 'NotNow', 'NotNow', 'NotNow', 'NothingToDo', 'NotNow', 'NotNow', 'NotNow'],
  'rolled back': [
    ...[nothingRuns, 'Applied', nothingRuns, nothingRuns],
    ...['NothingToDo', nothingRuns, 'Applied', 'RevisionNotKept'],
  ],
  promoted: [
    ...[nothingRuns, nothingRuns, nothingRuns, nothingRuns],
    ...['NothingToDo', nothingRuns, 'NothingToDo', 'Applied'],
  ],
};

describe.each(Object.keys(worlds))('%s', (place) => {
  it.each(verbs.map(([name, verb, more], index) => [name, expected[place]![index], verb, more] as const))(
    '%s: %s',
    (_name, answer, verb, more) => {
      const world = worlds[place]!();
      const phases = ['Preparing', 'Stepping', 'Promoting', 'Baking', 'Returning'];
      if (phases.includes(place)) expect(world.rollout.status.phase).toBe(place);
      const action = world.ask(verb, more);
      world.run(1_000);
      const { state, reason, message } = world.actions.find(action.name)?.status ?? {};
      expect(state === 'Refused' ? reason : state).toBe(answer);
      expect(message).toMatch(/^.{10,}[^.]$/);
      expect(world.violations).toEqual([]);
    },
  );
});
