import type { RolloutAction } from '../../../api/rollout-action.ts';
import { placeIf, type Warning } from './warning.ts';

/** Warnings about a RolloutAction. */
export const actionWarnings: readonly Warning<RolloutAction>[] = [
  {
    code: 'NamelessAction',
    why: 'The record says "unknown" did it; where the admission policy is installed the API server refuses it.',
    advice: 'Put your own name there, as "kubectl auth whoami" shows it.',
    check: ({ spec }) => placeIf(spec.requestedBy === undefined, 'spec.requestedBy', 'nothing'),
  },
  {
    code: 'SkipsEveryGate',
    why: 'All steps that are left are skipped, and nothing is measured any more: what the candidate does shows when everybody has it.',
    advice: 'Promote step by step, without full; or be sure, and say why in spec.reason.',
    check: ({ spec }) =>
      placeIf(spec.full === true && spec.reason === undefined, 'spec.full', 'true, and no reason'),
  },
];
