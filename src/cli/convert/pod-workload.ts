import { labelPrefix } from '../../api/group.ts';
import { type PodTemplate, podPorts } from '../../api/pod-template.ts';
import { type FoundManifest, withoutSelected } from './selecting-services.ts';
import { isRecord, type SourceNode } from './source-node.ts';

/** A pod template with the port that the Services send requests to, where that has to be said. */
export interface PodWorkload {
  template: PodTemplate;
  targetPort?: string | number;
}

/**
 * The pods of a ModelDeployment from the pod template that an object had before.
 *
 * @param given the template as it is
 * @param wanted the port that Services sent requests to
 * @param node where notes about it belong
 * @param selecting Services of others that select the pods by their labels
 */
export function podWorkload(
  given: unknown,
  wanted: string | number | undefined,
  node: SourceNode,
  selecting: readonly FoundManifest[] = [],
): PodWorkload | undefined {
  if (!isRecord(given) || !isRecord(given['spec']) || !hasContainers(given['spec'])) {
    node.missing('there is no pod template with containers in it');
    return undefined;
  }
  const template = withoutSystemFields(given, node, selecting);
  const ports = podPorts(template);
  const isWanted = ({ name, containerPort }: { name?: string | undefined; containerPort: number }) =>
    name === wanted || containerPort === wanted;
  if (wanted !== undefined && ports.some(isWanted)) return { template, targetPort: wanted };
  if (typeof wanted === 'number') {
    node.changed(
      `port ${wanted} is declared in the first container: the API asks for the ports that are used`,
    );
    return { template: withPort(template, wanted), targetPort: wanted };
  }
  const [first] = ports;
  if (!first) {
    node.missing(
      'no container declares a port, and no Service says which one it is: declare it (ports: [{name: http, containerPort: ...}])',
    );
    return undefined;
  }
  const named = ports.filter(({ name }) => name === 'http');
  if (named.length === 1 || ports.length === 1) return { template };
  node.changed(
    `the containers have several ports and none of them is known to serve: the first one, ${first.containerPort}, is taken`,
  );
  return { template, targetPort: first.containerPort };
}

/** Whether what is read of them is what it should be; the rest is judged as a whole. */
function hasContainers({ containers, initContainers = [] }: Record<string, unknown>): boolean {
  const isContainer = (value: unknown) =>
    isRecord(value) && (value['ports'] === undefined || isListOf(value['ports'], isRecord));
  const isFilled = Array.isArray(containers) && containers.length > 0;
  return isFilled && isListOf(containers, isContainer) && isListOf(initContainers, isContainer);
}

const isListOf = (value: unknown, isItem: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(isItem);

/** What the API server writes into a template that is stored, and labels that only the controller may set. */
const systemFields = ['creationTimestamp', 'name', 'namespace'];

function withoutSystemFields(
  template: Record<string, unknown>,
  node: SourceNode,
  selecting: readonly FoundManifest[],
): PodTemplate {
  const { metadata, ...rest } = template;
  if (!isRecord(metadata)) return rest as unknown as PodTemplate;
  const kept = Object.entries(metadata).flatMap(([field, value]): [string, unknown][] => {
    if (systemFields.includes(field)) return [];
    if (field !== 'labels' || !isRecord(value)) return [[field, value]];
    const labels = withoutSelected(ownLabels(value, node), selecting, node);
    return Object.keys(labels).length > 0 ? [[field, labels]] : [];
  });
  return {
    ...(kept.length > 0 && { metadata: Object.fromEntries(kept) }),
    ...rest,
  } as unknown as PodTemplate;
}

function ownLabels(labels: Record<string, unknown>, node: SourceNode): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(labels).filter(([label]) => {
      if (!label.startsWith(labelPrefix)) return true;
      node.changed(`the label ${label} is left out: the controller sets labels of this prefix itself`);
      return false;
    }),
  );
}

function withPort(template: PodTemplate, containerPort: number): PodTemplate {
  const [first, ...others] = template.spec.containers;
  const withIt = { ...first!, ports: [...(first!.ports ?? []), { containerPort }] };
  return { ...template, spec: { ...template.spec, containers: [withIt, ...others] } };
}
