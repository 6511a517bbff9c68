import type { SourceNode } from '../source-node.ts';

/** Where a person decides in the place of a hook. */
export interface Confirmations {
  before: boolean;
  after: boolean;
}

/** What stands in the place of hooks that decide nothing of a plan here. */
const instead: Readonly<Record<string, string>> = {
  'pre-rollout':
    'no address is called before traffic moves: let the pipeline test, or put a pause before the first weight; the hook is left out',
  rollout:
    'no address is called on a step; load for a model without users has to come from elsewhere, through the gateway; the hook is left out',
  'confirm-traffic-increase':
    'a step is left by its metrics: a step with pause waits for a person; the hook is left out',
  'post-rollout': 'events, metrics and "understudy wait" tell how a rollout ended; the hook is left out',
  rollback: '"understudy abort" takes a candidate back at any moment; the hook is left out',
  event: 'events of Kubernetes and metrics of the controller tell of each decision; the hook is left out',
};

/** Reads `analysis.webhooks`: those that ask for confirmation become decisions of a person, the others are told of. */
export function canaryHooks(node: SourceNode): Confirmations {
  const confirmations: Confirmations = { before: false, after: false };
  for (const hook of node.items()) {
    const type = hook.at('type').text() ?? 'rollout';
    if (type === 'confirm-rollout') confirmations.before = true;
    else if (type === 'confirm-promotion') confirmations.after = true;
    else {
      hook.dropped(instead[type] ?? 'no address is called; the hook is left out');
      continue;
    }
    const where = confirmations.after && type === 'confirm-promotion' ? 'at the end' : 'at the beginning';
    hook.changed(`a person decides in its place, ${where} of the plan: "understudy promote"`);
  }
  return confirmations;
}
