import type { EventIntent } from '../decision.ts';
import { toParts } from '../traffic/split.ts';
import type { World } from '../world.ts';
import { type Split, isWritten } from './rollout-traffic.ts';

/**
 * Tells a person that the traffic objects were changed by somebody else and are being repaired. It is drift, and not a
 * write of ours that is still to come, when the same split was reported as applied before.
 */
export function repairEvent(world: World, split: Split): EventIntent | undefined {
  const before = world.deployment.status?.traffic;
  if (!before?.acknowledged || isWritten(world, split) || split.intent.kind !== 'weighted') return undefined;
  const [stable, candidate] = split.intent.backends;
  const decided = candidate?.weight ?? 0;
  if (!stable || before.applied === undefined || toParts(before.applied) !== decided) return undefined;
  const live =
    (world.traffic.route ?? []).map(({ revision, weight }) => `${revision}=${weight}`).join(', ') ||
    'nothing';
  return {
    type: 'Warning',
    reason: 'TrafficRepaired',
    action: 'Repair',
    message: `the live split was changed by somebody else (${live}) and is written again`,
  };
}
