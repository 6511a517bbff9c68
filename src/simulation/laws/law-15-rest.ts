import type { Law } from './law.ts';

/**
 * Law 15: nothing is written when nothing changes. Controllers that answer their own writes for ever make more passes than any schedule
 * asks of them: `most`, of all controllers together.
 */
export function comesToRest(most: number): Law {
  let passes = 0;
  return {
    decided: ({ controller, decision: { status } }) => {
      passes += 1;
      return passes === most + 1
        ? `law 15: no rest after ${most} passes; the last one is of ${controller}, which says: ${status.phase}: ${status.message ?? 'nothing'}`
        : undefined;
    },
  };
}
