import type { ArmCounts } from '../../domain/analysis/arm-counts.ts';

/** What a judge wants after a look. */
export type Word = 'stay' | 'advance' | 'rollBack';

/** When a judge looks, in seconds. */
export interface LookedAt {
  /** Since the rollout began. */
  atS: number;
  /** Since the step began. */
  heldS: number;
}

/**
 * Decides on one rollout. It is asked after every scrape with what each metric counted since the last one, in the same order always, and
 * remembers what it needs.
 */
export interface Judge {
  look(metrics: readonly ArmCounts[], at: LookedAt): Word;
}
