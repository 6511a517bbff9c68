import { createHash } from 'node:crypto';
import { gateDefaults } from '../../api/gate.ts';
import { apiVersion, fieldManager, labelPrefix, labels } from '../../api/group.ts';
import type { PodTemplate } from '../../api/pod-template.ts';
import { gateEnvironment } from './gate-environment.ts';
import type { GateQuestion } from './gate-question.ts';

/** A day: an answer is read from the Job, also after an outage of the controller. */
const keptSeconds = 24 * 60 * 60;
const hashLength = 10;
/** The name becomes the value of a label on the pods. */
const longestName = 63;

type Containers = PodTemplate['spec']['containers'];

/**
 * The Job that answers a question, and no other one: the same question gives the same Job, under the same name, so that whoever asks it again
 * meets the Job that is there (law 12).
 *
 * It goes with its ModelRollout, or a day after its end. Its pods carry no label of ours: no Service and no selector of a revision takes
 * them for pods that serve.
 */
export function jobOfGate(question: GateQuestion) {
  const { facts, gate } = question;
  const { template, backoffLimit = gateDefaults.backoffLimit } = gate.job!;
  const environment = gateEnvironment(facts);
  const { initContainers, containers, ...podSpec } = template.spec;
  const given = (list: Containers): Containers =>
    list.map((container) => withEnvironment(container, environment));
  const spec = {
    restartPolicy: 'Never',
    ...podSpec,
    ...(initContainers && { initContainers: given(initContainers) }),
    containers: given(containers),
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      namespace: facts.namespace,
      name: jobNameOf(question),
      labels: jobLabels(question),
      ownerReferences: [
        // It does not block a foreground deletion: that would ask for a right on the finalizers of the record.
        {
          apiVersion,
          kind: 'ModelRollout',
          name: facts.rollout.name,
          uid: facts.rollout.uid,
          controller: true,
        },
      ],
    },
    spec: {
      backoffLimit,
      activeDeadlineSeconds: Math.max(1, Math.ceil(gate.timeoutMs / 1_000)),
      ttlSecondsAfterFinished: keptSeconds,
      // A pod that was evicted or lost its node says nothing about the candidate. The API server takes a policy only with `Never`.
      ...(spec.restartPolicy === 'Never' && { podFailurePolicy: ignoreDisruption }),
      template: { ...template, ...(template.metadata && { metadata: ofUser(template.metadata) }), spec },
    },
  };
}

const ignoreDisruption = {
  rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
};

const jobLabels = ({ facts, gate }: GateQuestion): Record<string, string> => ({
  [labels.modelDeployment]: facts.name,
  [labels.rollout]: facts.rollout.name,
  [labels.gate]: gate.name,
  'app.kubernetes.io/managed-by': fieldManager,
});

/** For people it begins with the ModelDeployment and the gate; the hash is of the whole question, and of this very rollout. */
export function jobNameOf({ id, facts, gate }: GateQuestion): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([facts.rollout.uid, id]))
    .digest('hex');
  const words = `${facts.name}-${gate.name}`.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-');
  const start = words.slice(0, longestName - hashLength - 1).replace(/-+$/, '');
  return `${start}-${hash.slice(0, hashLength)}`;
}

/** Ours come first, so that what the user sets may refer to them; what the user sets under one of their names stays. */
function withEnvironment(
  container: Containers[number],
  environment: Readonly<Record<string, string>>,
): Containers[number] {
  const own = (container['env'] ?? []) as { name: string }[];
  const added = Object.entries(environment).filter(
    ([name]) => !own.some((variable) => variable.name === name),
  );
  return { ...container, env: [...added.map(([name, value]) => ({ name, value })), ...own] };
}

/** The schema of the spec refuses labels of ours in a template; no pod of a Job may have one, wherever the template comes from. */
function ofUser(metadata: NonNullable<PodTemplate['metadata']>): NonNullable<PodTemplate['metadata']> {
  const own = Object.entries(metadata.labels ?? {}).filter(([key]) => !key.startsWith(labelPrefix));
  return { ...metadata, ...(metadata.labels && { labels: Object.fromEntries(own) }) };
}
