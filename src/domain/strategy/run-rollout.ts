import type { ModelRolloutStatus } from '../../api/model-rollout.ts';
import type { Reason } from '../../api/reasons.ts';
import type { Decision, EventIntent, RevisionIntent } from '../decision.ts';
import { retireRevisions } from '../revision/draining.ts';
import type { Roles } from '../roles.ts';
import { rolloutStatusOf } from '../status/rollout-status.ts';
import { earliest } from '../time.ts';
import type { RolloutView, World } from '../world.ts';
import { type Advance, advance } from './advance.ts';
import { takeBackUncarriedWeight } from './capacity-cut.ts';
import { checkpoint, judgeRollout, noteNoData } from './evidence.ts';
import { endingOf, maxHoldEndsAtMs, noDataDecidesAtMs, progressDeadlineAtMs } from './outcome-checks.ts';
import { repairEvent } from './repair-event.ts';
import { weightWasTakenAway } from './restore-weight.ts';
import { type RolloutContext, rolloutContext } from './rollout-context.ts';
import { type Split, isWritten, sendsUsersToNobody, settledSplit, splitFor } from './rollout-traffic.ts';
import { end } from './transitions.ts';

/** One pass of a running rollout: what ends it comes first, then what takes weight back, then what moves it on. */
export function decideRollout(world: World, roles: Roles, rollout: RolloutView): Decision {
  const judgement = judgeRollout(world, rollout);
  const noted = { ...rollout, status: noteNoData(world, rollout.status, judgement) };
  const context = rolloutContext(world, roles, noted, judgement);
  const { status, obstacle } = next(context);
  const recorded = checkpoint(rollout.status, status, judgement);
  const after = rolloutContext(world, roles, { ...rollout, status: recorded }, judgement);
  const split = splitAfter(after);
  const withheld = mustWithhold(after, split);
  const retirement = retireRevisions(world, rolesAfter(after));
  const wakeAtMs = earliest(
    retirement.nextAtMs,
    obstacle?.untilMs,
    progressDeadlineAtMs(after),
    policyWake(noDataDecidesAtMs(after.rollout), world.nowMs),
    policyWake(maxHoldEndsAtMs(after), world.nowMs),
    nextMeasurementAtMs(after),
  );
  return {
    rolloutStatus: { name: rollout.name, status: recorded },
    trafficBeforeRecord: judgement?.verdict === 'Fail',
    revisions: [...workloads(after), ...retirement.intents],
    traffic: withheld ? undefined : split,
    status: rolloutStatusOf(after, obstacle),
    events: [...eventsBetween(rollout.status, recorded), ...repairs(context, after, split)],
    requeueAfterMs: wakeAtMs === undefined ? undefined : Math.max(0, wakeAtMs - world.nowMs),
  };
}

function next(context: RolloutContext): Advance {
  const { rollout, world } = context;
  const ending = endingOf(context);
  if (ending) return { status: end(rollout.status, world.nowMs, ending), obstacle: undefined };
  const cut = takeBackUncarriedWeight(context);
  if (cut) return { status: cut, obstacle: { message: cut.message ?? '' } };
  return advance(context);
}

function splitAfter(context: RolloutContext): Split {
  const { world, rollout, replicas } = context;
  const { status, spec } = rollout;
  if (status.phase !== 'Ended') return splitFor(world, rollout, replicas);
  return settledSplit(world, status.weight > 0 ? spec.to.revision : spec.from.revision);
}

/** Law 1 and law 5: a split that may not be written now, although it is what was decided. */
function mustWithhold(context: RolloutContext, split: Split): boolean {
  const { world } = context;
  return (
    world.traffic.problem !== undefined || sendsUsersToNobody(world, split) || weightWasTakenAway(context)
  );
}

function rolesAfter({ rollout }: RolloutContext): string[] {
  const { spec, status } = rollout;
  if (status.phase !== 'Ended') return [spec.from.revision, spec.to.revision];
  return [status.weight > 0 ? spec.to.revision : spec.from.revision];
}

/**
 * Both arms' pods. The stable keeps full capacity until the bake is over (law 6), the candidate has what its place in the
 * plan takes, and neither shrinks while the rollout runs (laws 3 and 4).
 */
function workloads(context: RolloutContext): RevisionIntent[] {
  const { rollout, world, from, to, replicas, neededPods } = context;
  const { spec, status } = rollout;
  if (status.phase === 'Ended') return [];
  const intents: RevisionIntent[] = [];
  if (from) intents.push({ kind: 'keep', revision: from.revision, replicas, drainUntilMs: null });
  const pods = Math.max(neededPods, to?.replicas ?? 0);
  if (spec.to.revision === world.target.revision) {
    intents.push({ kind: 'ensure', identity: world.target, replicas: pods });
  } else if (to) {
    intents.push({ kind: 'keep', revision: to.revision, replicas: pods, drainUntilMs: null });
  }
  return intents;
}

function nextMeasurementAtMs({ world, rollout }: RolloutContext): number | undefined {
  const { status, spec } = rollout;
  const idle = status.phase === 'Ended' || status.weight <= 0 || spec.analysis.metrics.length === 0;
  if (idle || world.analysis.metrics.kind === 'notConfigured') return undefined;
  return measurementSlot(world.nowMs, measurementIntervalMs(world, rollout)).endMs;
}

/** How often the evidence is asked for: the plan's interval, or that of the source's scrapes. */
export function measurementIntervalMs(world: World, { spec }: RolloutView): number {
  return Math.max(100, spec.analysis.intervalMs ?? world.analysis.scrapeIntervalMs);
}

/** Measurements happen on a grid of time, so that passes in between ask for nothing again. */
export function measurementSlot(nowMs: number, intervalMs: number): { index: number; endMs: number } {
  const index = Math.floor(nowMs / intervalMs);
  return { index, endMs: (index + 1) * intervalMs };
}

/** A policy that has decided already needs no further look. */
function policyWake(atMs: number | undefined, nowMs: number): number | undefined {
  return atMs !== undefined && atMs > nowMs ? atMs : undefined;
}

const warnings = new Set(['RolledBack', 'Failed', 'Aborted', 'WeightTakenBack', 'WeightRestored']);

/** Every new decision of the record is an event too. */
function eventsBetween(before: ModelRolloutStatus, after: ModelRolloutStatus): EventIntent[] {
  const known = new Set((before.decisions ?? []).map((decision) => JSON.stringify(decision)));
  return (after.decisions ?? [])
    .filter((decision) => !known.has(JSON.stringify(decision)))
    .map(({ action, reason, message }) => ({
      type: warnings.has(action) ? 'Warning' : 'Normal',
      reason: reason as Reason,
      action,
      message,
    }));
}

function repairs(before: RolloutContext, after: RolloutContext, split: Split): EventIntent[] {
  const unchanged = before.rollout.status.weight === after.rollout.status.weight;
  const event = unchanged && !isWritten(before.world, split) ? repairEvent(before.world, split) : undefined;
  return event ? [event] : [];
}
