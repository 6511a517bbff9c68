import { partOf } from './conversion.ts';
import { isRecord, type SourceNode } from './source-node.ts';

/** An object as a cluster or a file has it. */
export interface FoundManifest {
  metadata: { name?: string; namespace?: string };
  [field: string]: unknown;
}

/** Whether an object is in the namespace; one of both may not say in which one it is. */
export const mayBeIn = (
  namespace: string | undefined,
  { metadata }: Pick<FoundManifest, 'metadata'>,
): boolean => namespace === undefined || metadata.namespace === undefined || metadata.namespace === namespace;

const selectorOf = (service: FoundManifest): Record<string, unknown> => {
  const selector = partOf(service, 'spec', 'selector');
  return isRecord(selector) ? selector : {};
};

/** The Services that select pods with these labels. A selector without labels selects nothing that we can see. */
export function servicesSelecting(
  services: readonly FoundManifest[],
  labels: unknown,
  namespace: string | undefined,
): FoundManifest[] {
  const had = isRecord(labels) ? labels : {};
  return services.filter((service) => {
    const wanted = Object.entries(selectorOf(service));
    return (
      mayBeIn(namespace, service) &&
      wanted.length > 0 &&
      wanted.every(([label, value]) => had[label] === value)
    );
  });
}

/** Services that nobody gave, and that find pods as the object does that runs them: `whose` says in words who they are. */
export const servicesLike = (whose: string, matchLabels: unknown): FoundManifest => ({
  metadata: { name: whose },
  spec: { selector: matchLabels },
});

/**
 * Labels without those by which a Service of somebody else finds the pods: it would send users to pods of every revision, also to those of a candidate
 * that nobody has judged yet (law 1).
 */
export function withoutSelected(
  labels: Record<string, unknown>,
  selecting: readonly FoundManifest[],
  node: SourceNode,
): Record<string, unknown> {
  const selected = new Set(selecting.flatMap((service) => Object.keys(selectorOf(service))));
  const left = Object.entries(labels).filter(([label]) => !selected.has(label));
  if (left.length < Object.keys(labels).length) {
    const names = selecting.map(({ metadata: { name = '' } }) => name).join(', ');
    node.saidOf(
      'changed',
      `the label ${[...selected].join(', ')} is left out of the pods: Services select by it (${names}), and would send users to pods of a candidate that nobody has judged; what else selects by it has to name understudy.dev/model-deployment`,
    );
  }
  return Object.fromEntries(left);
}
