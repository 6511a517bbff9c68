import { ClusterError } from '../../kubernetes/cluster-error.ts';
import { keyOf, type KubernetesObject } from '../../kubernetes/resource.ts';
import { hasLabels } from './selectors.ts';

/** What an eviction is judged by. */
export interface DisruptionState {
  budgets: readonly KubernetesObject[];
  pods: readonly KubernetesObject[];
  deployments: readonly KubernetesObject[];
}

/** The numbers of one PodDisruptionBudget, as its status has them. */
interface Budget {
  name: string;
  healthy: number;
  desired: number;
  /** Healthy pods that may be disrupted now. */
  allowed: number;
}

/**
 * Refuses the eviction of a pod that its PodDisruptionBudget does not allow, by the rules of `EvictionREST` and of the disruption
 * controller in kubernetes/kubernetes. Errors: `disruptionBudget`; `serverError` where two budgets claim the pod, which the
 * eviction API does not support.
 */
export function requireAllowedByBudget(pod: KubernetesObject, state: DisruptionState): void {
  if (isBeyondBudgets(pod)) return;
  const key = keyOf(pod);
  const mine = state.budgets.filter((budget) => covers(budget, pod));
  if (mine.length > 1) {
    const why =
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    throw new ClusterError('serverError', `evict pods ${key}: ${why}`, { status: 500 });
  }
  const [object] = mine;
  if (!object || (!isHealthy(pod) && object['spec'].unhealthyPodEvictionPolicy === 'AlwaysAllow')) return;
  const { name, healthy, desired, allowed } = budgetOf(object, state);
  // A pod that is not healthy counts for nothing: it may go as long as the others are enough.
  if (!isHealthy(pod) && healthy >= desired && desired > 0) return;
  if (allowed > 0) return;
  throw new ClusterError(
    'disruptionBudget',
    `evict pods ${key}: The disruption budget ${name} needs ${desired} healthy pods and has ${healthy} currently`,
    { status: 429 },
  );
}

/** It serves nobody yet or any more. */
const isBeyondBudgets = ({ metadata, status }: KubernetesObject): boolean =>
  metadata.deletionTimestamp !== undefined || ['Pending', 'Succeeded', 'Failed'].includes(status?.phase);

const isHealthy = ({ metadata, status }: KubernetesObject): boolean =>
  metadata.deletionTimestamp === undefined &&
  ((status?.conditions ?? []) as { type: string; status: string }[]).some(
    ({ type, status: holds }) => type === 'Ready' && holds === 'True',
  );

/** An empty selector covers every pod of the namespace. */
const covers = (budget: KubernetesObject, pod: KubernetesObject): boolean =>
  budget.metadata.namespace === pod.metadata.namespace &&
  hasLabels(budget['spec'].selector?.matchLabels, pod);

function budgetOf(object: KubernetesObject, { pods, deployments }: DisruptionState): Budget {
  const { minAvailable, maxUnavailable } = object['spec'];
  const covered = pods.filter((pod) => covers(object, pod));
  const healthy = covered.filter(isHealthy).length;
  const owners = new Set(covered.flatMap(({ metadata }) => metadata.ownerReferences?.map(({ uid }) => uid)));
  const owned = deployments
    .filter(({ metadata }) => owners.has(metadata.uid))
    .reduce((sum, { spec }) => sum + (spec?.replicas ?? 1), 0);
  // Of a plain number that must stay, the pods that there are count; else those that their owners are asked for.
  const expected = typeof minAvailable === 'number' ? covered.length : owned;
  const desired =
    maxUnavailable === undefined
      ? scaled(minAvailable ?? 0, expected)
      : Math.max(0, expected - scaled(maxUnavailable, expected));
  const allowed = expected > 0 ? Math.max(0, healthy - desired) : 0;
  return { name: object.metadata.name, healthy, desired, allowed };
}

/** A number, or percent of the expected pods, rounded up. */
const scaled = (value: number | string, expected: number): number =>
  typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) * expected) / 100);
