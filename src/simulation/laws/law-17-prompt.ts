import type { Law } from './law.ts';

export interface PromptOptions {
  nowMs: () => number;
  /** So long the writes of one pass may take, as the network is. */
  limitMs: () => number;
}

/** Not of a pass, or of one that decides nothing: what is asked of a ModelDeployment that is gone gets an answer as well. */
const besides = new Set(['Lease', 'Event', 'RolloutAction']);

/** Law 17: what a pass has decided is written at once. It waits for nobody but the API server: no gate, and no target of notifications. */
export function waitsForNobody({ nowMs, limitMs }: PromptOptions): Law {
  const decidedAtMs = new Map<string, number>();
  return {
    decided: ({ controller }) => {
      decidedAtMs.set(controller, nowMs());
      return undefined;
    },
    written: ({ write: { user, verb, kind } }) => {
      const sinceMs = nowMs() - (decidedAtMs.get(user) ?? Infinity);
      return sinceMs > limitMs() && !besides.has(kind)
        ? `law 17: ${user} decided, and comes to its ${verb} of ${kind} only ${sinceMs} ms later`
        : undefined;
    },
  };
}
