import { unseenStatus } from '../../api/unseen-status.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { isSame } from './json-value.ts';
import { selects } from './selectors.ts';

/**
 * What the API server fills in, and what it refuses in kinds that are not ours, as far as the controller depends on it.
 */

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Fields = Record<string, any>;

const fillIn: Record<string, (object: KubernetesObject) => KubernetesObject> = {
  ModelDeployment: ({ status = { ...unseenStatus }, ...rest }) => ({ ...rest, status }),
  RolloutAction: ({ status = { ...unseenStatus }, ...rest }) => ({ ...rest, status }),
  Service: ({ spec, ...rest }) => ({
    ...rest,
    spec: {
      type: 'ClusterIP',
      sessionAffinity: 'None',
      ...spec,
      ...(spec?.ports && {
        ports: (spec.ports as Fields[]).map((port) => ({
          protocol: 'TCP',
          targetPort: port['port'],
          ...port,
        })),
      }),
    },
  }),
  Deployment: ({ spec, ...rest }) => ({
    ...rest,
    spec: { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, ...spec },
  }),
  Pod: ({ status = { phase: 'Pending' }, ...rest }) => ({ ...rest, status }),
  HTTPRoute: ({ spec, ...rest }) => ({
    ...rest,
    spec: {
      ...spec,
      ...(spec?.parentRefs && { parentRefs: (spec.parentRefs as Fields[]).map(filledParent) }),
      rules: ((spec?.rules ?? [{}]) as Fields[]).map(filledRule),
    },
  }),
};

const filledParent = (parent: Fields) => ({ group: 'gateway.networking.k8s.io', kind: 'Gateway', ...parent });
const filledRule = (rule: Fields) => ({
  ...rule,
  matches: ((rule['matches'] ?? [{}]) as Fields[]).map((match) => ({
    ...match,
    path: { type: 'PathPrefix', value: '/', ...match['path'] },
  })),
  ...(rule['backendRefs'] && {
    backendRefs: (rule['backendRefs'] as Fields[]).map((backend) => ({
      group: '',
      kind: 'Service',
      weight: 1,
      ...backend,
    })),
  }),
});

/** The object with the defaults of its kind. */
export const withDefaultsOf = (object: KubernetesObject): KubernetesObject =>
  fillIn[object.kind]?.(object) ?? object;

/** Why the API server would refuse the object; undefined when it would not. */
export function builtInProblem(
  after: KubernetesObject,
  before: KubernetesObject | undefined,
): string | undefined {
  return problems[after.kind]?.(
    (after['spec'] ?? {}) as Fields,
    (before?.['spec'] ?? undefined) as Fields | undefined,
  );
}

const problems: Record<string, (spec: Fields, before: Fields | undefined) => string | undefined> = {
  Lease: ({ leaseDurationSeconds: seconds }) =>
    seconds !== undefined && !(seconds > 0)
      ? `spec.leaseDurationSeconds: ${seconds} must be greater than 0`
      : undefined,
  Service: ({ ports }) => {
    if (!Array.isArray(ports) || ports.length === 0) return 'spec.ports: at least one is required';
    return ports.every(({ port }) => isPort(port))
      ? undefined
      : 'spec.ports: a port is a number from 1 to 65535';
  },
  Deployment: ({ replicas, selector, template }, before) => {
    if (!Number.isInteger(replicas) || replicas < 0)
      return `spec.replicas: ${replicas} must be a whole number from 0`;
    if (before && !isSame(before['selector'], selector)) return 'spec.selector: field is immutable';
    const pod = { kind: 'Pod', apiVersion: 'v1', metadata: { name: '', labels: template?.metadata?.labels } };
    if (!selects(selector?.matchLabels, pod))
      return 'spec.selector does not match spec.template.metadata.labels';
    return podProblem(template?.spec ?? {});
  },
  Pod: podProblem,
  HTTPRoute: ({ rules }) => {
    const backends = (rules as Fields[]).flatMap(({ backendRefs = [] }) => backendRefs as Fields[]);
    const isWeight = (weight: unknown) =>
      Number.isInteger(weight) && Number(weight) >= 0 && Number(weight) <= 1e6;
    return backends.every(({ weight }) => isWeight(weight))
      ? undefined
      : 'spec.rules.backendRefs.weight: a whole number from 0 to 1000000';
  },
};

function podProblem({ containers, terminationGracePeriodSeconds: grace }: Fields): string | undefined {
  if (!Array.isArray(containers) || containers.length === 0)
    return 'spec.containers: at least one is required';
  const names = containers.map(({ name }) => name as string);
  if (names.some((name, at) => !name || names.indexOf(name) !== at))
    return 'spec.containers: each needs a name of its own';
  const nameless = containers.find(({ image }) => !image);
  if (nameless) return `spec.containers: ${nameless.name} needs an image`;
  return grace !== undefined && grace < 0
    ? 'spec.terminationGracePeriodSeconds: must not be negative'
    : undefined;
}

const isPort = (port: unknown): boolean =>
  Number.isInteger(port) && Number(port) >= 1 && Number(port) <= 65_535;
