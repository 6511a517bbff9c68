import { decide } from '../decide.ts';
import { canonicalJson } from '../revision/canonical-json.ts';
import { resolveRoles } from '../roles.ts';
import { tinyWrites } from './tiny-writes.ts';
import type { TinyWorld } from './tiny-world.ts';

/** Laws that speak of whole runs, not of single writes. Each returns what is wrong, or undefined. */

/** What a run leaves behind, without what only says how it got there. */
export interface EndState {
  split: Record<string, number>;
  apex: unknown;
  replicas: Record<string, number>;
  phase: string | undefined;
  stable: string | undefined;
  records: unknown;
  actions: unknown;
}

export function endStateOf(world: TinyWorld): EndState {
  return {
    split: world.split,
    apex: world.cluster.apex,
    replicas: Object.fromEntries(
      [...world.cluster.revisions.values()].map(({ version, replicas }) => [version, replicas]),
    ),
    phase: world.status?.phase,
    stable: world.status?.stable?.revision,
    records: world.rollouts,
    actions: world.actions.views(),
  };
}

/** Law 12: killed between any two writes, it ends in the same state as unkilled. */
export function law12SameEnd(unkilled: EndState, killed: EndState): string | undefined {
  const [left, right] = [canonicalJson(unkilled), canonicalJson(killed)];
  return left === right ? undefined : `law 12: unkilled it ends as ${left}, killed as ${right}`;
}

/** Law 14: the same world gives the same decision, and none is changed by being decided on (which throws here). */
export function law14SameDecision(world: TinyWorld): string | undefined {
  const gathered = world.gather();
  const once = JSON.stringify(decide(gathered));
  const again = JSON.stringify(decide(frozen(structuredClone(gathered))));
  return once === again ? undefined : `law 14: the same world gave ${once} and ${again}`;
}

function frozen<Value>(value: Value): Value {
  if (value !== null && typeof value === 'object') Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

/** Law 15: in a settled world there is nothing to write, and nothing to wake up for but the end of an action that was answered. */
export function law15NothingToWrite(world: TinyWorld): string | undefined {
  const decision = decide(world.gather());
  const writes = tinyWrites(world, decision).map(({ what }) => what);
  if (writes.length > 0) return `law 15: nothing changed, and ${writes.join(', ')} would be written`;
  if (decision.events.length > 0)
    return `law 15: nothing changed, and ${decision.events[0]!.message} would be told`;
  const wakeAfterMs = decide({ ...world.gather(), actions: [] }).requeueAfterMs;
  return wakeAfterMs === undefined
    ? undefined
    : `law 15: a settled world asks to be woken in ${wakeAfterMs} ms`;
}

/** Law 20: with the status gone, the same revision is the stable. */
export function law20SameRoles(world: TinyWorld): string | undefined {
  const gathered = world.gather();
  const without = { ...gathered, deployment: { ...gathered.deployment, status: undefined } };
  const [known, rebuilt] = [resolveRoles(gathered), resolveRoles(without)];
  if (known.stable === rebuilt.stable && known.active?.name === rebuilt.active?.name) return undefined;
  return `law 20: ${known.stable} is stable, and without the status ${rebuilt.stable}`;
}
