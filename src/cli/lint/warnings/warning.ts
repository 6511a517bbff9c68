import type { ModelDeployment, ModelDeploymentSpec } from '../../../api/model-deployment.ts';
import type { ResolvedSpec } from '../../../api/defaults.ts';
import type { AssumedTraffic } from '../../../domain/strategy/gate-forecast.ts';

/** A place at which a warning holds. */
export interface Place {
  /** Path of the field, such as `spec.strategy.canary.steps[0].weight`. */
  path: string;
  /** What is there, in words. */
  found: string;
}

/** What an expert would say of a manifest that the API server accepts. */
export interface Warning<Subject> {
  /** Stable: scripts and `--ignore` name it. */
  code: string;
  /** Why it matters. */
  why: string;
  /** What to do. */
  advice: string;
  /** Where it holds. Pure. */
  check: (subject: Subject) => Place[];
}

/** A valid ModelDeployment, as the controller reads it. */
export interface ModelSubject {
  deployment: ModelDeployment;
  /** Its spec with the queries of its templates, as far as they are known. */
  resolved: ModelDeploymentSpec;
  /** The same with nothing left open. */
  spec: ResolvedSpec;
  /** How often requests are scraped, and so how often a gate looks. */
  intervalMs: number;
  /** Absent where nobody said how much traffic there is. */
  traffic: AssumedTraffic | undefined;
}

export type ModelWarning = Warning<ModelSubject>;

/**
 * The path of a field of a step of the plan, as the manifest has it: the plan of a shadow begins with its copies. Of steps that the manifest
 * leaves out it is where they would stand.
 */
export function stepPath(deployment: ModelDeployment, index: number, field: string): string {
  const { canary, shadow, blueGreen } = deployment.spec.strategy ?? {};
  if (canary?.adaptive) return `spec.strategy.canary.adaptive.${field}`;
  if (canary?.steps) return `spec.strategy.canary.steps[${index}].${field}`;
  if (shadow && index === 0) return `spec.strategy.shadow.${field}`;
  if (shadow?.steps) return `spec.strategy.shadow.steps[${index - 1}].${field}`;
  if (blueGreen) return `spec.strategy.blueGreen.preAnalysis.${field}`;
  return `${strategyPath(deployment)}.steps`;
}

/** The strategy that the manifest names; a canary by default. */
export const strategyPath = ({ spec }: ModelDeployment): string =>
  `spec.strategy.${spec.strategy?.blueGreen ? 'blueGreen' : spec.strategy?.shadow ? 'shadow' : 'canary'}`;

/** One place, where it holds. */
export const placeIf = (holds: boolean, path: string, found: string): Place[] =>
  holds ? [{ path, found }] : [];
