import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { serviceNameLabel } from './labels.ts';

/** An endpoint of a Service, whatever its address family. */
export interface ServiceEndpoint {
  /** The pod's UID, or what else tells it from others. */
  id: string;
  podName: string | undefined;
  /** Gets traffic: ready and not terminating. */
  ready: boolean;
}

/** What we read of an EndpointSlice; see discovery.k8s.io/v1. */
interface SliceEndpoint {
  addresses?: string[];
  conditions?: { ready?: boolean; terminating?: boolean };
  targetRef?: { kind?: string; name?: string; uid?: string };
}

/**
 * The endpoints of a Service, each pod once: a dual-stack Service has a slice per address family. A pod counts as ready
 * when any of its endpoints is. `ready` that is not given means ready, as the API says.
 */
export function endpointsOf(slices: readonly KubernetesObject[], service: string): ServiceEndpoint[] {
  const byPod = new Map<string, ServiceEndpoint>();
  for (const slice of slices) {
    if (slice.metadata.labels?.[serviceNameLabel] !== service) continue;
    for (const { addresses, conditions, targetRef } of (slice.endpoints ?? []) as SliceEndpoint[]) {
      const id = targetRef?.uid ?? targetRef?.name ?? addresses?.join() ?? '';
      const ready = conditions?.ready !== false && conditions?.terminating !== true;
      byPod.set(id, { id, podName: targetRef?.name, ready: ready || byPod.get(id)?.ready === true });
    }
  }
  return [...byPod.values()];
}
