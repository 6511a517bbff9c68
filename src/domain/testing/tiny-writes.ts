import { type ActionIntent, type Decision, type RevisionIntent, aroundTraffic } from '../decision.ts';
import { initialRolloutStatus } from '../strategy/transitions.ts';
import { toTime } from '../time.ts';
import type { TrafficWrite } from './tiny-cluster.ts';
import type { TinyWorld } from './tiny-world.ts';

/** One write to the API server. */
export interface TinyWrite {
  what:
    | TrafficWrite['what']
    | 'record'
    | 'createRollout'
    | 'deleteRollout'
    | 'eviction'
    | 'workload'
    | 'action'
    | 'deleteRevision'
    | 'status';
  apply(): void;
}

/** The writes that a decision takes, in the order of law 13; none for what the live objects say already (law 15). */
export function tinyWrites(world: TinyWorld, decision: Decision): TinyWrite[] {
  const { traffic, status } = decision;
  const writes: TinyWrite[] = [...recordWrites(world, decision)];
  const [before, after] = aroundTraffic(decision.revisions);
  writes.push(...before.flatMap((intent) => workloadWrites(world, intent)));
  if (traffic) writes.push(...world.cluster.trafficWrites(traffic.intent, traffic.apex));
  for (const { name } of decision.evictions ?? []) {
    writes.push({ what: 'eviction', apply: () => world.cluster.evict(name) });
  }
  writes.push(...after.flatMap((intent) => workloadWrites(world, intent)));
  writes.push(...decision.actions.flatMap((intent) => actionWrites(world, intent)));
  if (!same(world.status, status)) {
    writes.push({ what: 'status', apply: () => (world.status = asStored(status)) });
  }
  return writes;
}

function recordWrites(world: TinyWorld, { rolloutStatus, createRollout }: Decision): TinyWrite[] {
  const writes: TinyWrite[] = [];
  const live = world.rollouts.find(({ name }) => name === rolloutStatus?.name);
  if (rolloutStatus && live && !same(live.status, rolloutStatus.status)) {
    writes.push({ what: 'record', apply: () => (live.status = asStored(rolloutStatus.status)) });
  }
  if (createRollout) {
    if (world.rollouts.some(({ name }) => name === createRollout.name)) {
      throw new Error(`a ModelRollout ${createRollout.name} exists already`);
    }
    const status = initialRolloutStatus(toTime(world.nowMs));
    writes.push({
      what: 'createRollout',
      apply: () => world.rollouts.push(asStored({ ...createRollout, status })),
    });
  }
  return writes;
}

function actionWrites({ actions }: TinyWorld, intent: ActionIntent): TinyWrite[] {
  const live = actions.find(intent.name);
  if (!live || (intent.kind === 'answer' && same(live.status, intent.status))) return [];
  const stored = asStored(intent);
  return [{ what: 'action', apply: () => actions.carryOut(stored) }];
}

function workloadWrites(world: TinyWorld, intent: RevisionIntent): TinyWrite[] {
  const { cluster } = world;
  switch (intent.kind) {
    case 'deleteRollout':
      return [
        {
          what: 'deleteRollout',
          apply: () => (world.rollouts = world.rollouts.filter(({ name }) => name !== intent.name)),
        },
      ];
    case 'delete':
      return [{ what: 'deleteRevision', apply: () => cluster.revisions.delete(intent.revision) }];
    case 'ensure': {
      const live = cluster.revisions.get(intent.identity.revision);
      return live
        ? settings(world, live.identity.revision, { ...intent, drainUntilMs: null })
        : [birth(world, intent)];
    }
    case 'keep':
      return settings(world, intent.revision, intent);
  }
}

function birth(world: TinyWorld, intent: Extract<RevisionIntent, { kind: 'ensure' }>): TinyWrite {
  const { cluster, version } = world;
  return {
    what: 'workload',
    apply: () => {
      const revision = {
        identity: intent.identity,
        version,
        replicas: 0,
        pods: [],
        hasService: true,
        hasMirrorService: intent.mirrorService ?? false,
        createdAtMs: world.nowMs,
        drainUntilMs: undefined,
      };
      cluster.revisions.set(intent.identity.revision, revision);
      cluster.scale(revision, intent.replicas, intent.surge ?? 0);
    },
  };
}

function settings(
  world: TinyWorld,
  name: string,
  {
    replicas,
    surge: asked,
    drainUntilMs,
    mirrorService,
  }: { replicas: number; surge?: number; drainUntilMs?: number | null; mirrorService?: boolean },
): TinyWrite[] {
  const revision = world.cluster.revisions.get(name);
  if (!revision) return [];
  const mark = drainUntilMs === undefined ? revision.drainUntilMs : (drainUntilMs ?? undefined);
  const surge = replicas === 0 ? 0 : (asked ?? revision.surge ?? 0);
  const mirror = mirrorService ?? revision.hasMirrorService;
  if (
    revision.replicas === replicas &&
    (revision.surge ?? 0) === surge &&
    revision.drainUntilMs === mark &&
    Boolean(revision.hasMirrorService) === Boolean(mirror)
  )
    return [];
  return [
    {
      what: 'workload',
      apply: () => {
        revision.drainUntilMs = mark;
        revision.hasMirrorService = mirror;
        world.cluster.scale(revision, replicas, surge);
      },
    },
  ];
}

/** As JSON keeps it: absent and undefined are the same, and nobody shares an object with the decision. */
const asStored = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;
const same = (left: unknown, right: unknown): boolean =>
  JSON.stringify(left) === JSON.stringify(right) ||
  JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, field]) => [key, sorted(field)]),
  );
}
