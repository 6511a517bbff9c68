import { type IncomingHttpHeaders, request } from 'node:http';
import { withDefaults } from '../../src/api/defaults.ts';
import { labels } from '../../src/api/group.ts';
import type { ModelDeploymentSpec } from '../../src/api/model-deployment.ts';
import { gatewayFacts } from '../../src/controller/gateway-facts.ts';
import { readRevision } from '../../src/controller/objects/read-revision.ts';
import {
  type RevisionObjects,
  type WorkloadIntent,
  revisionWrites,
} from '../../src/controller/objects/revision-writes.ts';
import { type RevisionIdentity, identifyRevision } from '../../src/domain/revision/revision-hash.ts';
import type { ApexSelection, TrafficIntent } from '../../src/domain/traffic/split.ts';
import type { RevisionView, TrafficView } from '../../src/domain/world.ts';
import { ClientNodeCluster } from '../../src/kubernetes/client-node-cluster.ts';
import { ClusterError } from '../../src/kubernetes/cluster-error.ts';
import type { ObjectWrite } from '../../src/kubernetes/object-write.ts';
import {
  type KubernetesObject,
  type ResourceKind,
  keyOf,
  resourceKinds,
} from '../../src/kubernetes/resource.ts';
import {
  mirrorServiceName,
  previewName,
  revisionObjectName,
  revisionOfObjectName,
} from '../../src/routers/objects/labels.ts';
import { servicesNamedBy } from '../../src/routers/gateway-api/read-backends.ts';
import { routerFor } from '../../src/routers/router-factory.ts';
import type { RouterObjects } from '../../src/routers/router.ts';
import { TestBed } from './test-bed.ts';
import { hostOf, modelDeployment } from './model-deployment.ts';
import { waitFor } from './wait-for.ts';

const namespace = 'default';

/**
 * A ModelDeployment on a real cluster without the controller: the test decides, and sees what the routers' writes do to the
 * API server, the endpoints' controller and the gateway.
 */
export class RouterBed {
  readonly bed: TestBed;
  readonly cluster: ClientNodeCluster;
  readonly name: string;
  #object: KubernetesObject;

  private constructor(bed: TestBed, cluster: ClientNodeCluster, object: KubernetesObject) {
    this.bed = bed;
    this.cluster = cluster;
    this.name = object.metadata.name;
    this.#object = object;
  }

