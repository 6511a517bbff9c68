import { join } from 'node:path';
import type { ModelDeploymentStatus } from '../../src/api/model-deployment-status.ts';
import { type KubernetesObject, type ResourceKind, resourceKinds } from '../../src/kubernetes/resource.ts';
import {
  type ImageTable,
  type LocalCluster,
  type LocalClusterOptions,
  startLocalCluster,
} from '../../tools/local-cluster/local-cluster.ts';
import { applyAsUser, collectionPath, objectPath } from './api-paths.ts';
import { ControllerProcess } from './controller-process.ts';
import { CutOffProxy } from './cut-off-proxy.ts';
import type { Values } from './helm.ts';
import { prerequisites } from './install-manifest.ts';
import { type InstallOptions, InstalledController } from './installed-controller.ts';
import { modelServerImage } from './model-deployment.ts';
import { RestClient } from './rest-client.ts';
import { type WaitOptions, waitFor } from './wait-for.ts';

/** An address inside of the cluster that no pod and no part of it has: what tests serve is found there. */
const hostInside = '10.244.0.9';

const root = join(import.meta.dirname, '..', '..');

/** The controller as the image that the chart names: the built program. Without a home there is no kubeconfig of the user. */
const controllerImages: ImageTable = {
  'understudy.dev/controller:0.1.0': {
    command: [process.execPath, '--disable-warning=ExperimentalWarning', join(root, 'dist', 'main.js')],
    env: { HOME: '/nonexistent' },
  },
};

/** A cluster with our CRDs and RBAC, in which tests play the user and the controller has its own rights only. */
export class TestBed {
  readonly cluster: LocalCluster;
  /** The user: may do everything. */
  readonly user: RestClient;
  readonly #controllers: ControllerProcess[] = [];
  readonly #others: RestClient[] = [];
  readonly #ends: (() => Promise<unknown>)[] = [];

  private constructor(cluster: LocalCluster, user: RestClient) {
    this.cluster = cluster;
    this.user = user;
  }

