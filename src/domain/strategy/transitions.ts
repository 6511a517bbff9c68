import type { ModelRolloutStatus, RolloutDecision, RolloutOutcome } from '../../api/model-rollout.ts';
import type { Reason } from '../../api/reasons.ts';
import { referenceTo, requestInWords } from '../actions/recorded.ts';
import { toTime } from '../time.ts';
import { clip, longestMessage } from '../words.ts';
import type { ActionView } from '../world.ts';
import type { Ending } from './outcome-checks.ts';
import { durationUntil, withDecision, withPhase } from './rollout-log.ts';

/** The status of a record that was just created: absent fields mean the beginning. */
export function initialRolloutStatus(createdAt: string): ModelRolloutStatus {
  return {
    phase: 'Preparing',
    phases: [{ phase: 'Preparing', startedAt: createdAt }],
    step: { index: 0, enteredAt: createdAt },
    weight: 0,
    progress: { ready: 0, at: createdAt },
    remembered: false,
    decisions: [],
  };
}

export type DecisionDetails = Pick<RolloutDecision, 'action' | 'message'> & {
  reason: Reason;
  verdict?: RolloutDecision['verdict'];
  /** Who asked for it. */
  request?: ActionView;
};

/** Adds a decision, taken now at the weight and step that the status then has. The message says who asked for it. */
export function record(
  status: ModelRolloutStatus,
  nowMs: number,
  details: DecisionDetails,
): ModelRolloutStatus {
  const decided = withDecisionOf(status, nowMs, details);
  return { ...decided, reason: details.reason, message: decided.decisions?.at(-1)?.message };
}

/** The same beside what the record says of how the rollout stands or ended. */
export function withDecisionOf(
  status: ModelRolloutStatus,
  nowMs: number,
  { request, ...details }: DecisionDetails,
): ModelRolloutStatus {
  const said = request ? `${details.message}; ${requestInWords(request)}` : details.message;
  const message = clip(said, longestMessage);
  const decision: RolloutDecision = {
    at: toTime(nowMs),
    step: status.step.index,
    weight: status.weight,
    ...details,
    message,
    ...(request && { requestedBy: referenceTo(request) }),
  };
  return withDecision(status, decision);
}

/**
 * Ends the rollout. Traffic goes back with the same decision, except where another revision supersedes one that has taken
 * the role and all of the traffic: that one is the stable now.
 */
export function end(status: ModelRolloutStatus, nowMs: number, ending: Ending): ModelRolloutStatus {
  const { paused: _paused, pausedBy: _pausedBy, returning: _returning, ...rest } = status;
  return record(
    {
      ...withOutcome(rest, nowMs, ending.outcome),
      weight: keepsTraffic(status, ending) ? status.weight : 0,
      remembered: ending.remembered,
    },
    nowMs,
    { action: ending.outcome, reason: ending.reason, message: ending.message, request: ending.request },
  );
}

/** Whether an ending leaves the traffic where it is: the revision that is superseded has taken the role and everybody. */
export function keepsTraffic(status: ModelRolloutStatus, { outcome }: Pick<Ending, 'outcome'>): boolean {
  return outcome === 'Superseded' && status.promotedAt !== undefined && status.weight >= 100;
}

/** `remembered`: it was a rollback, so that the revision that the spec asks for is left alone. */
export function promote(
  status: ModelRolloutStatus,
  nowMs: number,
  { message, remembered }: Pick<Ending, 'message' | 'remembered'>,
): ModelRolloutStatus {
  return record({ ...withOutcome(status, nowMs, 'Promoted'), remembered }, nowMs, {
    action: 'Promoted',
    reason: 'Promoted',
    message,
  });
}

function withOutcome(status: ModelRolloutStatus, nowMs: number, outcome: RolloutOutcome): ModelRolloutStatus {
  const ended = withPhase(status, nowMs, 'Ended');
  return { ...ended, outcome, endedAt: toTime(nowMs), duration: durationUntil(ended, nowMs) };
}

/**
 * Goes to a place in the plan. The split is in force, or the place before could not have been left (law 7), unless the new place
 * changes what the route does beside it; a raise that the new place asks for is a decision of its own.
 */
export function enter(
  status: ModelRolloutStatus,
  nowMs: number,
  place: { phase: 'Stepping' | 'Promoting' | 'Baking'; index: number; changesRoute?: boolean },
  details: DecisionDetails,
): ModelRolloutStatus {
  const enteredAt = toTime(nowMs);
  const { paused: _paused, ...rest } = status;
  return record(
    {
      ...withPhase(rest, nowMs, place.phase),
      step: { index: place.index, enteredAt, ...(!place.changesRoute && { appliedAt: enteredAt }) },
    },
    nowMs,
    details,
  );
}

/** Decides on another weight: the split has to be applied and held anew. */
export function setWeight(
  status: ModelRolloutStatus,
  nowMs: number,
  weight: number,
  details: DecisionDetails,
): ModelRolloutStatus {
  const { appliedAt: _appliedAt, ...step } = status.step;
  return record({ ...status, weight, step }, nowMs, details);
}
