import {
  InvalidObjectError,
  parseMetricTemplate,
  parseModelDeployment,
  parseModelRollout,
  parseRolloutAction,
} from '../../api/validation/parse-object.ts';
import {
  modelDeploymentDefinition,
  modelRolloutDefinition,
  rolloutActionDefinition,
} from '../../api/crd/definitions.ts';
import type { z } from 'zod';
import { ClusterError } from '../../kubernetes/cluster-error.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { builtInProblem } from './built-in-rules.ts';
import { frozen, isSame } from './json-value.ts';
import type { KindTraits } from './kinds.ts';
import { unknownField } from './field-schema.ts';

/** The kinds of ours: judged by the schemas that their CRDs are made from. */
const own = {
  ModelDeployment: { parse: parseModelDeployment, status: modelDeploymentDefinition.status },
  ModelRollout: { parse: parseModelRollout, status: modelRolloutDefinition.status },
  RolloutAction: { parse: parseRolloutAction, status: rolloutActionDefinition.status },
  MetricTemplate: { parse: parseMetricTemplate },
  ClusterMetricTemplate: { parse: parseMetricTemplate },
} as const satisfies Record<string, { parse: (object: KubernetesObject) => unknown; status?: z.ZodType }>;

/**
 * Refuses with `invalid` what a real API server would refuse: fields that the kind does not know (writes are validated
 * strictly), and content that breaks the rules. What an update leaves as it was is not judged again. Returns the object, frozen as it was
 * given, with a spec of ours that was judged before as that very value: whoever keeps something about a spec has it already.
 */
export function judged(
  traits: KindTraits,
  after: KubernetesObject,
  before: KubernetesObject | undefined,
  judgesStatus = true,
): KubernetesObject {
  if (!before || isChanged(traits, after, before)) {
    const { status: _, ...main } = after;
    const unknown = unknownField(traits.schema, traits.status ? main : after);
    if (unknown !== undefined) throw invalid(after, `unknown field "${unknown}"`);
  }
  if (judgesStatus && after['status'] !== undefined && !isSame(after['status'], before?.['status']))
    requireValidStatus(after);
  if (before && isSame(after['spec'], before['spec'])) return after;
  const spec = judgedSpec(after, before);
  return spec === after['spec'] ? after : frozen({ ...after, spec });
}

/** Whether a part that the schema of the object is about may be another one. What is the same value needs no comparison. */
const isChanged = (traits: KindTraits, after: KubernetesObject, before: KubernetesObject): boolean =>
  Object.keys(after).some(
    (name) => name !== 'metadata' && !(name === 'status' && traits.status) && after[name] !== before[name],
  );

/** What was found good, by its text: the same spec under the same name is good again. Thousands of worlds ask the same. */
const known = new Map<string, unknown>();
const mostKnown = 5_000;

function judgedSpec(after: KubernetesObject, before: KubernetesObject | undefined): unknown {
  const spec: unknown = after['spec'];
  if (!isOwn(after.kind)) {
    const problem = builtInProblem(after, before);
    if (problem !== undefined) throw invalid(after, problem);
    return spec;
  }
  const text = JSON.stringify([after.kind, after.metadata.name, spec]);
  if (known.has(text)) return known.get(text);
  try {
    own[after.kind].parse(after);
  } catch (error) {
    if (!(error instanceof InvalidObjectError)) throw error;
    throw invalid(after, error.message, error);
  }
  if (known.size < mostKnown) known.set(text, spec);
  return spec;
}

function requireValidStatus(after: KubernetesObject): void {
  if (!isOwn(after.kind)) return;
  const kind: { parse: unknown; status?: z.ZodType | undefined } = own[after.kind];
  const error = kind.status?.safeParse(after['status']).error;
  if (error) throw invalid(after, `status: ${error.message}`, error);
}

const isOwn = (kind: string): kind is keyof typeof own => kind in own;

export const invalid = ({ kind, metadata }: KubernetesObject, why: string, cause?: unknown): ClusterError =>
  new ClusterError('invalid', `${kind} "${metadata.name}" is invalid: ${why}`, { status: 422, cause });
