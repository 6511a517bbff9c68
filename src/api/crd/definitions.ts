import type { z } from 'zod';
import { modelDeploymentNameRule } from '../model-deployment-rules.ts';
import { ModelDeploymentSpec } from '../model-deployment.ts';
import { ModelDeploymentStatus } from '../model-deployment-status.ts';
import { MetricTemplateSpec } from '../metric-template.ts';
import { ModelRolloutSpec } from '../model-rollout.ts';
import { ModelRolloutStatus } from '../model-rollout-status.ts';
import { RolloutActionSpec, RolloutActionStatus } from '../rollout-action.ts';
import type { Rule } from '../schema.ts';

/** A column of `kubectl get`; priority 1 shows with `-o wide` only. */
export interface PrinterColumn {
  name: string;
  type: 'string' | 'integer' | 'number' | 'date';
  jsonPath: string;
  description: string;
  priority?: 1;
}

/** Everything that a CRD says about one kind. */
export interface KindDefinition {
  kind: string;
  plural: string;
  shortName: string;
  description: string;
  rules: Rule[];
  spec: z.ZodType;
  /** Absent: the kind has none. */
  status?: z.ZodType;
  scope?: 'Cluster';
  scale?: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath: string };
  columns: PrinterColumn[];
}

const age: PrinterColumn = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
  description: 'Time since the creation.',
};

const text = (name: string, jsonPath: string, description: string): PrinterColumn => ({
  name,
  type: 'string',
  jsonPath,
  description,
});

const wide = (column: PrinterColumn): PrinterColumn => ({ ...column, priority: 1 });

export const modelDeploymentDefinition: KindDefinition = {
  kind: 'ModelDeployment',
  plural: 'modeldeployments',
  shortName: 'md',
  description:
    'A model to be served, and how a change of it is rolled out: by evidence, and back at once when it does harm.',
  rules: [modelDeploymentNameRule],
  spec: ModelDeploymentSpec,
  status: ModelDeploymentStatus,
  scale: {
    specReplicasPath: '.spec.replicas',
    statusReplicasPath: '.status.replicas',
    labelSelectorPath: '.status.selector',
  },
  columns: [
    text('Phase', '.status.phase', 'What is going on, in one word.'),
    text('Stable', '.status.stable.revision', 'The revision that users have.'),
    text('Candidate', '.status.candidate.revision', 'The revision on trial.'),
    {
      name: 'Weight',
      type: 'number',
      jsonPath: '.status.traffic.applied',
      description: "The candidate's share in percent.",
    },
    {
      name: 'Step',
      type: 'integer',
      jsonPath: '.status.rollout.step',
      description: 'The step of the rollout, from 0.',
    },
    {
      name: 'Ready',
      type: 'integer',
      jsonPath: '.status.stable.ready',
      description: "The stable revision's ready pods.",
    },
    wide(text('Reason', '.status.conditions[?(@.type=="Ready")].reason', 'Why it is ready or not.')),
    wide(text('Model', '.status.stable.model.version', 'Version of the model that users have.')),
    age,
  ],
};

export const modelRolloutDefinition: KindDefinition = {
  kind: 'ModelRollout',
  plural: 'modelrollouts',
  shortName: 'mrl',
  description:
    'One attempt to move from the stable revision to a candidate: its plan, evidence, decisions and outcome. Written by the controller only.',
  rules: [],
  spec: ModelRolloutSpec,
  status: ModelRolloutStatus,
  columns: [
    text('ModelDeployment', '.spec.modelDeployment', 'The ModelDeployment whose revisions these are.'),
    text('From', '.spec.from.revision', 'The stable revision at the start.'),
    text('To', '.spec.to.revision', 'The candidate.'),
    text('Phase', '.status.phase', 'Where the rollout stands.'),
    text('Outcome', '.status.outcome', 'How the rollout ended.'),
    { name: 'Step', type: 'integer', jsonPath: '.status.step.index', description: 'The step, from 0.' },
    {
      name: 'Weight',
      type: 'number',
      jsonPath: '.status.weight',
      description: "The candidate's share in percent.",
    },
    text('Reason', '.status.reason', 'Why it is as it is.'),
    age,
    wide(text('Duration', '.status.duration', 'How long it took from its beginning to its outcome.')),
    wide(text('Model', '.spec.to.model.version', "Version of the candidate's model.")),
    wide(text('Message', '.status.message', 'Why it is as it is, in words.')),
  ],
};

export const rolloutActionDefinition: KindDefinition = {
  kind: 'RolloutAction',
  plural: 'rolloutactions',
  shortName: 'ra',
  description:
    'One decision of a person or a pipeline: promote, pause, resume, abort, retry, rollback, skip or restart. Its spec cannot change; its status says what became of it.',
  rules: [],
  spec: RolloutActionSpec,
  status: RolloutActionStatus,
  columns: [
    text('Target', '.spec.target.name', 'The ModelDeployment that it is about.'),
    text('Verb', '.spec.verb', 'What is asked for.'),
    text('State', '.status.state', 'Where it stands.'),
    text('By', '.spec.requestedBy', 'Who asks.'),
    age,
    wide(text('Reason', '.status.reason', 'Why it stands there.')),
    wide(text('Message', '.status.message', 'Why, in words.')),
  ],
};

const template = {
  rules: [],
  spec: MetricTemplateSpec,
  columns: [
    text('Description', '.spec.description', 'What the query measures.'),
    text('Result', '.spec.resultType', 'What the query gives, where that is said.'),
    age,
    wide(text('Args', '.spec.args[*].name', 'The arguments.')),
    wide(text('Query', '.spec.query', 'The query.')),
  ],
} satisfies Partial<KindDefinition>;

export const metricTemplateDefinition: KindDefinition = {
  ...template,
  kind: 'MetricTemplate',
  plural: 'metrictemplates',
  shortName: 'mt',
  description: 'A named query with arguments, for the metrics of ModelDeployments in the same namespace.',
};

export const clusterMetricTemplateDefinition: KindDefinition = {
  ...template,
  kind: 'ClusterMetricTemplate',
  plural: 'clustermetrictemplates',
  shortName: 'cmt',
  scope: 'Cluster',
  description: 'A named query with arguments, for the metrics of ModelDeployments in every namespace.',
};

export const definitions = [
  modelDeploymentDefinition,
  modelRolloutDefinition,
  rolloutActionDefinition,
  metricTemplateDefinition,
  clusterMetricTemplateDefinition,
];
