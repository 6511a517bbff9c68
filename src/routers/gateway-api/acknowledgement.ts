import { defaults, type ResolvedParentReference } from '../../api/defaults.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';

/** Parts of a route's status that we read; see gateway.networking.k8s.io/v1. */
interface ParentStatus {
  parentRef: Partial<ResolvedParentReference> & { name: string };
  controllerName?: string;
  conditions?: RouteCondition[];
}
interface RouteCondition {
  type: string;
  status: string;
  observedGeneration?: number;
  reason?: string;
  message?: string;
}

export interface Acknowledgement {
  acknowledged: boolean;
  /** In words: that all is well, or which parent, which condition and why. */
  acknowledgement: string;
}

/** Both must be true for the route to have any effect with all its backends. */
const needed = ['Accepted', 'ResolvedRefs'] as const;

/**
 * Whether every gateway of the spec has taken over the route as it is now (law 7): its conditions are true and were
 * computed from this very generation. Several controllers may report on one gateway; one that has it right is enough.
 */
export function acknowledgementOf(
  route: KubernetesObject | undefined,
  parentRefs: readonly ResolvedParentReference[],
): Acknowledgement {
  if (!route) return { acknowledged: false, acknowledgement: 'the HTTPRoute does not exist yet' };
  const namespace = route.metadata.namespace ?? '';
  const generation = route.metadata.generation ?? 0;
  const reports: ParentStatus[] = route.status?.parents ?? [];
  for (const parent of parentRefs) {
    const ofParent = reports.filter(({ parentRef }) => isSameParent(parentRef, parent, namespace));
    const missing = ofParent.map(({ conditions }) => whatIsMissing(conditions ?? [], generation));
    if (missing.some((what) => what === undefined)) continue;
    const what =
      missing[0] ?? 'no controller has reported on it; does the gateway exist, and who implements it?';
    return { acknowledged: false, acknowledgement: `${inWords(parent, namespace)}: ${what}` };
  }
  return {
    acknowledged: true,
    acknowledgement: `every parent has taken over generation ${generation} of the HTTPRoute`,
  };
}

function whatIsMissing(conditions: readonly RouteCondition[], generation: number): string | undefined {
  for (const type of needed) {
    const condition = conditions.find((candidate) => candidate.type === type);
    if (!condition) return `condition ${type} is not reported`;
    const { status, observedGeneration, reason, message } = condition;
    if (observedGeneration !== generation) {
      return `condition ${type} is of generation ${observedGeneration ?? 'unknown'}, the route has generation ${generation}`;
    }
    if (status !== 'True') {
      return `condition ${type} is ${status}, ${reason ?? 'no reason'}${message ? `: ${message}` : ''}`;
    }
  }
  return undefined;
}

function isSameParent(
  reported: ParentStatus['parentRef'],
  wanted: ResolvedParentReference,
  routeNamespace: string,
): boolean {
  return (
    reported.name === wanted.name &&
    (reported.group ?? defaults.parentGroup) === wanted.group &&
    (reported.kind ?? defaults.parentKind) === wanted.kind &&
    (reported.namespace ?? routeNamespace) === (wanted.namespace ?? routeNamespace) &&
    reported.sectionName === wanted.sectionName &&
    reported.port === wanted.port
  );
}

/** The parent as a person would name it: kind, namespace, name, and the listener where one was asked for. */
function inWords(parent: ResolvedParentReference, routeNamespace: string): string {
  const { kind, name, sectionName, port } = parent;
  const listener = [
    ...(sectionName === undefined ? [] : [`listener ${sectionName}`]),
    ...(port === undefined ? [] : [`port ${port}`]),
  ].join(', ');
  return `${kind} ${parent.namespace ?? routeNamespace}/${name}${listener ? ` (${listener})` : ''}`;
}
