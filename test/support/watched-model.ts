import { labels } from '../../src/api/group.ts';
import type { ModelDeploymentSpec } from '../../src/api/model-deployment.ts';
import type { ModelDeploymentStatus } from '../../src/api/model-deployment-status.ts';
import type { ModelRolloutSpec, ModelRolloutStatus } from '../../src/api/model-rollout.ts';
import { identifyRevision } from '../../src/domain/revision/revision-hash.ts';
import { type KubernetesObject, resourceKinds } from '../../src/kubernetes/resource.ts';
import { GatewayLoad, type LoadOptions } from './gateway-load.ts';
import { type ModelDeploymentOptions, modelDeployment } from './model-deployment.ts';
import { ObjectHistory } from './object-history.ts';
import type { TestBed } from './test-bed.ts';
import { type WaitOptions, waitFor } from './wait-for.ts';

/** A ModelRollout as tests read it. */
export interface RolloutRecord extends KubernetesObject {
  spec: ModelRolloutSpec;
  status?: ModelRolloutStatus;
}

/** What a user changes from one release to the next. */
export type Release = Omit<ModelDeploymentOptions, 'name' | 'namespace'> & {
  /** A last change of the whole object. */
  change?: (object: KubernetesObject) => void;
};

interface BackendRef {
  name: string;
  weight: number;
}

/** A ModelDeployment on a test bed, with everything that is written about it watched from its birth on. */
export class WatchedModel {
  readonly bed: TestBed;
  readonly name: string;
  /** Every version of its HTTPRoute. */
  readonly route: ObjectHistory;
  /** Every version of its ModelRollouts. */
  readonly rollouts: ObjectHistory;
  /** Every version of its revisions' Deployments. */
  readonly deployments: ObjectHistory;
  /** Every version of its Services: the apex and those of its revisions. */
  readonly services: ObjectHistory;
  /** Every version of itself. */
  readonly self: ObjectHistory;
  /** What the spec of the first release says beside its template, for all that follow. */
  readonly #spec: Record<string, unknown>;
  readonly #versions = new Map<string, string>();

  readonly #loads: GatewayLoad[] = [];

