import type { ModelDeploymentSpec } from '../../../src/api/model-deployment.ts';
import type { ModelRollout } from '../../../src/api/model-rollout.ts';
import { labels } from '../../../src/api/group.ts';
import { type KubernetesObject, nameOf, resourceKinds } from '../../../src/kubernetes/resource.ts';
import { revisionOfObjectName } from '../../../src/routers/objects/labels.ts';
import type { AcceptedWrite } from '../../../src/simulation/api-server/object-writer.ts';
import type { RoutedBackend } from '../../../src/simulation/gateway/route-table.ts';
import type { SimulatedWorld } from '../../../src/simulation/world.ts';

const total = 1000;

interface BackendRef {
  name: string;
  weight: number;
}

/**
 * What every scenario promises beside what it is about. Looked at after each change of the world; `broken` says in words what did
 * not hold, and is empty at the end of a good scenario.
 */
export class Promises {
  readonly broken: string[] = [];
  /** Routes that were looked at: a promise about none would hold of everything. */
  routesWritten = 0;
  readonly #world: SimulatedWorld;
  /** Pods went away by force: until the endpoints say so, requests to them are lost by nobody's doing. */
  #forcedUntilMs = -Infinity;

  constructor(world: SimulatedWorld) {
    this.#world = world;
    world.server.onWrite((write) => this.#write(write));
    world.server.onChange(() => this.#moment());
  }

  /** A node was lost just now. */
  podsWereLost(): void {
    this.#forcedUntilMs = this.#world.clock.monotonic() + 1_000;
  }

  #break(words: string): void {
    const entry = `${Math.round(this.#world.clock.monotonic() / 1000)} s: ${words}`;
    if (!this.broken.includes(entry)) this.broken.push(entry);
  }

  #write({ user, kind, verb, subresource, object }: AcceptedWrite): void {
    if (kind !== resourceKinds.httpRoute.kind || verb === 'delete' || subresource) return;
    if (!user.startsWith('understudy-')) return;
    this.routesWritten += 1;
    const rules: { backendRefs: BackendRef[] }[] = object['spec'].rules;
    for (const { backendRefs } of rules) {
      const sum = backendRefs.reduce((sum, { weight }) => sum + weight, 0);
      if (sum !== total) this.#break(`weights of ${object.metadata.name} sum to ${sum}: ${inWords(rules)}`);
    }
    if (object.metadata.labels?.[labels.role] === undefined) this.#plan(object, rules.at(-1)!.backendRefs);
  }

  /** Nothing but the plan's weights is ever written, and nobody but the two arms gets any. */
  #plan({ metadata }: KubernetesObject, backends: readonly BackendRef[]): void {
    const rollout = this.#newestRollout(metadata.labels?.[labels.modelDeployment] ?? '');
    const planned = rollout ? plannedParts(rollout) : [];
    for (const { name, weight } of backends.filter(({ weight }) => weight > 0 && weight < total)) {
      const revision = revisionOfObjectName(metadata.name, name);
      const isPlanned =
        revision === rollout?.spec.to.revision
          ? planned.includes(weight)
          : revision === rollout?.spec.from.revision && planned.includes(total - weight);
      if (!isPlanned) this.#break(`${name} got ${weight} of ${total}, which is in no plan: ${planned}`);
    }
  }

  #newestRollout(deployment: string): ModelRollout | undefined {
    const rollouts = [...this.#world.server.list(resourceKinds.modelRollout)].filter(
      ({ metadata }) => metadata.labels?.[labels.modelDeployment] === deployment,
    ) as unknown as ModelRollout[];
    return rollouts.sort((left, right) => left.spec.number - right.spec.number).at(-1);
  }

  /** No request could fail now that the model did not fail: wherever requests are sent, somebody is ready. */
  #moment(): void {
    for (const deployment of this.#world.server.list(resourceKinds.modelDeployment)) {
      const { gatewayAPI } = (deployment['spec'] as ModelDeploymentSpec).traffic ?? {};
      for (const host of gatewayAPI?.hostnames ?? []) {
        for (const { backends } of this.#world.gateway.dataPlane.rulesOf(host)) {
          for (const backend of backends) if (backend.weight > 0) this.#reach(host, backend);
        }
      }
    }
  }

  #reach(host: string, backend: RoutedBackend): void {
    if (this.#world.clock.monotonic() < this.#forcedUntilMs) return;
    const endpoints = this.#world.gateway.dataPlane.endpointsOf(backend);
    if (endpoints.some(({ refuses }) => refuses === 'platform')) {
      this.#break(`requests to ${host} are sent to a pod of ${backend.service} that is gone`);
    }
    if (endpoints.length === 0 && this.#failedByItself(backend) === false) {
      this.#break(`requests to ${host} are sent to ${backend.service}, which has no ready endpoint`);
    }
  }

  /** Its pods are there as many as they should be, and not ready: that is the model's own failure. */
  #failedByItself({ namespace, service }: RoutedBackend): boolean {
    const deployment = this.#world.server.find(resourceKinds.deployment, `${namespace}/${service}`);
    const pods = [...this.#world.server.list(resourceKinds.pod)].filter(
      ({ metadata }) =>
        metadata.namespace === namespace &&
        metadata.labels?.[labels.revision] === deployment?.metadata.labels?.[labels.revision],
    );
    return deployment !== undefined && pods.length > 0 && pods.length >= deployment['spec'].replicas;
  }
}

