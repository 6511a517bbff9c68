import { decide } from '../../domain/decide.ts';
import type { Decision } from '../../domain/decision.ts';
import type { RolloutView, World } from '../../domain/world.ts';
import type { Law } from './law.ts';

/**
 * Law 5: no gate stands in the way of what takes traffic back. A pass that would end the rollout, or take weight away, if there were no gates
 * does so with them as well, whatever they say, and whether they say anything.
 */
export const noGateDelaysAReturn = (): Law => ({
  decided: ({ world, decision }) => {
    const rollout = world.rollouts.at(-1);
    if (!rollout?.spec.gates?.length || rollout.status.phase === 'Ended') return undefined;
    if (isBack(rollout, decision)) return undefined;
    return isBack(rollout, decide(withoutGates(world)))
      ? `law 5: ${rollout.name} would be taken back if it had no gates, and is not`
      : undefined;
  },
});

function withoutGates(world: World): World {
  const { gates: _answers, ...others } = world;
  const rollouts = world.rollouts.map(({ spec, status, ...rest }): RolloutView => {
    const { gates: _planned, ...plan } = spec;
    const { gates: _said, ...recorded } = status;
    return { ...rest, spec: plan, status: recorded };
  });
  return { ...others, rollouts };
}

function isBack({ name, status: was }: RolloutView, { rolloutStatus }: Decision): boolean {
  if (rolloutStatus?.name !== name) return false;
  const { phase, outcome, weight } = rolloutStatus.status;
  return phase === 'Returning' || (phase === 'Ended' && outcome !== 'Promoted') || weight < was.weight;
}