  constructor(bed: TestBed, name: string, spec: Record<string, unknown> = {}) {
    const { cluster } = bed;
    bed.atStop(() => this.#stop());
    this.bed = bed;
    this.name = name;
    this.#spec = spec;
    this.route = ObjectHistory.of(cluster, resourceKinds.httpRoute, name);
    this.self = ObjectHistory.of(cluster, resourceKinds.modelDeployment, name);
    const label = `${labels.modelDeployment}=${name}`;
    this.rollouts = ObjectHistory.labelled(cluster, resourceKinds.modelRollout, label);
    this.services = ObjectHistory.labelled(cluster, resourceKinds.service, label);
    this.deployments = ObjectHistory.labelled(cluster, resourceKinds.deployment, label);
  }

  /** Applies the first version and waits until it serves. */
  static async serve(bed: TestBed, name: string, { spec, ...release }: Release = {}): Promise<WatchedModel> {
    const model = new WatchedModel(bed, name, spec);
    await model.apply(release);
    await model.until('serves its first version', ({ phase }) => phase === 'Healthy');
    return model;
  }

  /** Users begin to send requests through the gateway. They go on until they are stopped, or the test bed is. */
  load(options: LoadOptions = {}): GatewayLoad {
    const load = GatewayLoad.start(this.bed.cluster.gatewayUrl, this.name, options);
    this.#loads.push(load);
    return load;
  }

  /** Applies a version as a user would, and returns its revision. */
  async apply(release: Release = {}): Promise<string> {
    const { change, spec, version = '1', ...options } = release;
    const object = modelDeployment({
      ...options,
      version,
      name: this.name,
      spec: { ...this.#spec, ...spec },
    });
    change?.(object);
    const { revision } = identifyRevision(object['spec'] as ModelDeploymentSpec, []);
    this.#versions.set(revision, `v${version}`);
    await this.bed.apply(object);
    return revision;
  }

  /** Merges into the spec as a user would. */
  async edit(spec: Record<string, unknown>): Promise<void> {
    await this.bed.merge(resourceKinds.modelDeployment, this.name, { spec });
  }

  status(): Promise<ModelDeploymentStatus> {
    return this.bed.statusOf(this.name);
  }

  until(
    what: string,
    is: (status: ModelDeploymentStatus) => boolean | undefined,
    options: WaitOptions = {},
  ): Promise<ModelDeploymentStatus> {
    return this.bed.untilStatus(this.name, what, is, options);
  }

  /** Waits for the end of the rollout with this number. */
  async outcome(number: number, options: WaitOptions = {}): Promise<RolloutRecord> {
    return await waitFor(
      `rollout ${number} of ${this.name} has an outcome`,
      async () => {
        const rollout = await this.rollout(number);
        if (rollout?.status?.outcome === undefined) throw new Error(await this.#whereItStands(rollout));
        return rollout;
      },
      options,
    );
  }

  async rollout(number: number): Promise<RolloutRecord | undefined> {
    return (await this.bed.get(resourceKinds.modelRollout, `${this.name}-${number}`)) as
      RolloutRecord | undefined;
  }

  /** Waits until the revision of a version has this many replicas, and no more pods than that. */
  async untilReplicas(version: string, replicas: number): Promise<void> {
    const name = `${this.name}-${this.revisionOf(version)}`;
    await waitFor(`${version} of ${this.name} has ${replicas} replicas`, async () => {
      const deployment = await this.bed.get(resourceKinds.deployment, name);
      const pods: number = deployment?.status?.replicas ?? 0;
      if (deployment?.spec.replicas === replicas && pods === replicas) return true;
      throw new Error(`it has ${deployment?.spec.replicas}, and ${pods} pods`);
    });
  }

  /** The live Deployment of a version's revision. */
  async deployment(version: string): Promise<KubernetesObject | undefined> {
    return await this.bed.get(resourceKinds.deployment, `${this.name}-${this.revisionOf(version)}`);
  }

  /** Pods of a version's revision that are not on their way out. */
  async pods(version: string): Promise<KubernetesObject[]> {
    const selector = `${labels.modelDeployment}=${this.name},${labels.revision}=${this.revisionOf(version)}`;
    const pods = await this.bed.list(resourceKinds.pod, 'default', selector);
    return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  }

  revisionOf(version: string): string {
    for (const [revision, name] of this.#versions) if (name === version) return revision;
    throw new Error(`${version} was not applied`);
  }

  /** Whether a revision is that of a version; false for one that was not applied yet. */
  knows(version: string, revision: string): boolean {
    return this.#versions.get(revision) === version;
  }

  /** The splits that the route ever had, each once in a row: `v1=800 v2=200`. */
  splits(): string[] {
    const splits = this.route.objects.map((route) => this.splitOf(route));
    return splits.filter((split, index) => split !== splits[index - 1]);
  }

  /** The shares of a route in words, by version. */
  splitOf(route: KubernetesObject): string {
    return backendsOf(route)
      .map(({ name, weight }) => `${this.#versionOf(name)}=${weight}`)
      .sort()
      .join(' ');
  }

  /** The weight of a version in a route; 0 where it is not named. */
  weightOf(version: string, route: KubernetesObject): number {
    return backendsOf(route)
      .filter(({ name }) => this.#versionOf(name) === version)
      .reduce((sum, { weight }) => sum + weight, 0);
  }

  /** Events about the ModelDeployment, as `Warning AnalysisFailed: in words`, the oldest first. */
  async events(): Promise<string[]> {
    const events = await this.bed.list(resourceKinds.event);
    return events
      .filter(({ regarding }) => regarding?.kind === 'ModelDeployment' && regarding.name === this.name)
      .sort(byTime)
      .map(({ type, reason, note }) => `${type} ${reason}: ${note}`);
  }

  /** For the one who waits in vain. */
  async #whereItStands(rollout: RolloutRecord | undefined): Promise<string> {
    const { phase, message } = await this.status();
    const model = `the model is ${phase ?? 'without a phase'}: ${message ?? 'it says nothing'}`;
    if (!rollout) return `no such rollout; ${model}`;
    const { status } = rollout;
    const step = status?.step.index ?? 0;
    return `phase ${status?.phase ?? 'none'}, step ${step}, weight ${status?.weight ?? 0}%: ${status?.message ?? 'nothing decided'}; ${model}`;
  }

  async #stop(): Promise<void> {
    await Promise.all(this.#loads.map((load) => load.stop()));
    const histories = [this.route, this.rollouts, this.deployments, this.services, this.self];
    await Promise.all(histories.map((history) => history.stop()));
  }

  #versionOf(service: string): string {
    const revision = service.slice(this.name.length + 1);
    return this.#versions.get(revision) ?? service;
  }
}

/** Events of one pass have the same time, and are written in their order. */
const byTime = (left: KubernetesObject, right: KubernetesObject): number =>
  Date.parse(left['eventTime'] as string) - Date.parse(right['eventTime'] as string) ||
  Number(left.metadata.resourceVersion) - Number(right.metadata.resourceVersion);

export function backendsOf(route: KubernetesObject): BackendRef[] {
  return (route['spec'].rules as { backendRefs?: BackendRef[] }[]).flatMap(
    ({ backendRefs }) => backendRefs ?? [],
  );
}

/** The sum of a route's weights. */
export const totalOf = (route: KubernetesObject): number =>
  backendsOf(route).reduce((sum, { weight }) => sum + weight, 0);

/** What a rollout decided, in order: `StepEntered 0%`. */
export const decisionsOf = ({ status }: RolloutRecord): string[] =>
  (status?.decisions ?? []).map(({ action, weight }) => `${action} ${weight}%`);

/** A condition in short: `True Available`. */
export function conditionOf(status: ModelDeploymentStatus, type: string): string | undefined {
  const found = status.conditions?.find((condition) => condition.type === type);
  return found && `${found.status} ${found.reason}`;
}
