import { describe, expect, it } from '@jest/globals';
import { TinyWorld } from '../testing/tiny-world.ts';
import type { RevisionView, World } from '../world.ts';
import { drainingRevisions, retireRevisions } from './draining.ts';

const minute = 60_000;

/** A settled world with a second revision that is in no role. */
function withOther(other: Partial<RevisionView>, traffic: Partial<World['traffic']> = {}): World {
  const world = new TinyWorld().run(minute).gather();
  const view = { ...world.revisions[0]!, revision: 'other', fullHash: 'other', ...other };
  return {
    ...world,
    revisions: [...world.revisions, view],
    traffic: { ...world.traffic, ...traffic },
  };
}

const stableOf = (world: World): string => world.revisions[0]!.revision;
const retired = (world: World) => retireRevisions(world, [stableOf(world)]);
const atZero = (world: World) => [...world.traffic.route!, { revision: 'other', weight: 0 }];

describe('a revision that lost its traffic', () => {
  it('keeps its pods for drain, or for its own grace period where that is longer', () => {
    const world = withOther({});
    expect(retired(world).intents).toEqual([
      { kind: 'keep', revision: 'other', replicas: 4, drainUntilMs: world.nowMs + minute },
    ]);
    expect(retired(withOther({ gracePeriodMs: 5 * minute })).intents).toMatchObject([
      { drainUntilMs: world.nowMs + 5 * minute },
    ]);
  });

  it('stands in the route at weight 0 for as long, if it stood there', () => {
    const world = withOther({});
    expect(drainingRevisions(world, [stableOf(world)])).toEqual([]);
    const named = withOther({ drainUntilMs: world.nowMs + 1 }, { route: atZero(world) });
    expect(drainingRevisions(named, [stableOf(named)])).toEqual(['other']);
    const over = withOther({ drainUntilMs: world.nowMs }, { route: atZero(world) });
    expect(drainingRevisions(over, [stableOf(over)])).toEqual([]);
  });

  it('wakes the controller when the wait is over, and goes to zero then', () => {
    const { nowMs } = withOther({});
    expect(retired(withOther({ drainUntilMs: nowMs + 7 }))).toEqual({ intents: [], nextAtMs: nowMs + 7 });
    expect(retired(withOther({ drainUntilMs: nowMs }))).toEqual({
      intents: [{ kind: 'keep', revision: 'other', replicas: 0 }],
      nextAtMs: undefined,
    });
  });

  it('that was never born leaves no Service behind, once nothing leads there and nobody asks for it', () => {
    const world = new TinyWorld().run(minute).gather();
    const unborn = { ...world, unborn: ['unborn'] };
    const gone = [{ kind: 'delete', revision: 'unborn' }];
    expect(retired(unborn).intents).toEqual(gone);
    const { target, traffic } = world;
    expect(retired({ ...unborn, target: { ...target, revision: 'unborn' } }).intents).toEqual([]);
    expect(retired({ ...unborn, traffic: { ...traffic, named: ['unborn'] } }).intents).toEqual([]);
    expect(retired({ ...unborn, traffic: { ...traffic, acknowledged: false } }).intents).toEqual([]);
    expect(retireRevisions(unborn, ['unborn', stableOf(world)]).intents).toEqual([]);
  });

  it('gives up a mirror Service that a killed controller left behind it', () => {
    const left = { replicas: 0, hasMirrorService: true };
    expect(retired(withOther(left, { acknowledged: true })).intents).toEqual([
      { kind: 'keep', revision: 'other', replicas: 0, mirrorService: false },
    ]);
    expect(retired(withOther({ replicas: 0 }, { acknowledged: true })).intents).toEqual([]);
    const named = { mirror: { revision: 'other', percent: 100 } };
    expect(retired(withOther(left, { acknowledged: true, extras: named })).intents).toEqual([]);
  });

  it.each([
    ['is named by a live object (law 3)', { named: ['other'] }, 0],
    ['may still be served by a data plane that lags (law 4)', { acknowledged: false }, 0],
    ['has an apex Service that selects it', { apex: { kind: 'revision', revision: 'other' } }, null],
    ['has endpoints of the apex Service', { endpoints: { other: 1 } }, null],
  ] as const)('keeps its pods while it %s', (_what, traffic, mark) => {
    const { nowMs } = withOther({});
    const intents = retired(withOther({ drainUntilMs: nowMs }, traffic as Partial<World['traffic']>)).intents;
    // Traffic that came back makes the wait begin anew.
    expect(intents).toEqual(
      mark === null
        ? [{ kind: 'keep', revision: 'other', replicas: 4, drainUntilMs: null, beforeTraffic: true }]
        : [],
    );
  });

  it('does not begin to drain while it carries traffic', () => {
    const route = [{ revision: 'other', weight: 1000 }];
    expect(retired(withOther({}, { route })).intents).toEqual([]);
  });

  it('does not begin to drain while the apex selects a pod of it, which may become ready at any moment', () => {
    const members = [{ name: 'pod', uid: 'pod', bornAtMs: 0, ready: false, live: true }];
    const apex = { kind: 'live' } as const;
    expect(retired(withOther({ members }, { apex })).intents).toEqual([]);
    expect(retired(withOther({ members: [] }, { apex })).intents).toHaveLength(1);
  });
});

describe('history', () => {
  const old = (revision: string, createdAtMs: number): RevisionView => ({
    ...withOther({}).revisions[1]!,
    revision,
    createdAtMs,
    replicas: 0,
    pods: 0,
  });

  function limited(revisions: RevisionView[], limit: number, named: string[] = []): World {
    const world = withOther({});
    const spec = { ...world.deployment.spec, revisionHistoryLimit: limit };
    return {
      ...world,
      deployment: { ...world.deployment, spec },
      revisions: [world.revisions[0]!, ...revisions],
      traffic: { ...world.traffic, named },
    };
  }

  it('lets the oldest go', () => {
    const revisions = [old('b', 2), old('a', 1), old('d', 4), old('c', 3)];
    expect(retired(limited(revisions, 2)).intents).toEqual([
      { kind: 'delete', revision: 'b' },
      { kind: 'delete', revision: 'a' },
    ]);
  });

  it('keeps one that users had again since', () => {
    const revisions = [
      { ...old('returned', 1), drainUntilMs: 30 },
      { ...old('left', 2), drainUntilMs: 20 },
    ];
    expect(retired(limited(revisions, 1)).intents).toEqual([{ kind: 'delete', revision: 'left' }]);
  });

  it('never what is named, what has pods, or what the spec asks for', () => {
    const world = limited([old('named', 1), { ...old('pods', 2), pods: 1 }, old('wanted', 3)], 0, ['named']);
    const target = { ...world.target, revision: 'wanted' };
    expect(retireRevisions({ ...world, target }, [stableOf(world)]).intents).toEqual([]);
  });
});
