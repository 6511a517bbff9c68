import type { Backend } from '../../domain/traffic/split.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';

/** What an HTTPRoute says to a gateway, read by the Gateway API alone: a second opinion beside the router's own. */

interface Rule {
  backendRefs?: { name: string; weight?: number }[];
  filters?: { requestMirror?: { backendRef: { name: string } } }[];
}

const rulesOf = (route: KubernetesObject): Rule[] => (route['spec']?.rules ?? []) as Rule[];

/** The split of everybody's requests: that of the last rule, since those of testers come before it. */
export const everybodysBackends = (route: KubernetesObject, name: string): Backend[] =>
  (rulesOf(route).at(-1)?.backendRefs ?? []).map((ref) => ({
    revision: revisionIn(ref.name, name),
    weight: ref.weight ?? 1,
  }));

/** The Services that live requests are sent to, and those that get copies, of all rules. */
export function servicesOf(route: KubernetesObject): { live: string[]; copies: string[] } {
  const rules = rulesOf(route);
  return {
    live: rules.flatMap(({ backendRefs = [] }) => backendRefs.map((ref) => ref.name)),
    copies: rules.flatMap(({ filters = [] }) =>
      filters.flatMap(({ requestMirror }) => (requestMirror ? [requestMirror.backendRef.name] : [])),
    ),
  };
}

/** A Service that copies go to, so that they have series of their own. */
export const isForCopies = (service: string): boolean => service.endsWith('-mirror');

/** Every revision that any rule sends something to, copies included. */
export function namedInRoute(route: KubernetesObject, name: string): string[] {
  const { live, copies } = servicesOf(route);
  return [...new Set([...live, ...copies].map((service) => revisionIn(service, name)))];
}

/** The gateway has accepted this very generation and found all that it names. */
export function isAcknowledged({ metadata, status }: KubernetesObject): boolean {
  const parents = (status?.parents ?? []) as {
    conditions: { type: string; status: string; observedGeneration: number }[];
  }[];
  return (
    parents.length > 0 &&
    parents.every(({ conditions }) =>
      ['Accepted', 'ResolvedRefs'].every((type) =>
        conditions.some(
          (condition) =>
            condition.type === type &&
            condition.status === 'True' &&
            condition.observedGeneration === metadata.generation,
        ),
      ),
    )
  );
}

/** A Service of a revision is named `<name>-<revision>`, that of its copies `<name>-<revision>-mirror`. */
export const revisionIn = (service: string, name: string): string =>
  service.slice(name.length + 1).replace(/-mirror$/, '');
