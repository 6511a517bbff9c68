import { ClusterError } from '../../kubernetes/cluster-error.ts';
import type { Cluster, ListPage } from '../../kubernetes/cluster.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import type { Clock } from '../clock.ts';
import { StrictCluster } from './strict-cluster.ts';

/** What the network does to one request; all of it is asked anew for each. */
export interface Network {
  /** How long until the request is at the server, in milliseconds; infinite for lost. */
  thereMs(): number;
  /** How long until the answer is back; infinite for lost. */
  backMs(): number;
  /** The server answers with this instead of doing it. */
  failure?(): ClusterError | undefined;
}

const instant: Network = { thereMs: () => 0, backMs: () => 0 };

/**
 * Leases behind a bad network: get, list, create, and replace and delete with the resourceVersion as precondition. Aborted requests
 * are done all the same when they arrive: that is what a network can do.
 */
export class LeaseServer {
  readonly leases = new Map<string, KubernetesObject>();
  /** All that held any, in order. */
  readonly holders: string[] = [];
  writes = 0;
  reads = 0;
  lists = 0;
  readonly #clock: Clock;
  #version = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The only one there is. */
  get lease(): KubernetesObject | undefined {
    return this.leases.values().next().value;
  }

  get holder(): string {
    return this.lease?.['spec'].holderIdentity ?? '';
  }

  /** The server as seen through a network. */
  connect(network: Network = instant): Cluster {
    const through = async <T>(work: () => T): Promise<T> => {
      await this.#travel(network.thereMs());
      const failure = network.failure?.();
      if (failure) throw failure;
      let answer: () => T;
      try {
        const value = work();
        answer = () => value;
      } catch (error) {
        answer = () => {
          throw error;
        };
      }
      await this.#travel(network.backMs());
      return answer();
    };
    return new StrictCluster({
      get: (_kind, { name }) => through(() => this.#get(name)),
      list: (_kind, { labelSelector = '' } = {}) => through(() => this.#list(labelSelector)),
      delete: (_kind, { name }, { resourceVersion } = {}) =>
        through(() => this.#delete(name, resourceVersion)),
      create: (lease) => through(() => this.#create(lease)),
      replace: (lease) => through(() => this.#replace(lease)),
    });
  }

  async #travel(delayMs: number): Promise<void> {
    if (delayMs === Infinity) await new Promise(() => {});
    if (delayMs > 0) await this.#clock.sleep(delayMs);
  }

  #get(name: string): KubernetesObject {
    this.reads += 1;
    return structuredClone(this.#find(name));
  }

  #list(labelSelector: string): ListPage {
    this.lists += 1;
    const [label = '', value] = labelSelector.split('=');
    const items = [...this.leases.values()].filter(({ metadata }) => metadata.labels?.[label] === value);
    return { items: structuredClone(items), resourceVersion: `v${this.#version}` };
  }

  #create(lease: KubernetesObject): KubernetesObject {
    if (this.leases.has(lease.metadata.name))
      throw new ClusterError('alreadyExists', 'the lease is there', { status: 409 });
    return this.#store(lease);
  }

  #replace(lease: KubernetesObject): KubernetesObject {
    this.#require(lease.metadata.name, lease.metadata.resourceVersion);
    return this.#store(lease);
  }

  #delete(name: string, resourceVersion: string | undefined): void {
    this.#require(name, resourceVersion);
    this.writes += 1;
    this.leases.delete(name);
  }

  #find(name: string): KubernetesObject {
    const lease = this.leases.get(name);
    if (!lease) throw new ClusterError('notFound', 'no such lease', { status: 404 });
    return lease;
  }

  #require(name: string, resourceVersion: string | undefined): void {
    if (this.#find(name).metadata.resourceVersion !== resourceVersion)
      throw new ClusterError('conflict', 'the lease has changed', { status: 409 });
  }

  #store(given: KubernetesObject): KubernetesObject {
    this.writes += 1;
    this.#version += 1;
    const lease = structuredClone(given);
    lease.metadata.resourceVersion = `v${this.#version}`;
    this.leases.set(lease.metadata.name, lease);
    const holder = lease['spec'].holderIdentity as string;
    if (this.holders.at(-1) !== holder) this.holders.push(holder);
    return structuredClone(lease);
  }
}
