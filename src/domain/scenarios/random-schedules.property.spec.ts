import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RolloutStep } from '../../api/model-rollout.ts';
import { rolloutVerbs } from '../../api/rollout-action.ts';
import {
  endStateOf,
  law14SameDecision,
  law15NothingToWrite,
  law20SameRoles,
} from '../testing/laws-of-runs.ts';
import { weightStep } from '../testing/tiny-spec.ts';
import { TinyWorld } from '../testing/tiny-world.ts';

/**
 * Random schedules of everything that users, pods, metrics and data planes do, with crashes after any single write. Every
 * write is held against the laws; when the faults stop, the world must come to rest as it should.
 */

const minute = 60_000;

/** More of them for a night, or others: `RANDOM_SCHEDULES=10000 RANDOM_SEED=7`. The same seed gives the same ones in CI as here. */
const numRuns = Number(process.env['RANDOM_SCHEDULES'] ?? 100);
const seed = Number(process.env['RANDOM_SEED'] ?? 1);
const versions = ['v1', 'v2', 'v3'];

interface Happening {
  name: string;
  happen(world: TinyWorld): void;
}

const version = fc.constantFrom(...versions);
const happening = <Value>(
  name: string,
  values: fc.Arbitrary<Value>,
  happen: (world: TinyWorld, value: Value) => void,
): fc.Arbitrary<Happening> =>
  values.map((value) => ({
    name: `${name} ${JSON.stringify(value)}`,
    happen: (world) => happen(world, value),
  }));

const delayMs = fc.constantFrom(1_000, 7_000, 40_000);

const happenings = fc.oneof(
  {
    weight: 14,
    arbitrary: happening(
      'time',
      fc.constantFrom(1_000, 5_000, 12_000, 30_000, 2 * minute),
      advanceWithPasses,
    ),
  },
  { weight: 3, arbitrary: happening('pass', fc.constant(null), (world) => void world.tick()) },
  {
    weight: 3,
    arbitrary: happening('crash after', fc.integer({ min: 0, max: 5 }), (world, stopAfterWrites) => {
      world.tick({ stopAfterWrites });
    }),
  },
  happening('record fails', fc.constant(null), (world) => void world.tick({ failRecord: true })),
  happening('spec', version, (world, value) => world.editSpec(value)),
  happening('paused', fc.boolean(), (world, value) => world.pause(value)),
  happening('replicas', fc.integer({ min: 0, max: 5 }), (world, value) => world.setReplicas(value)),
  happening('kill', fc.tuple(version, fc.integer({ min: 1, max: 4 })), (world, [of, count]) =>
    world.killPods(of, count),
  ),
  happening('break', version, (world, value) => world.breakPods(value)),
  happening('heal', fc.tuple(version, delayMs), (world, [of, after]) => world.healPods(of, after)),
  happening('lag', fc.constantFrom(0, 500, 20_000, Infinity), (world, value) => world.lag(value)),
  happening(
    'verdict',
    fc.tuple(version, fc.constantFrom('Pass', 'Fail', 'Inconclusive', 'NoData')),
    (world, [of, says]) => world.say(of, says as 'Pass'),
  ),
  happening('metrics', fc.constantFrom('measured', 'pending', 'notConfigured'), (world, value) => {
    world.metricsKind = value as 'measured';
  }),
  happening(
    'edit route',
    fc.tuple(version, version, fc.integer({ min: 0, max: 1000 })),
    (world, [one, other, weight]) =>
      world.editRoute(one === other ? { [one]: 1000 } : { [one]: 1000 - weight, [other]: weight }),
  ),
  {
    weight: 3,
    arbitrary: happening(
      'ask',
      fc.tuple(
        fc.constantFrom(...(Object.keys(rolloutVerbs) as (keyof typeof rolloutVerbs)[])),
        fc.boolean(),
        fc.constantFrom('alice', 'bob'),
      ),
      (world, [verb, full, by]) =>
        void world.ask(verb, { by, ttlMs: minute, ...(verb === 'promote' && { full }) }),
    ),
  },
  happening('edit apex', version, (world, value) => world.editApex(value)),
  happening('delete route', fc.constant(null), (world) => world.deleteRoute()),
  happening('delete status', fc.constant(null), (world) => world.deleteStatus()),
  happening('delete records', fc.constant(null), (world) => world.deleteRecords()),
  happening('delete revision', version, (world, value) => world.deleteRevision(value)),
);

