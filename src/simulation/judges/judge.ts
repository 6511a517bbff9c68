import type { ArmCounts, Counts } from '../../domain/analysis/arm-counts.ts';

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
  /** What the stable version did before the rollout, scrape by scrape; for those that learn from it. */
  begin?(stable: readonly Counts[]): void;
  look(metrics: readonly ArmCounts[], at: LookedAt): Word;
  /** The candidate's weight from now on, in percent; for those that choose it. Then there is one step. */
  weight?(): number;
}
