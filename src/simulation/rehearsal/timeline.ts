import type { Verdict } from '../../api/phase.ts';
import type { EvidenceOdds } from '../../domain/analysis/evidence-odds.ts';

/** Something that happened in a rehearsal. `atMs`: virtual milliseconds since the manifest was applied. */
export type TimelineEntry = { atMs: number } & Happening;

export type Happening =
  /** A decision, as the record of the rollout holds it. `weight`: the candidate's share from then on, in percent. */
  | {
      kind: 'decision';
      action: string;
      step: number;
      weight: number;
      verdict?: Verdict;
      reason: string;
      message: string;
    }
  /** The rollout stands still, or goes on again. */
  | { kind: 'paused'; reason: string }
  | { kind: 'resumed' }
  /** What users' requests are split by from here on, in percent for the candidate: what is routed, not what was asked for. */
  | { kind: 'split'; candidatePercent: number }
  /** A metric says something else than before. */
  | { kind: 'verdict'; metric: string; verdict: Verdict; message: string }
  /** A look that counted something new: how far the proofs of harm and health have come. */
  | { kind: 'evidence'; odds: EvidenceOdds }
  /** The metrics cannot be asked, or can be again. */
  | { kind: 'analysis'; available: boolean; message: string };
