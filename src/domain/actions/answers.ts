import type { RolloutActionStatus } from '../../api/rollout-action.ts';
import type { Reason } from '../../api/reasons.ts';
import type { ActionIntent, EventIntent, PassDecision } from '../decision.ts';
import { resolveRoles } from '../roles.ts';
import { kstatusClaims, setConditions } from '../status/set-conditions.ts';
import { initialRolloutStatus } from '../strategy/transitions.ts';
import { earliest, toTime } from '../time.ts';
import { clip, longestMessage } from '../words.ts';
import type { ActionView, RolloutView, World } from '../world.ts';
import { expiresAtMs, isFinished, pendingOf } from './docket.ts';
import { type Carried, carriedOut } from './recorded.ts';
import type { Refusal } from './refusal.ts';
import { refusalOf } from './refusals.ts';
import type { RestartStep } from './restart.ts';
import { refusalOfSecond, type Restart } from './restarts.ts';
import { retireActions } from './retire-actions.ts';
import { type Stand, standOf } from './stand.ts';
import { reasonsOfVerbs, waitInWords } from './verb-words.ts';

/** What a pass does about RolloutActions themselves. */
export interface Answers {
  intents: ActionIntent[];
  events: EventIntent[];
  /** When time alone brings the next answer, in milliseconds since the epoch. */
  nextAtMs: number | undefined;
}

/**
 * The answer to every pending action, read off the record as the pass leaves it: what stands there was carried out, what has become
 * impossible is refused, and the rest waits. Killed before an answer is written, the next pass finds the same one (law 12).
 */
export function answerActions(world: World, decision: PassDecision, restarted: Restarted): Answers {
  if (world.actions.length === 0) return { intents: [], events: [], nextAtMs: undefined };
  const after = { ...world, rollouts: recordsAfter(world, decision) };
  const stand = standOf(after, resolveRoles(after));
  return answersOf(world.actions, world.nowMs, (action) => answerTo(action, stand, restarted));
}

/** There is no ModelDeployment of this name: whoever asked gets an answer all the same. */
export function answerOrphans(actions: readonly ActionView[], nowMs: number): Answers {
  return answersOf(actions, nowMs, (action) => {
    const message = `there is no ModelDeployment ${action.spec.target.name} in this namespace`;
    return refused({ reason: 'TargetNotFound', message }, nowMs);
  });
}

type Answer = Omit<RolloutActionStatus, 'conditions' | 'observedGeneration'> & {
  state: NonNullable<RolloutActionStatus['state']>;
  reason: Reason;
  message: string;
};

function answersOf(
  actions: readonly ActionView[],
  nowMs: number,
  answer: (action: ActionView) => Answer,
): Answers {
  const intents: ActionIntent[] = [];
  const events: EventIntent[] = [];
  const waits: number[] = [];
  for (const action of pendingOf(actions)) {
    const said = answer(action);
    intents.push({ kind: 'answer', name: action.name, status: statusOf(action, said, nowMs) });
    if (said.state === 'Refused' || said.state === 'Expired') events.push(eventOf(action, said));
    else if (said.state !== 'Applied') waits.push(expiresAtMs(action));
  }
  const retired = retireActions(
    actions.filter(({ status }) => isFinished(status)),
    nowMs,
  );
  return {
    intents: [...intents, ...retired.intents],
    events,
    nextAtMs: earliest(...waits, retired.nextAtMs),
  };
}

/** The records as they are when the decision has been carried out. */
function recordsAfter(
  { rollouts, nowMs }: World,
  { rolloutStatus, createRollout }: PassDecision,
): RolloutView[] {
  const after = rollouts.map((rollout) =>
    rollout.name === rolloutStatus?.name ? { ...rollout, status: rolloutStatus.status } : rollout,
  );
  if (createRollout) after.push({ ...createRollout, status: initialRolloutStatus(toTime(nowMs)) });
  return after;
}

function answerTo(action: ActionView, stand: Stand, restarted: Restarted): Answer {
  const { world } = stand;
  const carried = carriedOut(world.rollouts, action.uid);
  if (carried) return applied(carried);
  const refusal = refusalOf(action, stand) ?? refusalOfSecond(action, restarted.restarts, stand);
  if (refusal) return refused(refusal, world.nowMs);
  if (world.nowMs >= expiresAtMs(action)) {
    const message = 'it could not be carried out within its ttl';
    return { state: 'Expired', reason: 'ActionExpired', message, decidedAt: toTime(world.nowMs) };
  }
  const step = restarted.steps.get(action.uid);
  if (step) return answerOfRestart(action, step, restarted, world.nowMs);
  return { state: 'Pending', reason: 'ActionPending', message: waitInWords(action) };
}

/** How far the restarts of a pass are. */
export interface Restarted {
  restarts: readonly Restart[];
  /** By the uid of the action. */
  steps: ReadonlyMap<string, RestartStep>;
}

/** There is no record of a restart but its pods: what they say is the answer. */
function answerOfRestart(
  { uid }: ActionView,
  { isDone, message }: RestartStep,
  { restarts }: Restarted,
  nowMs: number,
): Answer {
  const revision = restarts.find(({ action }) => action.uid === uid)?.revision;
  return isDone
    ? { state: 'Applied', reason: 'Restarted', message, revision, decidedAt: toTime(nowMs) }
    : { state: 'Running', reason: 'Restarting', message, revision };
}

const applied = ({ rollout, entry: { at, step, message, actor, verb } }: Carried): Answer => ({
  state: 'Applied',
  reason: reasonsOfVerbs[verb],
  message,
  actor,
  decidedAt: at,
  rollout: rollout.name,
  step,
});

const refused = ({ reason, message }: Refusal, nowMs: number): Answer => ({
  state: 'Refused',
  reason,
  message,
  decidedAt: toTime(nowMs),
});

function statusOf(action: ActionView, answer: Answer, nowMs: number): RolloutActionStatus {
  const { generation, actor, status } = action;
  const message = clip(answer.message, longestMessage);
  const { state, reason } = answer;
  const claims = kstatusClaims(
    {
      ready: state === 'Applied',
      reconciling: state === 'Pending' || state === 'Running',
      stalled: state === 'Refused' || state === 'Expired',
    },
    { reason, message },
  );
  return {
    observedGeneration: generation,
    actor,
    ...answer,
    message,
    conditions: setConditions(status?.conditions, claims, generation, nowMs),
  };
}

const eventOf = ({ name, spec }: ActionView, { state, reason, message }: Answer): EventIntent => ({
  type: 'Warning',
  reason,
  action: state === 'Expired' ? 'Expire' : 'Refuse',
  message: `RolloutAction ${name} (${spec.verb}): ${message}`,
});
