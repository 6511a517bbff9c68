import { z } from 'zod';
import { Analysis } from './analysis.ts';
import { duration } from './duration.ts';
import { gates } from './gate.ts';
import type { apiVersion } from './group.ts';
import type { ModelDeploymentStatus } from './model-deployment-status.ts';
import type { ObjectMeta } from './object-meta.ts';
import { notifications } from './notification.ts';
import { PodTemplate } from './pod-template.ts';
import { field, matching } from './schema.ts';
import { modelDeploymentRules } from './model-deployment-rules.ts';
import { Strategy } from './strategy/strategy.ts';
import { Traffic } from './traffic.ts';

const Model = field(
  z.object({
    name: field(z.string().max(253), 'Name of the model.').optional(),
    version: field(z.string().max(128), 'Version of the model. Text, so write `"3"` in quotes.').optional(),
    uri: field(
      z.string().max(2048),
      'Where the artefact lies, such as `s3://models/sentiment/3`.',
    ).optional(),
    digest: matching(
      '^[a-z0-9]+([+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$',
      256,
      'digest must be "algorithm:value", such as "sha256:9f86d081..."',
      'Digest of the artefact, such as `sha256:9f86d081...`.',
    ).optional(),
    format: field(z.string().max(63), 'Format of the artefact, such as `sklearn` or `onnx`.').optional(),
    parameters: field(
      z.record(z.string(), field(z.string().max(4096), 'Value of the parameter.')),
      'Free parameters that belong to the version.',
      { maxProperties: 64 },
    ).optional(),
  }),
  'Identity of the model: what is versioned. A change here is a new revision.',
);
export type Model = z.infer<typeof Model>;

const Serving = field(
  z.object({
    workload: field(
      z.object({ template: PodTemplate }),
      'An inference service of your own, given as a pod template.',
    ),
  }),
  'How the model is hosted. A change here is a new revision.',
);

const Service = field(
  z.object({
    port: field(z.int().min(1).max(65535), 'Port of the Services. Default: 80.', {
      format: 'int32',
    }).optional(),
    targetPort: field(
      z.union([z.int(), z.string()]),
      'Name or number of the container port that serves the model. Default: the port named `http`, else the only port. A change is a new revision.',
      {
        intOrString: true,
        rules: [
          {
            rule: "type(self) == int ? self >= 1 && self <= 65535 : string(self).matches('^[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$')",
            message:
              'targetPort must be the name of a port (at most 15 characters) or a number from 1 to 65535',
          },
        ],
      },
    ).optional(),
    appProtocol: matching(
      '^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$',
      128,
      'appProtocol must be a name such as "http" or "kubernetes.io/h2c"',
      'Protocol that the model speaks, for gateways that must know: `http`, `kubernetes.io/h2c`. A change is a new revision.',
    ).optional(),
  }),
  'How the model is reached inside the cluster.',
);

export const ModelDeploymentSpec = field(
  z.object({
    replicas: field(z.int().min(0).max(100_000), 'Serving capacity in pods. Never part of the revision.', {
      format: 'int32',
      default: 1,
    }).optional(),
    paused: field(
      z.boolean(),
      'Stop forward progress. Traffic stays as it is, and a failing candidate is still taken back. Default: false.',
    ).optional(),
    revisionHistoryLimit: field(
      z.int().min(0).max(100),
      'How many old revisions (without pods) and ended ModelRollouts are kept. Default: 5.',
      { format: 'int32' },
    ).optional(),
    progressDeadline: duration(
      'progressDeadline',
      'A candidate that makes no progress towards ready for this long fails. Pauses do not count. Default: `10m`.',
      { min: '1s' },
    ).optional(),
    drain: duration(
      'drain',
      'Pods that lost their traffic stay at least this long. Default: `60s`.',
    ).optional(),
    rollbackWindow: field(
      z.int().min(0).max(100),
      'Going back to one of so many last revisions, as far as `revisionHistoryLimit` keeps them, is immediate: it needs full capacity and asks no gate. 0: every return is a rollout like any other. Default: 3.',
      { format: 'int32' },
    ).optional(),
    readiness: field(
      z.object({
        percent: field(
          z.int().min(1).max(100),
          'Share of the pods needed for the next weight that must be ready, in percent. Default: 100.',
          { format: 'int32' },
        ).optional(),
      }),
      'What is asked of the candidate before it gets traffic, beyond that its pods are Ready.',
    ).optional(),
    model: Model.optional(),
    serving: Serving,
    service: Service.optional(),
    traffic: Traffic.optional(),
    strategy: Strategy.optional(),
    analysis: Analysis.optional(),
    gates: gates().optional(),
    notifications: notifications().optional(),
  }),
  'What is to be served, and how a change of it is rolled out.',
  { rules: modelDeploymentRules },
);
export type ModelDeploymentSpec = z.infer<typeof ModelDeploymentSpec>;

/** What the user wants served, as it is stored. */
export interface ModelDeployment {
  apiVersion: typeof apiVersion;
  kind: 'ModelDeployment';
  metadata: ObjectMeta;
  spec: ModelDeploymentSpec;
  status?: ModelDeploymentStatus;
}
