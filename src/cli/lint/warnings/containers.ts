import type { ModelDeployment } from '../../../api/model-deployment.ts';
import type { ContainerPort } from '../../../api/pod-template.ts';

interface Probe {
  initialDelaySeconds?: number;
  periodSeconds?: number;
  failureThreshold?: number;
}

/** A container of the pod template, as far as the warnings read it. Kubernetes checks the rest at a revision's birth. */
export interface TemplateContainer {
  path: string;
  name: string;
  image?: string;
  ports: ContainerPort[];
  readinessProbe?: Probe;
  startupProbe?: Probe;
  resources?: Partial<Record<'requests' | 'limits', Record<string, string | number>>>;
}

/** The containers that run beside each other, and those that run before them. */
export function containersOf({ spec }: ModelDeployment): TemplateContainer[] {
  const { containers, initContainers = [] } = spec.serving.workload.template.spec;
  return [...listed(containers, 'containers'), ...listed(initContainers, 'initContainers')];
}

/** Those that serve for the life of the pod. */
export const mainContainersOf = ({ spec }: ModelDeployment): TemplateContainer[] =>
  listed(spec.serving.workload.template.spec.containers, 'containers');

const listed = (containers: readonly object[], list: string): TemplateContainer[] =>
  (containers as Omit<TemplateContainer, 'path'>[]).map((container, index) => ({
    ...container,
    ports: container.ports ?? [],
    path: `spec.serving.workload.template.spec.${list}[${index}]`,
  }));