/** The candidate's shares in thousandths, as its record has them from the beginning. */
function plannedParts({ spec: { plan } }: ModelRollout): number[] {
  const weights = plan.steps.flatMap((step) => (step.kind === 'weight' ? [step.weight] : []));
  return [0, ...weights, 100 - (plan.holdBack ?? 0), 100].map((percent) => Math.round(percent * 10));
}

const inWords = (rules: readonly { backendRefs: readonly BackendRef[] }[]): string =>
  rules
    .map(({ backendRefs }) => backendRefs.map(({ name, weight }) => `${name}=${weight}`).join(' '))
    .join('; ');

/** Everything that a ModelDeployment could own. */
const ownedKinds = ['deployment', 'service', 'pod', 'endpointSlice', 'httpRoute', 'modelRollout'] as const;

/** What stands beside a settled ModelDeployment that nobody needs any more; empty when it is tidy. */
export function leftoversOf(world: SimulatedWorld, key: string): string[] {
  const deployment = world.modelDeployment(key);
  const { stable, phase } = deployment?.['status'] ?? {};
  if (!stable || !['Healthy', 'RolledBack', 'Failed'].includes(phase)) return [];
  const { namespace, name } = nameOf(key);
  const of = (kind: (typeof ownedKinds)[number]) =>
    [...world.server.list(resourceKinds[kind])].filter(
      ({ metadata }) =>
        metadata.namespace === namespace && metadata.labels?.[labels.modelDeployment] === name,
    );
  const left: string[] = [];
  const expectOnly = (what: string, names: string[], wanted: string[]) => {
    const extra = names.filter((one) => !wanted.includes(one));
    if (extra.length > 0) left.push(`${what}: ${extra.join(', ')}`);
  };
  const own = `${name}-${stable.revision}`;
  const pods = of('pod').filter(({ metadata }) => metadata.labels?.[labels.revision] !== stable.revision);
  expectOnly(
    'pods',
    pods.map(({ metadata }) => metadata.name),
    [],
  );
  const replicas = of('deployment').filter((one) => one.metadata.name !== own && one['spec'].replicas > 0);
  expectOnly(
    'pods asked for by',
    replicas.map(({ metadata }) => metadata.name),
    [],
  );
  for (const route of of('httpRoute')) {
    const rules: { backendRefs: BackendRef[]; filters?: { type: string }[] }[] = route['spec'].rules;
    const backends = rules.flatMap(({ backendRefs }) => backendRefs.map((backend) => backend.name));
    expectOnly('backends', backends, [own]);
    const mirrors = rules.flatMap(({ filters = [] }) => filters.map(({ type }) => type));
    expectOnly('filters', mirrors, []);
    if (route.metadata.name === name && rules.length > 1) left.push('rules of testers');
  }
  expectOnly(
    'mirror Services',
    of('service')
      .filter(({ metadata }) => metadata.labels?.[labels.role] === 'mirror')
      .map(({ metadata }) => metadata.name),
    [],
  );
  return left;
}

/** What is left of ModelDeployments that were deleted. */
export const remains = (world: SimulatedWorld): string[] =>
  ownedKinds.flatMap((kind) =>
    [...world.server.list(resourceKinds[kind])].map(({ metadata }) => `${kind} ${metadata.name}`),
  );
