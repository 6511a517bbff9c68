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
  /** Not acknowledged, and only because no parent's controller has looked at this generation yet. */
  pending?: boolean;
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
  const missing = parentRefs.flatMap((parent) => {
    const ofParent = reports.filter(({ parentRef }) => isSameParent(parentRef, parent, namespace));
    const found = ofParent.map(({ conditions }) => whatIsMissing(conditions ?? [], generation));
    if (found.some((one) => one === undefined)) return [];
    const { what, pending } = found[0] ?? nobodyReports;
    return [{ what: `${parentInWords(parent, namespace)}: ${what}`, pending }];
  });
  const [first] = missing;
  if (first) {
    const pending = missing.every((one) => one.pending);
    return { acknowledged: false, acknowledgement: first.what, ...(pending && { pending }) };
  }
  return {
    acknowledged: true,
    acknowledgement: `every parent has taken over generation ${generation} of the HTTPRoute`,
  };
}

interface Missing {
  what: string;
  /** The controller reported on an older generation, and had nothing against it. */
  pending: boolean;
}

const nobodyReports: Missing = {
  what: 'no controller has reported on it; does the gateway exist, and who implements it?',
  pending: false,
};

function whatIsMissing(conditions: readonly RouteCondition[], generation: number): Missing | undefined {
  for (const type of needed) {
    const condition = conditions.find((candidate) => candidate.type === type);
    if (!condition) return { what: `condition ${type} is not reported`, pending: false };
    const { status, observedGeneration, reason, message } = condition;
    if (observedGeneration !== generation) {
      return {
        what: `condition ${type} is of generation ${observedGeneration ?? 'unknown'}, the route has generation ${generation}`,
        pending: status === 'True' && observedGeneration !== undefined,
      };
    }
    if (status !== 'True') {
      return {
        what: `condition ${type} is ${status}, ${reason ?? 'no reason'}${message ? `: ${message}` : ''}`,
        pending: false,
      };
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
export function parentInWords(parent: ResolvedParentReference, routeNamespace: string): string {
  const { kind, name, sectionName, port } = parent;
  const listener = [
    ...(sectionName === undefined ? [] : [`listener ${sectionName}`]),
    ...(port === undefined ? [] : [`port ${port}`]),
  ].join(', ');
  return `${kind} ${parent.namespace ?? routeNamespace}/${name}${listener ? ` (${listener})` : ''}`;
}
