import type { ModelDeploymentSpec } from '../api/model-deployment.ts';
import type { ModelDeploymentStatus } from '../api/model-deployment-status.ts';
import type { ModelRollout } from '../api/model-rollout.ts';
import type { RolloutActionSpec, RolloutVerb } from '../api/rollout-action.ts';
import { labels } from '../api/group.ts';
import { type Backend, totalWeight } from '../domain/traffic/split.ts';
import { keyOf, type KubernetesObject, nameOf, resourceKinds } from '../kubernetes/resource.ts';
import { backendsOfRule } from '../routers/gateway-api/read-backends.ts';
import { rulesOf } from '../routers/gateway-api/route-meaning.ts';
import { revisionObjectName } from '../routers/objects/labels.ts';
import type { ApiRequests } from './api-server/api-requests.ts';
import { isReady } from './workloads/pod-status.ts';
import type { PodBehaviour } from './workloads/pod-behaviour.ts';
import type { SimulatedWorld } from './world.ts';

const { modelDeployment, httpRoute, service, pod, modelRollout, rolloutAction } = resourceKinds;

/** What people and fate do to one ModelDeployment, and how it looks to them: the words of a scenario. */
export class ScenarioVerbs {
  readonly key: string;
  readonly #world: SimulatedWorld;
  readonly #user: ApiRequests;

  /** `user` is who writes here. */
  constructor(world: SimulatedWorld, key: string, user = 'alice') {
    this.key = key;
    this.#world = world;
    this.#user = world.as(user);
  }

  // What the user does.

  create(spec: ModelDeploymentSpec): void {
    const { apiVersion, kind } = modelDeployment;
    this.#user.create({ apiVersion, kind, metadata: nameOf(this.key), spec });
  }

  /** Writes what `change` makes of the spec. */
  edit(change: (spec: ModelDeploymentSpec) => ModelDeploymentSpec): void {
    const live = this.#require();
    this.#user.replace({ ...live, spec: change(live['spec'] as ModelDeploymentSpec) });
  }

  /** Asks for another version of the model: another revision. */
  release(version: string): void {
    this.edit((spec) => ({ ...spec, model: { ...spec.model, version } }));
  }

  pause(paused = true): void {
    this.edit((spec) => ({ ...spec, paused }));
  }

  /** By the scale subresource, as an autoscaler does it. */
  scale(replicas: number): void {
    const operations = [{ op: 'replace' as const, path: '/spec/replicas', value: replicas }];
    this.#user.patch(modelDeployment, nameOf(this.key), operations, { subresource: 'scale' });
  }

  remove(propagation: 'Background' | 'Foreground' | 'Orphan' = 'Background'): void {
    this.#user.delete(modelDeployment, nameOf(this.key), { propagation });
  }

  /** Makes a RolloutAction about what the status shows, but for what is said otherwise. */
  ask(verb: RolloutVerb, { name, ...more }: { name: string } & Partial<RolloutActionSpec>): void {
    const { namespace, name: model } = nameOf(this.key);
    const { rollout } = this.status;
    const target = {
      name: model,
      uid: this.#require().metadata.uid ?? '',
      ...(rollout && { rollout: rollout.name, step: rollout.step }),
      ...more.target,
    };
    const { apiVersion, kind } = rolloutAction;
    this.#user.create({ apiVersion, kind, metadata: { namespace, name }, spec: { verb, ...more, target } });
  }

  /** Deletes the RolloutActions that nobody has answered yet. */
  withdrawActions(): void {
    for (const { metadata, status } of this.#world.server.list(rolloutAction)) {
      const { namespace } = nameOf(this.key);
      if (status?.decidedAt === undefined)
        this.#user.delete(rolloutAction, { namespace, name: metadata.name });
    }
  }

  loseStatus(): void {
    this.#user.replace({ ...this.#require(), status: undefined }, { subresource: 'status' });
  }

