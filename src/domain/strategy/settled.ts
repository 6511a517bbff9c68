import { requestInWords } from '../actions/recorded.ts';
import { type SettledWish, wishWhileSettled } from '../actions/settled-by-action.ts';
import { heldOffBy, isHeldOff, standOf } from '../actions/stand.ts';
import type { EventIntent, PassDecision, RevisionIntent } from '../decision.ts';
import { type Retirement, retireRevisions, unneededMirror } from '../revision/draining.ts';
import type { Reason } from '../../api/reasons.ts';
import { type Roles, findRevision } from '../roles.ts';
import { settledStatus } from '../status/settled-status.ts';
import { earliest, toTime } from '../time.ts';
import type { RevisionView, World } from '../world.ts';
import { plannedPods } from './capacity-plan.ts';
import { mirrors } from './plan.ts';
import { repairEvent } from './repair-event.ts';
import { startProblem } from './rollout-extras.ts';
import { isInForce, onlyTidies, settledSplit, withheldInWords } from './rollout-traffic.ts';
import { type Start, startInFull, startRollback, startRollout } from './start-rollout.ts';
import { initialRolloutStatus } from './transitions.ts';
import { specFreezes } from './spec-freezes.ts';

/** One revision has everybody, and no rollout runs. Here a new one begins. */
export function decideSettled(world: World, roles: Roles, stable: string): PassDecision {
  const view = findRevision(world, stable);
  const split = settledSplit(world, stable);
  const wish = wishWhileSettled(standOf(world, roles));
  const start = view && beginning(world, roles, view, wish);
  // Of one edit to replicas and template, the scale-down waits until the rollout is over (law 6).
  const replicas = Math.max(world.deployment.spec.replicas, start ? (view?.replicas ?? 0) : 0);
  const inRole = start ? [stable, start.spec.to.revision] : [stable];
  const retirement = retireRevisions(world, inRole);
  const withheld = withheldInWords(world, split);
  const mayWrite = view?.hasService === true && !world.traffic.problem && withheld === undefined;
  const repaired = mayWrite && !start ? repairEvent(world, split, { decided: undefined, stable }) : undefined;
  return {
    createRollout: start,
    rolloutStatus: forgetFailure(world, roles) ?? (wish?.kind === 'letGo' ? wish.rollout : undefined),
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
    events: [...startedEvents(start, wish), ...letGoEvents(wish), ...(repaired ? [repaired] : [])],
    requeueAfterMs: wakeAfterMs(world, retirement),
  };
}

/** What a person asks for comes before what the spec asks for: until the spec says something else. */
function beginning(
  world: World,
  roles: Roles,
  view: RevisionView,
  wish: SettledWish | undefined,
): Start | undefined {
  if (world.deployment.deleting || world.traffic.problem) return undefined;
  if (wish?.kind === 'rollBack') return startRollback(world, roles, view, wish);
  if (world.birthRefused !== undefined) return undefined;
  if (wish?.kind === 'promoteInFull') return startInFull(world, roles, view, wish.action);
  return mayStart(world, roles, view.revision) ? startRollout(world, roles, view) : undefined;
}

/** A failed revision is remembered: it is not tried again until the spec changes or somebody says retry. */
function mayStart(world: World, { newest }: Roles, stable: string): boolean {
  const { target, deployment } = world;
  if (target.revision === stable || specFreezes(deployment)) return false;
  return startProblem(world, stable) === undefined && !isHeldOff(world, newest);
}

/** Once the spec asks for something else, the failed revision may be tried again later. */
function forgetFailure(world: World, { newest }: Roles): PassDecision['rolloutStatus'] {
  if (!newest?.status.remembered || heldOffBy(newest) === world.target.revision) return undefined;
  return { name: newest.name, status: { ...newest.status, remembered: false } };
}

function stableIntents(
  world: World,
  stable: string,
  view: RevisionView | undefined,
  replicas: number,
): RevisionIntent[] {
  const mirror = view ? unneededMirror(world, view) : {};
  if (stable === world.target.revision && world.deployment.invalidSpec === undefined) {
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
  const { revision } = start.spec.to;
  const left = findRevision(world, revision)?.replicas ?? 0;
  const candidate = { replicas: Math.max(needed, left), ...(mirrors(plan) && { mirrorService: true }) };
  return revision === target.revision
    ? [{ kind: 'ensure', identity: target, ...candidate }]
    : [{ kind: 'keep', revision, drainUntilMs: null, ...candidate }];
}

function startedEvents(start: Start | undefined, wish: SettledWish | undefined): EventIntent[] {
  if (!start) return [];
  const request = wish && wish.kind !== 'letGo' ? `; ${requestInWords(wish.action)}` : '';
  const { from, to, plan } = start.spec;
  const message = plan.immediate
    ? `${start.name}: back from stable ${from.revision} to revision ${to.revision}, which is within the rollback window: no gate is asked`
    : `${start.name}: revision ${to.revision} against stable ${from.revision}`;
  return [{ type: 'Normal', reason: 'RolloutStarted', action: 'Start', message: `${message}${request}` }];
}

/** The decision that was added to a record which has ended. */
function letGoEvents(wish: SettledWish | undefined): EventIntent[] {
  const decision = wish?.kind === 'letGo' ? wish.rollout.status.decisions?.at(-1) : undefined;
  if (!decision) return [];
  const { reason, action, message } = decision;
  return [{ type: 'Normal', reason: reason as Reason, action, message }];
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
