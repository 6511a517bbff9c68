import type { Decision, EventIntent, RevisionIntent } from '../decision.ts';
import { type Retirement, retireRevisions, unneededMirror } from '../revision/draining.ts';
import { type Roles, findRevision } from '../roles.ts';
import { settledStatus } from '../status/settled-status.ts';
import { earliest, toTime } from '../time.ts';
import type { RevisionView, World } from '../world.ts';
import { plannedPods } from './capacity-plan.ts';
import { mirrors } from './plan.ts';
import { repairEvent } from './repair-event.ts';
import { startProblem } from './rollout-extras.ts';
import { isInForce, onlyTidies, settledSplit, withheldInWords } from './rollout-traffic.ts';
import { startRollout } from './start-rollout.ts';
import { initialRolloutStatus } from './transitions.ts';

type Start = ReturnType<typeof startRollout>;

/** One revision has everybody, and no rollout runs. Here a new one begins. */
export function decideSettled(world: World, roles: Roles, stable: string): Decision {
  const view = findRevision(world, stable);
  const split = settledSplit(world, stable);
  const start = view && mayStart(world, roles, stable) ? startRollout(world, roles, view) : undefined;
  // Of one edit to replicas and template, the scale-down waits until the rollout is over (law 6).
  const replicas = Math.max(world.deployment.spec.replicas, start ? (view?.replicas ?? 0) : 0);
  const inRole = start ? [stable, world.target.revision] : [stable];
  const retirement = retireRevisions(world, inRole);
  const withheld = withheldInWords(world, split);
  const mayWrite = view?.hasService === true && !world.traffic.problem && withheld === undefined;
  const repaired = mayWrite && !start ? repairEvent(world, split, { decided: undefined, stable }) : undefined;
  return {
    createRollout: start,
    rolloutStatus: forgetFailure(world, roles),
    trafficBeforeRecord: false,
    revisions: [
      ...stableIntents(world, stable, view, replicas),
      ...candidateIntents(world, start, replicas),
      ...retirement.intents,
    ],
    traffic: mayWrite ? split : undefined,
    status: settledStatus(world, roles, {
      stable,
      view,
      inForce: isInForce(world, split),
      onlyTidies: onlyTidies(world, stable),
      withheld,
      starting: start,
    }),
    events: [...startedEvents(start), ...(repaired ? [repaired] : [])],
    requeueAfterMs: wakeAfterMs(world, retirement),
  };
}

/** A failed revision is remembered: it is not tried again until the spec changes or somebody says retry. */
function mayStart(world: World, { newest }: Roles, stable: string): boolean {
  const { target, deployment, birthRefused, traffic } = world;
  if (target.revision === stable || deployment.spec.paused || deployment.deleting) return false;
  if (birthRefused !== undefined || traffic.problem) return false;
  if (startProblem(world) !== undefined) return false;
  return !(newest?.status.remembered && newest.spec.to.revision === target.revision);
}

/** Once the spec asks for something else, the failed revision may be tried again later. */
function forgetFailure(world: World, { newest }: Roles): Decision['rolloutStatus'] {
  if (!newest?.status.remembered || newest.spec.to.revision === world.target.revision) return undefined;
  return { name: newest.name, status: { ...newest.status, remembered: false } };
}

function stableIntents(
  world: World,
  stable: string,
  view: RevisionView | undefined,
  replicas: number,
): RevisionIntent[] {
  const mirror = view ? unneededMirror(world, view) : {};
  if (stable === world.target.revision) {
    return [{ kind: 'ensure', identity: world.target, replicas, ...mirror }];
  }
  return view ? [{ kind: 'keep', revision: stable, replicas, drainUntilMs: null, ...mirror }] : [];
}

/**
 * The candidate's pods may start in the pass that begins its rollout: they need no traffic for that (law 4). Pods that a
 * revision has left over from before are kept.
 */
function candidateIntents(world: World, start: Start | undefined, replicas: number): RevisionIntent[] {
  if (!start) return [];
  const { target, traffic } = world;
  const { plan } = start.spec;
  const beginning = initialRolloutStatus(toTime(world.nowMs));
  const needed = plannedPods(plan, beginning, { replicas, router: traffic.router });
  const left = findRevision(world, target.revision)?.replicas ?? 0;
  return [
    {
      kind: 'ensure',
      identity: target,
      replicas: Math.max(needed, left),
      ...(mirrors(plan) && { mirrorService: true }),
    },
  ];
}

function startedEvents(start: Start | undefined): EventIntent[] {
  if (!start) return [];
  const { from, to, plan } = start.spec;
  const message = plan.immediate
    ? `${start.name}: back from stable ${from.revision} to revision ${to.revision}, which is within the rollback window: no gate is asked`
    : `${start.name}: revision ${to.revision} against stable ${from.revision}`;
  return [{ type: 'Normal', reason: 'RolloutStarted', action: 'Start', message }];
}

/** The API server may have refused a revision for a cause that is gone by itself: a quota, or somebody's webhook. */
const askAgainAfterMs = 30_000;

/** When to look again, outside of a rollout. */
export function wakeAfterMs(world: World, { nextAtMs }: Retirement): number | undefined {
  const wakeAtMs = earliest(
    nextAtMs,
    world.birthRefused === undefined ? undefined : world.nowMs + askAgainAfterMs,
  );
  return wakeAtMs === undefined ? undefined : wakeAtMs - world.nowMs;
}
