import type { ResolvedSpec } from '../../api/defaults.ts';
import type { PodTemplate } from '../../api/pod-template.ts';
import type { ModelRolloutStatus } from '../../api/model-rollout.ts';
import { plannedPods, stablePods } from '../../domain/strategy/capacity-plan.ts';
import { plannedWeight, promotionPlace } from '../../domain/strategy/plan.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { quantityOf } from './quantity.ts';

export type Resources = Readonly<Record<string, number>>;

/** Pods of both arms at one place of the plan. */
export interface PodsAt {
  /** A step from 0; behind the last one the promotion. */
  place: number;
  candidate: number;
  stable: number;
}

/** What one pod asks the scheduler for: its containers together, or an init container that asks for more. */
export function podRequests({ spec }: PodTemplate): Resources {
  const total: Record<string, number> = {};
  for (const container of spec.containers)
    for (const [resource, amount] of Object.entries(requestsOf(container)))
      total[resource] = (total[resource] ?? 0) + amount;
  for (const container of spec.initContainers ?? [])
    for (const [resource, amount] of Object.entries(requestsOf(container)))
      total[resource] = Math.max(total[resource] ?? 0, amount);
  return total;
}

/** Kubernetes takes a limit for a request that is missing. */
function requestsOf(container: object): Record<string, number> {
  const { resources } = container as {
    resources?: Record<'requests' | 'limits', Record<string, string | number>>;
  };
  const asked = { ...resources?.limits, ...resources?.requests };
  return Object.fromEntries(
    Object.entries(asked).flatMap(([resource, text]) => {
      const amount = quantityOf(text);
      return amount === undefined ? [] : [[resource, amount]];
    }),
  );
}

/** The pods of both arms at each place, as the controller provides them. Pure. */
export function podsThroughPlan({ plan: given, replicas, traffic, ...spec }: ResolvedSpec): PodsAt[] {
  const plan = {
    ...given,
    progressDeadlineMs: spec.progressDeadlineMs,
    readinessPercent: spec.readiness.percent,
  };
  const sizing = { replicas, router: traffic.kind === 'service' ? 'replicaRatio' : 'weighted' } as const;
  const last = promotionPlace(plan);
  const places = plan.end === 'stop' ? last : last + 1;
  return Array.from({ length: places }, (_, place) => {
    const phase = place < last ? ('Stepping' as const) : ('Promoting' as const);
    const status = { phase, step: { index: place, enteredAt: '' }, weight: 0 } as ModelRolloutStatus;
    const weight = place < last ? plannedWeight(plan, status) : 0;
    return {
      place,
      candidate: plannedPods(plan, status, sizing),
      stable: stablePods(plan, weight, sizing),
    };
  });
}

/** The place with the most pods of both arms together. */
export const peakOf = (pods: readonly PodsAt[]): PodsAt | undefined =>
  pods.reduce<PodsAt | undefined>(
    (most, at) => (!most || at.candidate + at.stable > most.candidate + most.stable ? at : most),
    undefined,
  );

/** What a quota leaves of a resource that more pods would take. */
export interface QuotaRoom {
  quota: string;
  resource: string;
  needed: number;
  left: number;
}

/** What the quotas of the namespace leave, for each resource that they speak of and the pods need. Those with scopes are left out. Pure. */
export function quotaRoom(
  quotas: readonly KubernetesObject[],
  each: Resources,
  morePods: number,
): QuotaRoom[] {
  return quotas
    .filter(({ spec }) => !spec?.scopes && !spec?.scopeSelector)
    .flatMap(({ metadata, spec, status }) =>
      Object.entries((spec?.hard ?? {}) as Record<string, string>).flatMap(([key, hard]) => {
        const resource = key.replace(/^requests\./, '');
        const perPod = key === 'pods' || key === 'count/pods' ? 1 : each[resource];
        const limit = quantityOf(hard);
        if (perPod === undefined || limit === undefined || key.startsWith('limits.')) return [];
        const used = quantityOf(status?.used?.[key] ?? '0') ?? 0;
        return [{ quota: metadata.name, resource: key, needed: perPod * morePods, left: limit - used }];
      }),
    );
}

/**
 * How many more pods the nodes have room for by their requests alone: taints, selectors and affinity are not looked at. Pure.
 *
 * @param pods of all namespaces
 */
export function nodeRoom(
  nodes: readonly KubernetesObject[],
  pods: readonly KubernetesObject[],
  each: Resources,
): number {
  const wanted = { pods: 1, ...each };
  return nodes
    .filter(({ spec }) => spec?.unschedulable !== true)
    .reduce((sum, { metadata, status }) => {
      const own = pods.filter(
        (pod) =>
          pod['spec']?.nodeName === metadata.name &&
          !['Succeeded', 'Failed'].includes(pod['status']?.phase as string),
      );
      const used = own.map(
        (pod) => ({ pods: 1, ...podRequests({ spec: pod['spec'] } as PodTemplate) }) as Resources,
      );
      const fits = Object.entries(wanted)
        .filter(([, amount]) => amount > 0)
        .map(([resource, amount]) => {
          const total = quantityOf(status?.allocatable?.[resource] ?? '0') ?? 0;
          const taken = used.reduce((all, one) => all + (one[resource] ?? 0), 0);
          return Math.floor((total - taken) / amount + 1e-9);
        });
      return sum + Math.max(0, Math.min(...fits));
    }, 0);
}
