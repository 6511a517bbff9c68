import type { Node, NodeSelectorRequirement, Pod, Taint, Toleration } from './kubernetes-types.ts';

/**
 * Chooses a node as the Kubernetes scheduler would, of its rules only those that have a meaning for
 * processes: readiness, taints, node selector, required node affinity and extended resources. CPU and
 * memory requests are not counted. Among those that fit, the lowest rank wins. Gives the reason in
 * words where none does.
 */
export function chooseNode(
  pod: Pod,
  nodes: Node[],
  rank: (name: string) => number,
): { node: string } | { refusal: string } {
  const refusals = new Map<string, number>();
  const fitting: string[] = [];
  for (const node of nodes) {
    const refusal = refusalOf(pod, node);
    if (refusal === undefined) fitting.push(node.metadata.name);
    else refusals.set(refusal, (refusals.get(refusal) ?? 0) + 1);
  }
  fitting.sort((a, b) => rank(a) - rank(b));
  const best = fitting[0];
  if (best !== undefined) return { node: best };
  const counts = [...refusals].map(([reason, count]) => `${count} ${reason}`).join(', ');
  return {
    refusal: `0/${nodes.length} nodes are available: ${counts === '' ? 'no node is registered' : counts}.`,
  };
}

function refusalOf(pod: Pod, node: Node): string | undefined {
  if (node.status?.conditions?.find((c) => c.type === 'Ready')?.status !== 'True')
    return 'node(s) were not ready';
  if (node.spec?.unschedulable) return 'node(s) were unschedulable';
  const labels = node.metadata.labels ?? {};
  const selector = Object.entries(pod.spec.nodeSelector ?? {});
  if (!selector.every(([key, value]) => labels[key] === value) || !matchesAffinity(pod, labels)) {
    return "node(s) didn't match Pod's node affinity/selector";
  }
  const taint = node.spec?.taints?.find(
    (t) => t.effect !== 'PreferNoSchedule' && !isTolerated(t, pod.spec.tolerations),
  );
  if (taint) return `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`;
  const resource = requestedResources(pod).find((name) => node.status?.allocatable?.[name] === undefined);
  return resource === undefined ? undefined : `Insufficient ${resource}`;
}

function matchesAffinity(pod: Pod, labels: Record<string, string>): boolean {
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (!required) return true;
  return required.nodeSelectorTerms.some(
    (term) =>
      term.matchExpressions !== undefined && term.matchExpressions.every((r) => matches(r, labels[r.key])),
  );
}

function matches({ operator, values = [] }: NodeSelectorRequirement, label: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return label !== undefined && values.includes(label);
    case 'NotIn':
      return label === undefined || !values.includes(label);
    case 'Exists':
      return label !== undefined;
    case 'DoesNotExist':
      return label === undefined;
    case 'Gt':
      return Number(label) > Number(values[0]);
    case 'Lt':
      return Number(label) < Number(values[0]);
    default:
      return false;
  }
}

function isTolerated(taint: Taint, tolerations: Toleration[] = []): boolean {
  return tolerations.some((toleration) => {
    if (toleration.effect && toleration.effect !== taint.effect) return false;
    if (!toleration.key) return toleration.operator === 'Exists';
    if (toleration.key !== taint.key) return false;
    return toleration.operator === 'Exists' || (toleration.value ?? '') === (taint.value ?? '');
  });
}

/** Names such as `nvidia.com/gpu`, which a node has only when it says so. */
function requestedResources(pod: Pod): string[] {
  return pod.spec.containers
    .flatMap(({ resources }) => Object.keys({ ...resources?.limits, ...resources?.requests }))
    .filter((name) => name.includes('/'));
}
