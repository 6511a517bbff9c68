import { answerActions } from './actions/answers.ts';
import { runRestarts } from './actions/run-restarts.ts';
import { restartsIn } from './actions/refusals.ts';
import type { Decision, PassDecision } from './decision.ts';
import { noteNotifications } from './notices/note-notifications.ts';
import { resolveRoles } from './roles.ts';
import type { World } from './world.ts';
import { decideFirstRevision } from './strategy/first-revision.ts';
import { decideRollout } from './strategy/run-rollout.ts';
import { decideSettled } from './strategy/settled.ts';
import { earliest } from './time.ts';

/** How a pass comes from what it knows to what it wants. */
export type Decide = (world: World) => Decision;

/**
 * The brain: one gathered world in, one decision out. Pure (law 14), so the same world gives the same decision, in
 * production, in tests and in a replay.
 *
 * A ModelDeployment is in one of three situations: a rollout runs; nothing was ever served; or it is settled, which
 * includes the moment in which a new rollout begins.
 */
export function decide(world: World): Decision {
  const restarts = restartsIn(world);
  const { decision, steps } = runRestarts(world, decideSituation(world), restarts);
  const { intents, events, nextAtMs } = answerActions(world, decision, { restarts, steps });
  const wakes = [decision.requeueAfterMs, nextAtMs === undefined ? undefined : nextAtMs - world.nowMs];
  return noteNotifications(world, {
    ...decision,
    actions: intents,
    events: [...decision.events, ...events],
    requeueAfterMs: earliest(...wakes),
  });
}

function decideSituation(world: World): PassDecision {
  const roles = resolveRoles(world);
  if (roles.active) return decideRollout(world, roles, roles.active);
  if (roles.stable === undefined) return decideFirstRevision(world);
  return decideSettled(world, roles, roles.stable);
}
