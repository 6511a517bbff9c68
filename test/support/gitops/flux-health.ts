import { Environment } from '@marcbachmann/cel-js';
import type { KubernetesObject } from '../../../src/kubernetes/resource.ts';

/** One entry of `spec.healthCheckExprs` of a Flux Kustomization. */
export interface HealthCheckExpressions {
  apiVersion: string;
  kind: string;
  current: string;
  inProgress?: string;
  failed?: string;
}

/** `Unknown`: an expression could not be evaluated. Flux goes on waiting then, until its timeout. */
export type FluxHealth = 'Current' | 'InProgress' | 'Failed' | 'Unknown';

/** The fields of the object are the variables, as Flux has it: it parses the expressions without declaring any. */
const environment = new Environment({ unlistedVariablesAreDyn: true });

/**
 * What Flux makes of an object (RFC 0009 of Flux): the generation first, then `inProgress`, `failed` and `current`, in this
 * order; in progress when none of them is true.
 */
export function fluxHealth(expressions: HealthCheckExpressions, object: KubernetesObject): FluxHealth {
  const observed = (object['status'] as { observedGeneration?: number } | undefined)?.observedGeneration;
  if (observed !== undefined && observed !== object.metadata.generation) return 'InProgress';
  const asked = [
    [expressions.inProgress, 'InProgress'],
    [expressions.failed, 'Failed'],
    [expressions.current, 'Current'],
  ] as const;
  for (const [expression, health] of asked) {
    if (expression === undefined) continue;
    const parsed = environment.parse(expression);
    let result: unknown;
    try {
      result = parsed(object);
    } catch {
      return 'Unknown';
    }
    if (typeof result !== 'boolean') return 'Unknown';
    if (result) return health;
  }
  return 'InProgress';
}
