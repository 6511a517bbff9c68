import type { ModelDeploymentStatus } from '../../api/model-deployment-status.ts';
import type { Condition } from '../../api/conditions.ts';
import type { Decision } from '../decision.ts';
import { type Claim, setConditions } from '../status/set-conditions.ts';
import { toMs } from '../time.ts';
import type { RolloutView, World } from '../world.ts';
import { type Dispatch, furtherOf, isAhead, type Mark, type Notice, type TargetView } from './notice.ts';
import { noticesOf, toldBefore } from './notices.ts';

/**
 * What is to be told, read off the records as they will be after this pass, and how far each target has been told. The mark in status moves
 * only when a target has taken a notice: whoever takes over sends what lies behind it, at least once (law 13).
 */
export function noteNotifications(world: World, decision: Decision): Decision {
  const { targets } = world;
  const before = world.deployment.status;
  // Nobody can say who is to be told: what was told stays noted.
  if (targets === undefined) {
    return {
      ...decision,
      status: withNotifications(world, decision.status, before?.notifications, kept(before)),
    };
  }
  if (targets.length === 0) return decision;
  const records = recordsAfter(world, decision);
  const dispatches = targets.map((target): Dispatch & { mark: Mark } => {
    const noted = before?.notifications?.find((one) => one.target === target.name);
    const mark = furtherOf(noted ? markOf(noted) : beginning(world.rollouts), target.delivered);
    const notices = records
      .flatMap((record) => inOrder(noticesOf(world.deployment, record)))
      .filter((notice) => target.events.includes(notice.kind) && isAhead(notice, mark));
    return { target: target.name, mark, notices };
  });
  const notifications = dispatches.map(({ target, mark }) => ({ target, ...mark }));
  return {
    ...decision,
    status: withNotifications(world, decision.status, notifications, claimOf(targets, dispatches, before)),
    dispatches: dispatches.map(({ target, notices }) => ({ target, notices })),
  };
}

function withNotifications(
  { deployment, nowMs }: World,
  status: ModelDeploymentStatus,
  notifications: ModelDeploymentStatus['notifications'],
  claim: Claim | undefined,
): ModelDeploymentStatus {
  if (!claim && !notifications) return status;
  const ofNow =
    claim && setConditions(deployment.status?.conditions, { Notified: claim }, deployment.generation, nowMs);
  const condition = ofNow?.find(({ type }) => type === 'Notified');
  return {
    ...status,
    ...(notifications && { notifications }),
    conditions: placed(status.conditions ?? [], condition),
  };
}

/** Ours come first, in a fixed order, in which this one is the last. */
function placed(conditions: readonly Condition[], condition: Condition | undefined): Condition[] {
  if (!condition) return [...conditions];
  const others = conditions.filter(({ type }) => type !== condition.type);
  const promoted = others.findIndex(({ type }) => type === 'Promoted');
  return [...others.slice(0, promoted + 1), condition, ...others.slice(promoted + 1)];
}

/**
 * A target that is new, or of which the status was lost, hears of a rollout that runs from its beginning, and nothing of those that were over before this
 * pass: what ends in this pass is still to be told.
 */
function beginning(records: readonly RolloutView[]): Mark {
  const newest = records.at(-1);
  if (!newest) return { rollout: 0, told: 0 };
  const { number } = newest.spec;
  if (newest.status.phase !== 'Ended') return { rollout: number, told: 0 };
  return { rollout: number, told: toldBefore(newest) + (newest.status.decisions?.length ?? 0) };
}

/** The records as this pass leaves them. One that it begins is told of by the next pass, which finds it. */
function recordsAfter(world: World, { rolloutStatus, revisions }: Decision): RolloutView[] {
  const deleted = new Set(
    revisions.flatMap((intent) => (intent.kind === 'deleteRollout' ? [intent.name] : [])),
  );
  return world.rollouts
    .filter(({ name }) => !deleted.has(name))
    .map((rollout) =>
      rollout.name === rolloutStatus?.name ? { ...rollout, status: rolloutStatus.status } : rollout,
    );
}

/**
 * Decisions in the order of the record, whatever a clock did that was set back: the mark passes over what lies before it. A pause lies in a row
 * of its own, and is told among them by its time.
 */
function inOrder(notices: readonly Notice[]): Notice[] {
  const pause = notices.find(({ mark }) => mark.pausedAt !== undefined);
  const decided = notices.filter((notice) => notice !== pause);
  if (!pause) return decided;
  const next = decided.findIndex(({ at }) => (toMs(at) ?? 0) > (toMs(pause.at) ?? 0));
  const before = next < 0 ? decided.length : next;
  return [...decided.slice(0, before), pause, ...decided.slice(before)];
}

const markOf = ({ rollout, told, pausedAt }: Mark): Mark => ({
  rollout,
  told,
  ...(pausedAt !== undefined && { pausedAt }),
});

function claimOf(
  targets: readonly TargetView[],
  dispatches: readonly Dispatch[],
  before: ModelDeploymentStatus | undefined,
): Claim {
  const failing = targets.flatMap(({ name, failure }) => (failure ? [{ name, ...failure }] : []));
  const [first] = failing;
  if (first) {
    const message = failing.map(({ name, message: why }) => `target "${name}": ${why}`).join('; ');
    return { status: 'False', reason: first.reason, message };
  }
  // What waited for a target before this process began has not been tried again yet.
  const waits = dispatches.some(({ notices }) => notices.length > 0);
  const last = kept(before);
  if (waits && last?.status === 'False') return last;
  return { status: 'True', reason: 'Notified', message: 'no target is behind with what it was sent' };
}

function kept(status: ModelDeploymentStatus | undefined): Claim | undefined {
  const found = status?.conditions?.find(({ type }) => type === 'Notified');
  return found && { status: found.status, reason: found.reason as Claim['reason'], message: found.message };
}