  /** `bare`: nothing of ours is installed, so that a test can install it. */
  static async start({
    bare = false,
    ...options
  }: LocalClusterOptions & { bare?: boolean } = {}): Promise<TestBed> {
    const images = {
      [modelServerImage]: { command: [process.execPath, join(root, 'test', 'support', 'model-server.ts')] },
      ...controllerImages,
      ...options.images,
    };
    const cluster = await startLocalCluster({ ...options, images });
    try {
      const user = new RestClient(cluster);
      if (!bare) await install(user);
      return new TestBed(cluster, user);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /**
   * The controller as users have it, as the chart makes it of these values. `config` is added to what tests need: Prometheus as the source
   * `default`, and a Lease that does not keep them waiting. One replica, for the one that leads is the one that is looked at.
   */
  installController(
    { config, ...values }: Values & { config?: Values } = {},
    options: InstallOptions = {},
  ): Promise<InstalledController> {
    return InstalledController.install(
      this,
      {
        replicas: 1,
        admissionPolicy: { enabled: false },
        config: { ...this.#configOf(this.cluster.inside.prometheusUrl), ...config },
        ...values,
      },
      options,
    );
  }

  /** The URL by which pods reach what is served on the host's loopback at this one. */
  async reachableInside(url: string): Promise<string> {
    const { host } = new URL(url);
    const proxy = await CutOffProxy.start(new URL(url), await this.cluster.listenInside(hostInside));
    this.atStop(() => proxy.stop());
    return url.replace(host, `${hostInside}:${proxy.port}`);
  }

  /** As a process, for benchmarks. Prometheus is configured as the source `default`, unless the configuration says otherwise. */
  async startController(
    config: Record<string, unknown> = {},
    name = 'understudy-0',
    options: { readyWithinMs?: number } = {},
  ): Promise<ControllerProcess> {
    // The identity that the chart gives it: its rights are what is tested.
    const { kubeconfigPath } = await this.cluster.writeKubeconfig({
      namespace: 'understudy-system',
      serviceAccount: 'understudy',
    });
    const controller = await ControllerProcess.start({
      ...options,
      name,
      kubeconfigPath,
      config: { ...this.#configOf(this.cluster.prometheusUrl), ...config },
    });
    this.#controllers.push(controller);
    return controller;
  }

  /** Short times, so that a test does not wait for a Lease. */
  #configOf(prometheusUrl: string): Record<string, unknown> {
    return {
      leaderElection: { leaseDuration: '4s', renewDeadline: '3s', retryPeriod: '500ms' },
      sources: [{ name: 'default', url: prometheusUrl, scrapeInterval: '1s' }],
    };
  }

  /** Has something ended before the cluster is, whatever becomes of the test that began it. */
  atStop(end: () => Promise<unknown>): void {
    this.#ends.push(end);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#ends.map((end) => end()));
    await Promise.all(this.#controllers.map((controller) => controller.stop('SIGKILL')));
    for (const client of [this.user, ...this.#others]) client.close();
    await this.cluster.stop();
  }

  /** As `kubectl apply --server-side`. Throws with the server's words when it is refused. */
  apply(object: KubernetesObject): Promise<KubernetesObject> {
    return applyAsUser(this.user, object);
  }

  /** Another user, who may do only what RBAC gives to this name. */
  as(name: string): RestClient {
    const client = new RestClient(this.cluster, name);
    this.#others.push(client);
    return client;
  }

  /** A JSON merge patch by the user. */
  async merge(
    kind: ResourceKind,
    name: string,
    patch: object,
    namespace = 'default',
  ): Promise<KubernetesObject> {
    const { status, body } = await this.user.merge(objectPath(kind, name, namespace), patch);
    if (status !== 200) throw new Error(`patch of ${kind.kind} ${name}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  async get(kind: ResourceKind, name: string, namespace = 'default'): Promise<KubernetesObject | undefined> {
    const { status, body } = await this.user.get(objectPath(kind, name, namespace));
    return status === 200 ? body : undefined;
  }

  async list(kind: ResourceKind, namespace = 'default', labelSelector = ''): Promise<KubernetesObject[]> {
    const { body } = await this.user.get(
      `${collectionPath(kind, namespace)}?labelSelector=${encodeURIComponent(labelSelector)}`,
    );
    return body.items;
  }

  async delete(kind: ResourceKind, name: string, namespace = 'default'): Promise<void> {
    await this.user.delete(objectPath(kind, name, namespace));
  }

  async statusOf(name: string, namespace = 'default'): Promise<ModelDeploymentStatus> {
    return ((await this.get(resourceKinds.modelDeployment, name, namespace))?.['status'] ??
      {}) as ModelDeploymentStatus;
  }

  /** Waits until the status of a ModelDeployment is as asked. */
  async untilStatus(
    name: string,
    what: string,
    is: (status: ModelDeploymentStatus) => boolean | undefined,
    options: WaitOptions = {},
  ): Promise<ModelDeploymentStatus> {
    let last: ModelDeploymentStatus = {};
    try {
      return await waitFor(
        `${name} ${what}`,
        async () => {
          last = await this.statusOf(name);
          return is(last) ? last : undefined;
        },
        options,
      );
    } catch (error) {
      throw new Error(`${(error as Error).message}\nstatus: ${JSON.stringify(last)}`, { cause: error });
    }
  }

  /** The shares that the live HTTPRoute gives, by revision, in percent. */
  async routeOf(name: string): Promise<Record<string, number>> {
    const route = await this.get(resourceKinds.httpRoute, name);
    const backends = (route?.['spec']?.rules?.[0]?.backendRefs ?? []) as { name: string; weight: number }[];
    return Object.fromEntries(
      backends.map((backend) => [backend.name.slice(name.length + 1), backend.weight / 10]),
    );
  }
}

/** The CRDs, the controller's own rights and the roles of people, as the chart renders them. */
export async function install(user: RestClient): Promise<void> {
  for (const object of prerequisites) await applyAsUser(user, object);
  await untilKindsAreServed(user);
}

/** An API server takes a moment to serve a kind of a new CRD. */
export async function untilKindsAreServed(user: RestClient): Promise<void> {
  for (const kind of [
    resourceKinds.modelDeployment,
    resourceKinds.modelRollout,
    resourceKinds.rolloutAction,
    resourceKinds.metricTemplate,
  ]) {
    await waitFor(
      `the API server serves ${kind.plural}`,
      async () => (await user.get(collectionPath(kind, 'default'))).status === 200,
    );
  }
}
