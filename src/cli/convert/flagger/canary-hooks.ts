import { type Gate, gateLimits } from '../../../api/gate.ts';
import type { SourceNode } from '../source-node.ts';
import { type HookContext, hookGate, isCheck } from './hook-gate.ts';

/** Where a person decides in the place of a hook. */
export interface Confirmations {
  before: boolean;
  after: boolean;
}

/** What the hooks of a Canary become. */
export interface CanaryHooks {
  confirmations: Confirmations;
  gates: Gate[];
}

/** What stands in the place of hooks that decide nothing of a plan here. */
const instead: Readonly<Record<string, string>> = {
  'confirm-traffic-increase':
    'a step is left by its metrics: a step with pause waits for a person; the hook is left out',
  'post-rollout': 'events, metrics and "understudy wait" tell how a rollout ended; the hook is left out',
  rollback: '"understudy abort" takes a candidate back at any moment; the hook is left out',
  event:
    'say whom to tell in spec.notifications (docs/notifications.md): a webhook is one of the targets; the hook is left out',
};

/** Reads `analysis.webhooks`: checks become gates, those that ask for confirmation decisions of a person, the others are told of. */
export function canaryHooks(node: SourceNode, context: HookContext): CanaryHooks {
  const confirmations: Confirmations = { before: false, after: false };
  const gates: Gate[] = [];
  for (const hook of node.items()) {
    const type = hook.at('type').text() ?? 'rollout';
    if (isCheck(type)) {
      if (gates.length >= gateLimits.gates)
        hook.dropped(`a ModelDeployment has at most ${gateLimits.gates} gates`);
      else gates.push(...[hookGate(hook, type, context)].filter((gate) => gate !== undefined));
      continue;
    }
    if (type === 'confirm-rollout') confirmations.before = true;
    else if (type === 'confirm-promotion') confirmations.after = true;
    else {
      hook.dropped(instead[type] ?? 'no hook of this type is known; it is left out');
      continue;
    }
    const where = confirmations.after && type === 'confirm-promotion' ? 'at the end' : 'at the beginning';
    hook.changed(`a person decides in its place, ${where} of the plan: "understudy promote"`);
  }
  return { confirmations, gates };
}
