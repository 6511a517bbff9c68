import type { ModelRolloutStatus, RolloutDecision } from '../../api/model-rollout.ts';
import type { RolloutPhase } from '../../api/phase.ts';
import { formatDuration } from '../../api/duration.ts';
import { toMs, toTime } from '../time.ts';

/** What a record keeps of its own past, however long the rollout goes on: bounded, and nothing lost without a trace. */

/** Decisions that the record keeps in full; the older ones are counted. */
export const keptDecisions = 20;

/** The log with one more decision. What falls out at its old end is summarised. */
export function withDecision(status: ModelRolloutStatus, decision: RolloutDecision): ModelRolloutStatus {
  const all = [...(status.decisions ?? []), decision];
  const fallen = all.slice(0, -keptDecisions);
  const [oldest, newest] = [fallen.at(0), fallen.at(-1)];
  const decisions = all.slice(-keptDecisions);
  if (!oldest || !newest) return { ...status, decisions };
  const { count, from } = status.earlier ?? { count: 0, from: oldest.at };
  return { ...status, decisions, earlier: { count: count + fallen.length, from, to: newest.at } };
}

/** Goes to a phase, and notes when the one before ended and this one began. `Ended` takes no time of its own. */
export function withPhase(
  status: ModelRolloutStatus,
  nowMs: number,
  phase: RolloutPhase,
): ModelRolloutStatus {
  if (status.phase === phase) return status;
  const at = toTime(nowMs);
  const left = (status.phases ?? []).map((one) =>
    one.endedAt === undefined ? { ...one, endedAt: at } : one,
  );
  return { ...status, phase, phases: phase === 'Ended' ? left : [...left, { phase, startedAt: at }] };
}

/** How long a rollout took that ends now, in whole seconds, as text; absent where nobody noted when it began. */
export function durationUntil({ phases }: ModelRolloutStatus, nowMs: number): string | undefined {
  const startedAtMs = toMs(phases?.[0]?.startedAt);
  if (startedAtMs === undefined) return undefined;
  return formatDuration(Math.round((nowMs - startedAtMs) / 1_000) * 1_000);
}
