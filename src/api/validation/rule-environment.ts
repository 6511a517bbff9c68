import { Environment } from '@marcbachmann/cel-js';

/**
 * CEL as the API server has it, as far as our rules use it. The functions beside the standard ones are those that Kubernetes
 * adds for lists.
 */
const environment = new Environment()
  .registerVariable('self', 'dyn')
  .registerFunction('list.isSorted(): bool', (list: (number | string | bigint)[]) =>
    list.every((value, at) => at === 0 || list[at - 1]! <= value),
  )
  .registerFunction('list.sum(): dyn', (list: bigint[]) => list.reduce((sum, value) => sum + value, 0n));

const parsed = new Map<string, (context: { self: unknown }) => unknown>();

/** Whether the rule holds for a value that `celValue` made. Throws where the value has not the shape that the rule reads. */
export function holds(rule: string, self: unknown): boolean {
  let evaluate = parsed.get(rule);
  if (!evaluate) {
    evaluate = environment.parse(rule) as (context: { self: unknown }) => unknown;
    parsed.set(rule, evaluate);
  }
  return evaluate({ self }) === true;
}
