import type { EventIntent } from '../decision.ts';
import type { Backend } from '../traffic/split.ts';
import type { World } from '../world.ts';
import type { Split } from './rollout-traffic.ts';

/**
 * Tells a person that the traffic objects were changed by somebody else and are being repaired. It is drift, and not a
 * write of ours that is still to come, when the status said of this very decision that it was in force.
 *
 * `decided` is the candidate's weight in percent, undefined while no rollout runs; `stable` has the role.
 */
export function repairEvent(
  world: World,
  split: Split,
  { decided, stable }: { decided: number | undefined; stable: string },
): EventIntent | undefined {
  const before = world.deployment.status;
  const wasInForce = before?.traffic?.acknowledged && before.traffic.desired === decided;
  if (!wasInForce || before.stable?.revision !== stable) return undefined;
  const found = routeDrift(world, split) ?? apexDrift(world, split);
  if (found === undefined) return undefined;
  return {
    type: 'Warning',
    reason: 'TrafficRepaired',
    action: 'Repair',
    message: `somebody else changed ${found}: the decided split is written again`,
  };
}

/** A backend that came or went at weight 0 changes nothing for anybody. */
function routeDrift({ traffic }: World, { intent }: Split): string | undefined {
  if (intent.kind !== 'weighted') return undefined;
  const live = sharesInWords(traffic.route ?? []);
  return live === sharesInWords(intent.backends) ? undefined : `the route (it says ${live || 'nothing'})`;
}

function sharesInWords(backends: readonly Backend[]): string {
  return backends
    .filter(({ weight }) => weight > 0)
    .map(({ revision, weight }) => `${revision}=${weight}`)
    .sort()
    .join(', ');
}

function apexDrift({ traffic, deployment }: World, { apex }: Split): string | undefined {
  if (JSON.stringify(traffic.apex) === JSON.stringify(apex)) return undefined;
  return `the selector of Service ${deployment.name}`;
}
