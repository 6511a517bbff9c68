import type { ModelRollout } from '../../../src/api/model-rollout.ts';
import { labels } from '../../../src/api/group.ts';
import { type KubernetesObject, nameOf, resourceKinds } from '../../../src/kubernetes/resource.ts';
import { revisionOfObjectName } from '../../../src/routers/objects/labels.ts';
import type { AcceptedWrite } from '../../../src/simulation/api-server/object-writer.ts';
import { badOf, badOtherwise } from '../../../src/simulation/traffic/ledger.ts';
import type { SimulatedWorld } from '../../../src/simulation/world.ts';

const total = 1000;

interface BackendRef {
  name: string;
  weight: number;
}

/**
 * What every scenario promises beside what it is about: weights of the plan, and their sum, are looked at with each write, and `broken`
 * says in words what did not hold.
 */
export class Promises {
  readonly broken: string[] = [];
  /** Routes that were looked at: a promise about none would hold of everything. */
  routesWritten = 0;
  readonly #world: SimulatedWorld;
  #losesPods = false;

  constructor(world: SimulatedWorld) {
    this.#world = world;
    world.server.onWrite((write) => this.#write(write));
  }

  /** Pods are lost with their node: until the endpoints say so, requests to them fail by nobody's doing. */
  allowLostPods(): void {
    this.#losesPods = true;
  }

  /** Requests that failed, and not by the model's doing. */
  get failedRequests(): number {
    const causes = badOtherwise.filter((fate) => fate !== 'gone' || !this.#losesPods);
    return badOf(this.#world.ledger.total(), causes);
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
