import { z } from 'zod';
import {
  clusterMetricTemplateDefinition,
  type KindDefinition,
  metricTemplateDefinition,
  modelDeploymentDefinition,
  modelRolloutDefinition,
  rolloutActionDefinition,
} from '../crd/definitions.ts';
import { type SchemaNode, schemaNode } from '../crd/schema-node.ts';
import { apiVersion } from '../group.ts';
import type { MetricTemplateSpec } from '../metric-template.ts';
import type { ModelDeployment } from '../model-deployment.ts';
import type { ModelRollout } from '../model-rollout.ts';
import type { RolloutAction } from '../rollout-action.ts';
import { type Problem, brokenRules, inWords, ruleViolations } from './rule-violations.ts';

export type { Problem } from './rule-violations.ts';

/** An object that breaks its API: each fault with field, found and accepted. */
export class InvalidObjectError extends Error {
  override readonly name: string = 'InvalidObjectError';
  readonly reason = 'InvalidSpec';
  readonly problems: readonly Problem[];

  constructor(kind: string, problems: readonly Problem[]) {
    super(
      `invalid ${kind}: ` +
        problems.map(({ path, found, accepted }) => `${path}: found ${found}; ${accepted}`).join(' | '),
    );
    this.problems = problems;
  }
}

export class InvalidModelDeploymentError extends InvalidObjectError {
  override readonly name = 'InvalidModelDeploymentError';
  constructor(problems: readonly Problem[]) {
    super('ModelDeployment', problems);
  }
}

export class InvalidModelRolloutError extends InvalidObjectError {
  override readonly name = 'InvalidModelRolloutError';
  constructor(problems: readonly Problem[]) {
    super('ModelRollout', problems);
  }
}

export class InvalidRolloutActionError extends InvalidObjectError {
  override readonly name = 'InvalidRolloutActionError';
  constructor(problems: readonly Problem[]) {
    super('RolloutAction', problems);
  }
}

/**
 * The object as a ModelDeployment: the very same object, so that a pod template goes through unchanged. The API server has
 * checked what it stores, but perhaps by an older CRD. The status is not judged: it is ours, and may be lost (law 20).
 *
 * Throws `InvalidModelDeploymentError`.
 */
export function parseModelDeployment(object: unknown): ModelDeployment {
  const problems = problemsOf(modelDeploymentDefinition, object);
  if (problems.length > 0) throw new InvalidModelDeploymentError(problems);
  return object as ModelDeployment;
}

/** The object as a ModelRollout. Throws `InvalidModelRolloutError`. */
export function parseModelRollout(object: unknown): ModelRollout {
  const problems = problemsOf(modelRolloutDefinition, object);
  if (problems.length > 0) throw new InvalidModelRolloutError(problems);
  return object as ModelRollout;
}

/** The object as a RolloutAction. Throws `InvalidRolloutActionError`. */
export function parseRolloutAction(object: unknown): RolloutAction {
  const problems = problemsOf(rolloutActionDefinition, object);
  if (problems.length > 0) throw new InvalidRolloutActionError(problems);
  return object as RolloutAction;
}

/** The spec of a MetricTemplate or ClusterMetricTemplate. Throws `InvalidObjectError`. */
export function parseMetricTemplate(object: { kind: string; [field: string]: unknown }): MetricTemplateSpec {
  const isCluster = object.kind === clusterMetricTemplateDefinition.kind;
  const definition = isCluster ? clusterMetricTemplateDefinition : metricTemplateDefinition;
  const problems = problemsOf(definition, object);
  if (problems.length > 0) throw new InvalidObjectError(definition.kind, problems);
  return object['spec'] as MetricTemplateSpec;
}

/** The same for those who go on without it: its spec, or what is wrong with it, in words. */
export function readMetricTemplate(
  object: Parameters<typeof parseMetricTemplate>[0],
): { spec: MetricTemplateSpec } | { invalid: string } {
  try {
    return { spec: parseMetricTemplate(object) };
  } catch (error) {
    if (error instanceof InvalidObjectError) return { invalid: error.message };
    throw error;
  }
}

/** What a kind is judged by. Made once: zod compiles a schema when it is first used, which costs more than a thousand uses. */
interface Judge {
  /** Everything but the rules. */
  shape: z.ZodType;
  spec: SchemaNode;
}

const judges = new Map<string, Judge>();

function judgeOf({ kind, spec }: KindDefinition): Judge {
  let judge = judges.get(kind);
  if (!judge) {
    const shape = z.object({
      apiVersion: z.literal(apiVersion),
      kind: z.literal(kind),
      metadata: z.looseObject({ name: z.string() }),
      spec,
    });
    judges.set(kind, (judge = { shape, spec: schemaNode(spec) }));
  }
  return judge;
}

/** Everything that is wrong with name and spec; the rules are asked only of an object that has the right shape. */
function problemsOf(definition: KindDefinition, object: unknown): Problem[] {
  const judge = judgeOf(definition);
  const result = judge.shape.safeParse(object, { reportInput: true });
  if (!result.success) return result.error.issues.flatMap((issue) => toProblem(issue));
  const { metadata, spec } = object as ModelDeployment;
  const root = { metadata: { name: metadata.name } };
  return [...brokenRules(definition.rules, root, root, ''), ...ruleViolations(judge.spec, spec, 'spec')];
}

function toProblem(issue: z.core.$ZodIssue): Problem {
  const path = issue.path.reduce<string>(
    (at, key) => (typeof key === 'number' ? `${at}[${key}]` : at ? `${at}.${String(key)}` : String(key)),
    '',
  );
  return { path: path || 'object', found: inWords(issue.input), accepted: issue.message };
}
