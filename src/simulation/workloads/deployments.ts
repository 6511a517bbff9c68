import { createHash } from 'node:crypto';
import { ClusterError } from '../../kubernetes/cluster-error.ts';
import { keyOf, type KubernetesObject, nameOf, resourceKinds } from '../../kubernetes/resource.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ApiRequests } from '../api-server/api-requests.ts';
import { isSame } from '../api-server/json-value.ts';
import type { SimulatedApiServer } from '../api-server/simulated-api-server.ts';
import { LaggingWork } from '../lagging-work.ts';
import { deploymentStatus, progressDeadlineMs } from './deployment-status.ts';
import { OwnedPods } from './owned-pods.ts';
import { isReady } from './pod-status.ts';

const hashLabel = 'pod-template-hash';
const { deployment: deploymentKind, pod: podKind } = resourceKinds;
/** How long until pods that were refused are tried again. */
const refusedRetryMs = 5000;

/**
 * The Deployment controller, and the ReplicaSet controller under it: nobody here reads ReplicaSets, so pods belong to the Deployment
 * itself. Another template is rolled out with a quarter more pods and no fewer ready ones than a quarter less.
 */
export class Deployments {
  readonly #server: SimulatedApiServer;
  readonly #requests: ApiRequests;
  readonly #clock: Clock;
  readonly #pods: OwnedPods;
  readonly #work: LaggingWork;
  #named = 0;

  constructor(server: SimulatedApiServer, clock: Clock, lagMs: () => number) {
    this.#server = server;
    this.#requests = server.as('deployment-controller');
    this.#clock = clock;
    this.#work = new LaggingWork(clock, lagMs, (key) => this.#sync(key));
    this.#pods = new OwnedPods(server, deploymentKind.kind, (key) => this.#work.plan(key));
    server.onChange(({ kind, object }) => {
      if (kind === deploymentKind.kind) this.#work.plan(keyOf(object));
    });
  }

  /** The controller is down until `resume`. */
  stop(): void {
    this.#work.hold();
  }

  resume(): void {
    this.#work.release();
  }

  #sync(key: string): void {
    const deployment = this.#server.find(deploymentKind, key);
    if (!deployment || deployment.metadata.deletionTimestamp) return;
    const refusal = this.#scale(deployment, this.#pods.activeOf(deployment));
    const hash = templateHash(deployment);
    const active = this.#pods.activeOf(deployment);
    const counts = {
      replicas: active.length,
      updated: active.filter((pod) => isOf(hash, pod)).length,
      ready: active.filter(isReady).length,
    };
    const status = deploymentStatus(deployment, counts, refusal, this.#clock.now());
    const written = isSame(status, deployment['status'])
      ? deployment
      : this.#requests.replace({ ...deployment, status }, { subresource: 'status' });
    const deadlineMs = progressDeadlineMs(written);
    if (deadlineMs !== undefined) this.#work.plan(key, Math.max(1, deadlineMs - this.#clock.now()));
    if (refusal) this.#work.plan(key, refusedRetryMs);
  }

  /** Makes and deletes pods; returns why some could not be made. */
  #scale(deployment: KubernetesObject, active: readonly KubernetesObject[]): string | undefined {
    const wanted: number = deployment['spec'].replicas ?? 1;
    const hash = templateHash(deployment);
    const current = active.filter((pod) => isOf(hash, pod));
    const old = active.filter((pod) => !isOf(hash, pod));
    const surge = old.length > 0 ? Math.ceil(wanted / 4) : 0;
    const room = wanted + surge - active.length;
    const refusal = this.#create(deployment, hash, Math.min(room, wanted - current.length));
    this.#delete(current, current.length - wanted);
    const needed = wanted - Math.floor(wanted / 4);
    const unready = old.filter((pod) => !isReady(pod)).length;
    this.#delete(old, wanted === 0 ? old.length : unready + active.filter(isReady).length - needed);
    return refusal;
  }

  #create(deployment: KubernetesObject, hash: string, count: number): string | undefined {
    const { metadata, spec } = deployment;
    const { template } = spec;
    for (let made = 0; made < count; made += 1) {
      this.#named += 1;
      const name = `${metadata.name}-${hash}-${this.#named.toString(36).padStart(5, '0')}`;
      try {
        this.#requests.create({
          apiVersion: podKind.apiVersion,
          kind: podKind.kind,
          metadata: {
            ...template.metadata,
            namespace: metadata.namespace,
            name,
            labels: { ...template.metadata?.labels, [hashLabel]: hash },
            ownerReferences: [ownerOf(deployment)],
          },
          spec: template.spec,
        });
      } catch (error) {
        if (!(error instanceof ClusterError)) throw error;
        return error.message;
      }
    }
    return undefined;
  }

  #delete(pods: readonly KubernetesObject[], count: number): void {
    if (count <= 0) return;
    for (const pod of [...pods].sort(firstToGo).slice(0, count)) {
      this.#requests.delete(podKind, nameOf(keyOf(pod)));
    }
  }
}

/** By what the ReplicaSet controller ranks: those without a node, then those that are not ready, then the youngest. */
function firstToGo(left: KubernetesObject, right: KubernetesObject): number {
  const age = ({ metadata }: KubernetesObject) => metadata.creationTimestamp ?? '';
  return (
    Number(left['spec'].nodeName !== undefined) - Number(right['spec'].nodeName !== undefined) ||
    Number(isReady(left)) - Number(isReady(right)) ||
    compare(age(right), age(left)) ||
    compare(right.metadata.name, left.metadata.name)
  );
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

const hashes = new WeakMap<object, string>();

/** The store shares what does not change, so that each template is hashed once. */
function templateHash({ spec }: KubernetesObject): string {
  const template: object = spec.template;
  let hash = hashes.get(template);
  if (!hash) {
    hash = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 10);
    hashes.set(template, hash);
  }
  return hash;
}

const isOf = (hash: string, { metadata }: KubernetesObject): boolean => metadata.labels?.[hashLabel] === hash;

const ownerOf = ({ apiVersion, kind, metadata }: KubernetesObject) => ({
  apiVersion,
  kind,
  name: metadata.name,
  uid: metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
});