  static async start(spec: Record<string, unknown> = {}): Promise<RouterBed> {
    const bed = await TestBed.start();
    try {
      const cluster = await ClientNodeCluster.connect({ kubeconfig: bed.cluster.kubeconfigPath });
      return new RouterBed(bed, cluster, await bed.apply(modelDeployment({ spec })));
    } catch (error) {
      await bed.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.cluster.close();
    await this.bed.stop();
  }

  /** Edits the spec as a user would. */
  async edit(spec: Record<string, unknown>): Promise<void> {
    this.#object = await this.bed.merge(resourceKinds.modelDeployment, this.name, { spec });
  }

  /** The identity of a version of the test server, with quantities that the API server writes in its own way. */
  identity(
    version: string,
    env: Record<string, string> = {},
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    change: (container: any) => void = () => undefined,
  ): RevisionIdentity {
    const spec = modelDeployment({ version, env })['spec'] as ModelDeploymentSpec;
    const [container] = spec.serving.workload.template.spec.containers;
    container!['resources'] = { requests: { cpu: '0.010', memory: '1024Ki' } };
    change(container);
    return identifyRevision(spec, []);
  }

  get owner(): RouterObjects['deployment'] {
    const { name, uid = '' } = this.#object.metadata;
    return { namespace, name, uid, spec: withDefaults(this.#object['spec']) };
  }

  /** The live objects, read at this moment. */
  async objects(): Promise<RouterObjects> {
    const [services, endpointSlices, pods, routes] = await Promise.all(
      [resourceKinds.service, resourceKinds.endpointSlice, resourceKinds.pod, resourceKinds.httpRoute].map(
        (kind) => this.#list(kind),
      ),
    );
    return {
      deployment: this.owner,
      apexService: services!.find(({ metadata }) => metadata.name === this.name),
      revisionServices: services!.filter(
        ({ metadata }) => revisionOfObjectName(this.name, metadata.name) !== undefined,
      ),
      httpRoute: routes!.find(({ metadata }) => metadata.name === this.name),
      previewService: services!.find(({ metadata }) => metadata.name === previewName(this.name)),
      previewRoute: routes!.find(({ metadata }) => metadata.name === previewName(this.name)),
      endpointSlices: endpointSlices!,
      pods: pods!,
      gatewayAPIInstalled: true,
      gateways: await this.#gateways(),
    };
  }

  async read(): Promise<TrafficView> {
    return routerFor(this.owner.spec.traffic).read(await this.objects());
  }

  /**
   * One pass of a router; returns what it wrote. Where the gateway wrote a status between reading and
   * writing, it is decided again from what is there then, as the controller would.
   */
  async pass(intent: TrafficIntent, apex: ApexSelection): Promise<ObjectWrite[]> {
    const written: ObjectWrite[] = [];
    for (let conflicts = 0; ; conflicts += 1) {
      try {
        const writes = routerFor(this.owner.spec.traffic).writes(intent, apex, await this.objects());
        for (const write of writes) {
          await this.#carryOut(write);
          written.push(write);
        }
        return written;
      } catch (error) {
        if (!ClusterError.is(error, 'conflict') || conflicts === 9) throw error;
      }
    }
  }

  /** Passes until there is nothing left to write and the data plane has taken it over. */
  async settle(intent: TrafficIntent, apex: ApexSelection): Promise<void> {
    await waitFor('the split is in force', async () => {
      const writes = await this.pass(intent, apex);
      const { acknowledged, acknowledgement, problem } = await this.read();
      if (problem) throw new Error(problem.message);
      if (!acknowledged) throw new Error(acknowledgement);
      return writes.length === 0;
    });
  }

  /** Carries out an intent for a revision's workload; returns what it wrote. */
  async workload(revision: string, intent: WorkloadIntent): Promise<ObjectWrite[]> {
    const name = { namespace, name: revisionObjectName(this.name, revision) };
    const live = {
      deployment: await this.cluster.get(resourceKinds.deployment, name).catch(undefinedWhenGone),
      service: await this.cluster.get(resourceKinds.service, name).catch(undefinedWhenGone),
      ...(await this.#mirrorOf(revision)),
    };
    const writes = revisionWrites(this.owner, intent, live);
    for (const write of writes) await this.#carryOut(write);
    return writes;
  }

  async revision(revision: string): Promise<RevisionView> {
    const { endpointSlices, pods, revisionServices } = await this.objects();
    const name = { namespace, name: revisionObjectName(this.name, revision) };
    const deployment = await this.cluster.get(resourceKinds.deployment, name);
    const service = revisionServices.find(({ metadata }) => metadata.name === name.name);
    return readRevision(deployment, endpointSlices, pods, { service, ...(await this.#mirrorOf(revision)) })!;
  }

  /** Creates a revision and waits for its pods. */
  async bringUp(identity: RevisionIdentity, replicas: number): Promise<void> {
    await this.workload(identity.revision, { kind: 'ensure', identity, replicas });
    await waitFor(`${replicas} pods of ${identity.revision} are ready`, async () => {
      const { ready, problem } = await this.revision(identity.revision);
      if (ready !== replicas) throw new Error(`${ready} ready; ${problem}`);
      return true;
    });
  }

  /** Sends requests through the gateway, one after the other, and counts who answered. */
  async requests(count: number, asked: AskedRequest = {}): Promise<Record<string, number>> {
    const answers: Record<string, number> = {};
    for (let sent = 0; sent < count; sent += 1) {
      const { model } = await this.ask(asked);
      answers[model] = (answers[model] ?? 0) + 1;
    }
    return answers;
  }

  /** Sends one request through the gateway, under the ModelDeployment's own host name unless another one is given. */
  ask({ host = hostOf(this.name), path = '/', headers = {} }: AskedRequest = {}): Promise<GivenAnswer> {
    return ask(new URL(path, this.bed.cluster.gatewayUrl), { ...headers, host });
  }

  async #mirrorOf(revision: string): Promise<Pick<RevisionObjects, 'mirrorService' | 'mirrorIsNamed'>> {
    const name = mirrorServiceName(this.name, revision);
    const mirrorService = await this.cluster
      .get(resourceKinds.service, { namespace, name })
      .catch(undefinedWhenGone);
    const { httpRoute } = await this.objects();
    return mirrorService ? { mirrorService, mirrorIsNamed: servicesNamedBy(httpRoute).includes(name) } : {};
  }

  /** As the controller's caches would know them. */
  async #gateways(): Promise<RouterObjects['gateways']> {
    const [gateways, classes] = await Promise.all(
      [resourceKinds.gateway, resourceKinds.gatewayClass].map(async (kind) => {
        const { items } = await this.cluster.list(kind, {});
        return new Map(items.map((item) => [keyOf(item), item]));
      }),
    );
    const gatewayClass = (key: string) => classes!.get(gateways!.get(key)?.['spec'].gatewayClassName ?? '');
    return gatewayFacts({ gatewayClass }, namespace, this.owner.spec.traffic);
  }

  async #list(kind: ResourceKind): Promise<KubernetesObject[]> {
    const labelSelector = `${labels.modelDeployment}=${this.name}`;
    return (await this.cluster.list(kind, { namespace, labelSelector })).items;
  }

  async #carryOut(write: ObjectWrite): Promise<void> {
    if (write.verb === 'create') await this.cluster.create(write.object);
    if (write.verb === 'apply') await this.cluster.apply(write.object);
    if (write.verb === 'patch') await this.cluster.patch(write.kind, write.name, write.operations);
    if (write.verb === 'delete') {
      const { uid, resourceVersion } = write;
      await this.cluster.delete(write.kind, write.name, { uid, resourceVersion });
    }
  }
}

function undefinedWhenGone(error: unknown): undefined {
  if (!ClusterError.is(error, 'notFound')) throw error;
}

export interface AskedRequest {
  host?: string;
  /** With its query. */
  path?: string;
  headers?: Record<string, string>;
}

export interface GivenAnswer {
  /** The name of the model that answered, or the status of an answer that is no success. */
  model: string;
  /** How many requests the pod that answered has had, this one included; NaN when it was no pod. */
  served: number;
  headers: IncomingHttpHeaders;
  durationMs: number;
}

function ask(url: URL, headers: Record<string, string>): Promise<GivenAnswer> {
  const startedAtMs = performance.now();
  return new Promise((resolve, reject) => {
    const call = request(url, { headers, timeout: 10_000 }, (response) => {
      const { statusCode, headers: given } = response;
      response.resume();
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          model: statusCode === 200 ? String(given['x-model']) : `status ${statusCode}`,
          served: Number(given['x-served'] ?? NaN),
          headers: given,
          durationMs: performance.now() - startedAtMs,
        }),
      );
    });
    call.on('timeout', () => call.destroy(new Error('no answer from the gateway')));
    call.on('error', reject);
    call.end();
  });
}
