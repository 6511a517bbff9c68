import { annotations, labels } from '../api/group.ts';
import type { ModelDeployment } from '../api/model-deployment.ts';
import type { ModelReference, ModelRollout } from '../api/model-rollout.ts';
import type { RolloutAction } from '../api/rollout-action.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';

/** A revision that is kept: its Deployment, as far as people want to know it. */
export interface KeptRevision {
  revision: string;
  model: ModelReference;
  replicas: number;
  ready: number;
}

/** One pod of a revision. */
export interface PodOfRevision {
  name: string;
  revision: string;
  ready: boolean;
  /** Its phase, or why it does not run: `CrashLoopBackOff`. */
  state: string;
  restarts: number;
  node: string | undefined;
  createdAt: string | undefined;
}

/** Everything about one ModelDeployment that a viewer may see. */
export interface ModelPicture {
  model: ModelDeployment;
  /** The newest first. */
  rollouts: ModelRollout[];
  /** Those that were not answered for good yet, the oldest first. */
  openActions: RolloutAction[];
  /** Absent where one may not see Deployments or pods. */
  revisions: KeptRevision[] | undefined;
  pods: PodOfRevision[] | undefined;
}

export const newestFirst = (rollouts: readonly ModelRollout[]): ModelRollout[] =>
  [...rollouts].sort((one, other) => other.spec.number - one.spec.number);

export const isOpen = ({ status }: RolloutAction): boolean =>
  status?.state === undefined || status.state === 'Pending' || status.state === 'Running';

export function revisionOf({ metadata, status }: KubernetesObject): KeptRevision | undefined {
  const revision = metadata.labels?.[labels.revision];
  if (revision === undefined) return undefined;
  return {
    revision,
    model: modelIn(metadata.annotations?.[annotations.canonicalInput]),
    replicas: status?.replicas ?? 0,
    ready: status?.readyReplicas ?? 0,
  };
}

/** A revision remembers its input; one that does not has no name but its own. */
function modelIn(canonicalInput: string | undefined): ModelReference {
  try {
    const { model } = JSON.parse(canonicalInput ?? '{}') as { model?: ModelReference };
    return { name: model?.name, version: model?.version };
  } catch {
    return {};
  }
}

interface ContainerStatus {
  restartCount?: number;
  state?: { waiting?: { reason?: string }; terminated?: { reason?: string } };
}

export function podOf({ metadata, spec, status }: KubernetesObject): PodOfRevision {
  const containers = (status?.containerStatuses ?? []) as ContainerStatus[];
  const conditions = (status?.conditions ?? []) as { type: string; status: string }[];
  const problem = containers
    .map(({ state }) => state?.waiting?.reason ?? state?.terminated?.reason)
    .find((reason) => reason !== undefined);
  return {
    name: metadata.name,
    revision: metadata.labels?.[labels.revision] ?? '',
    ready: conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    state: metadata.deletionTimestamp ? 'Terminating' : (problem ?? status?.phase ?? 'Unknown'),
    restarts: containers.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0),
    node: spec?.nodeName,
    createdAt: metadata.creationTimestamp,
  };
}
