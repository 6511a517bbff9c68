import { type EvidenceOdds, evidenceOdds } from '../../domain/analysis/evidence-odds.ts';
import { decide } from '../../domain/decide.ts';
import { judgeRollout } from '../../domain/strategy/evidence.ts';
import type { World } from '../../domain/world.ts';
import type { StartOptions } from '../world.ts';

/**
 * Controllers that decide as the real one does, and tell after each look that counted something new how far the proofs have come. The record
 * has it once a minute only; a judgement is a pure function of what a pass saw, so that it can be asked for again (law 14).
 */
export function hearing(tell: (odds: EvidenceOdds) => void): StartOptions {
  let told = '';
  const hear = (world: World): void => {
    const rollout = world.rollouts.at(-1);
    const judgement = rollout && judgeRollout(world, rollout);
    if (!rollout || !judgement) return;
    const odds = evidenceOdds(judgement.evidence, rollout.spec.analysis);
    const key = JSON.stringify([rollout.name, odds]);
    if (odds.metrics.length === 0 || key === told) return;
    told = key;
    tell(odds);
  };
  return {
    variant: () => ({
      decide: (world) => {
        hear(world);
        return decide(world);
      },
    }),
  };
}