/** Time goes on as events let it: passes at each, but none of them waits for the world to come to rest. */
function advanceWithPasses(world: TinyWorld, forMs: number): void {
  const untilMs = world.nowMs + forMs;
  for (let passes = 0; passes < 40 && world.nowMs < untilMs; passes += 1) {
    const { decision } = world.tick();
    const nextMs = Math.min(
      world.nowMs + (decision.requeueAfterMs ?? forMs),
      world.cluster.nextChangeAtMs(),
      untilMs,
    );
    world.cluster.advanceTo(nextMs);
  }
}

/** What is wrong ends, and the user wants version v3, which is good. */
function stopFaults(world: TinyWorld): void {
  for (const one of versions) {
    world.healPods(one, 1_000);
    world.say(one, 'Pass');
  }
  world.lag(100);
  world.metricsKind = 'measured';
  world.pause(false);
  world.setReplicas(3);
  world.editSpec('v1');
  world.run(5 * minute);
  world.editSpec('v3');
  world.run(120 * minute);
}

const plans: Record<'steps' | 'adaptive', RolloutStep[]> = {
  steps: [
    weightStep(10, 20_000, minute),
    { kind: 'pause', durationMs: 10_000 },
    weightStep(50, 20_000, minute),
  ],
  adaptive: [
    { kind: 'adaptive', start: 10, max: 60, lossBudget: 1, growth: 2, holdMs: 20_000, maxHoldMs: 2 * minute },
  ],
};

type Setting = [router: 'weighted' | 'replicaRatio', plan: keyof typeof plans];
const settings: Setting[] = [
  ['weighted', 'steps'],
  ['weighted', 'adaptive'],
  ['replicaRatio', 'steps'],
  ['replicaRatio', 'adaptive'],
];

function lived([router, plan]: Setting, schedule: readonly Happening[]): TinyWorld {
  const world = new TinyWorld({
    router,
    replicas: 3,
    analysis: true,
    steps: plans[plan],
    bakeMs: minute,
    drainMs: 30_000,
    progressDeadlineMs: 2 * minute,
    noDataForMs: minute,
    onNoData: 'rollback',
    revisionHistoryLimit: 1,
  });
  for (const one of versions) world.healPods(one, 2_000);
  world.run(minute);
  world.editSpec('v2');
  let untouched = true;
  for (const { name, happen } of schedule) {
    happen(world);
    untouched &&= !/^(edit|delete)/.test(name);
    const roles = untouched && law20SameRoles(world);
    if (roles) world.violations.push(roles);
    const decision = law14SameDecision(world);
    if (decision) world.violations.push(decision);
    if (world.violations.length > 0) break;
  }
  return world;
}

describe.each(settings)('whatever happens, by a %s router with %s', (...setting) => {
  it('no write breaks a law, and the world comes to rest with what the spec asks for', () => {
    fc.assert(
      fc.property(fc.array(happenings, { minLength: 1, maxLength: 40 }), (schedule) => {
        const world = lived(setting, schedule);
        const told = schedule.map(({ name }) => name).join('; ');
        expect([told, ...world.violations]).toEqual([told]);
        stopFaults(world);
        expect([told, ...world.violations]).toEqual([told]);
        expect([told, law15NothingToWrite(world)]).toEqual([told, undefined]);
        expect([told, endStateOf(world)]).toEqual([
          told,
          expect.objectContaining({
            phase: 'Healthy',
            split: { v3: 100 },
            apex: { kind: 'revision', revision: world.revision('v3') },
            stable: world.revision('v3'),
          }),
        ]);
        const others = Object.entries(endStateOf(world).replicas).filter(([name]) => name !== 'v3');
        expect(others.every(([, replicas]) => replicas === 0)).toBe(true);
        expect(world.replicasOf('v3')).toBe(3);
      }),
      { numRuns, seed },
    );
  });
});