  /** Edits the route by hand; weights are percent, of revisions that the route names. */
  editRoute(percents: Readonly<Record<string, number>>): void {
    const route = this.#requireRoute();
    const [rule, ...others] = route['spec'].rules;
    const { name } = nameOf(this.key);
    const weights = new Map(
      Object.entries(percents).map(([revision, percent]) => [revisionObjectName(name, revision), percent]),
    );
    const backendRefs = (rule.backendRefs as { name: string; weight: number }[]).map((ref) => ({
      ...ref,
      weight: ((weights.get(ref.name) ?? 0) * totalWeight) / 100,
    }));
    this.#user.replace({
      ...route,
      spec: { ...route['spec'], rules: [{ ...rule, backendRefs }, ...others] },
    });
  }

  deleteRoute(): void {
    this.#user.delete(httpRoute, nameOf(keyOf(this.#requireRoute())));
  }

  deleteApex(): void {
    this.#user.delete(service, nameOf(this.key));
  }

  // What happens to pods.

  makeReady(revision: string, afterMs = 500): void {
    this.#world.behaviours.forRevision(revision, { kind: 'ready', afterMs });
  }

  makeCandidateReady(afterMs = 500): void {
    this.makeReady(this.#requireCandidate(), afterMs);
  }

  /** All its pods behave like this, those that run and those to come. */
  makeCandidate(behaviour: PodBehaviour): void {
    this.#world.behaviours.forRevision(this.#requireCandidate(), behaviour);
  }

  makeStable(behaviour: PodBehaviour): void {
    this.#world.behaviours.forRevision(this.status.stable?.revision ?? '', behaviour);
  }

  /** Takes pods away at once, as when their node is lost; others come in their place. */
  losePods(revision: string, count = Infinity): void {
    for (const { metadata } of this.podsOf(revision).slice(0, count)) {
      this.#user.delete(pod, nameOf(keyOf({ metadata })), { force: true });
    }
  }

  // What is there.

  get status(): ModelDeploymentStatus {
    return (this.#world.modelDeployment(this.key)?.['status'] ?? {}) as ModelDeploymentStatus;
  }

  get phase(): string {
    return this.status.phase ?? '';
  }

  get stable(): string {
    return this.status.stable?.revision ?? '';
  }

  get candidate(): string | undefined {
    return this.status.candidate?.revision;
  }

  /** Type and reason as `True Healthy`; empty when there is no such condition. */
  condition(type: string): string {
    const found = this.status.conditions?.find((condition) => condition.type === type);
    return found ? `${found.status} ${found.reason}` : '';
  }

  get route(): KubernetesObject | undefined {
    return this.#world.server.find(httpRoute, this.key);
  }

  /** What the route says to everybody: the rules before its last one are those of testers. */
  get split(): Backend[] {
    const everybody = this.route && rulesOf(this.route).at(-1);
    return everybody ? backendsOfRule(everybody, nameOf(this.key).name) : [];
  }

  /** What the route gives to a revision, in percent. */
  percentOf(revision: string): number {
    const weight = this.split.find((backend) => backend.revision === revision)?.weight ?? 0;
    return (100 * weight) / totalWeight;
  }

  podsOf(revision: string): KubernetesObject[] {
    return [...this.#world.server.list(pod)].filter(
      ({ metadata }) =>
        metadata.namespace === nameOf(this.key).namespace && metadata.labels?.[labels.revision] === revision,
    );
  }

  readyPodsOf(revision: string): KubernetesObject[] {
    return this.podsOf(revision).filter(isReady);
  }

  /** The records, the oldest first. */
  get rollouts(): ModelRollout[] {
    const { name } = nameOf(this.key);
    return [...this.#world.server.list(modelRollout)].filter(
      ({ metadata }) => metadata.labels?.[labels.modelDeployment] === name,
    ) as unknown as ModelRollout[];
  }

  #require(): KubernetesObject {
    const live = this.#world.modelDeployment(this.key);
    if (!live) throw new Error(`ModelDeployment ${this.key} is not there`);
    return live;
  }

  #requireRoute(): KubernetesObject {
    if (!this.route) throw new Error(`HTTPRoute ${this.key} is not there`);
    return this.route;
  }

  #requireCandidate(): string {
    if (!this.candidate) throw new Error(`ModelDeployment ${this.key} has no candidate`);
    return this.candidate;
  }
}
