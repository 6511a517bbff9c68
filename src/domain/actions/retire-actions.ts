import type { ActionIntent } from '../decision.ts';
import { earliest, toMs } from '../time.ts';
import type { ActionView } from '../world.ts';

/**
 * What becomes of actions that have their final answer: they are given to their ModelDeployment, and deleted when their `ttl` is over.
 * One write each and no more, at a time that is known beforehand (law 15).
 */
export function retireActions(
  finished: readonly ActionView[],
  nowMs: number,
): { intents: ActionIntent[]; nextAtMs: number | undefined } {
  const intents: ActionIntent[] = [];
  for (const action of finished) {
    if (nowMs >= deletedAtMs(action)) intents.push({ kind: 'delete', name: action.name });
    else if (!action.owned) intents.push({ kind: 'own', name: action.name });
  }
  return { intents, nextAtMs: earliest(...finished.map(deletedAtMs).filter((atMs) => atMs > nowMs)) };
}

/** When somebody edited the status, the action counts from its creation. */
const deletedAtMs = ({ status, createdAtMs, ttlMs }: ActionView): number =>
  (toMs(status?.decidedAt) ?? createdAtMs) + ttlMs;
