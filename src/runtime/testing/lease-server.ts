import { ClusterError } from '../../kubernetes/cluster-error.ts';
import type { Cluster } from '../../kubernetes/cluster.ts';
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
 * One Lease behind a bad network: get, create and replace with the resourceVersion as precondition. Aborted requests
 * are done all the same when they arrive: that is what a network can do.
 */
export class LeaseServer {
  lease: KubernetesObject | undefined;
  readonly holders: string[] = [];
  writes = 0;
  reads = 0;
  readonly #clock: Clock;
  #version = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
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
      get: () => through(() => this.#get()),
      create: (lease) => through(() => this.#create(lease)),
      replace: (lease) => through(() => this.#replace(lease)),
    });
  }

  async #travel(delayMs: number): Promise<void> {
    if (delayMs === Infinity) await new Promise(() => {});
    if (delayMs > 0) await this.#clock.sleep(delayMs);
  }

  #get(): KubernetesObject {
    this.reads += 1;
    if (!this.lease) throw new ClusterError('notFound', 'no such lease', { status: 404 });
    return structuredClone(this.lease);
  }

  #create(lease: KubernetesObject): KubernetesObject {
    if (this.lease) throw new ClusterError('alreadyExists', 'the lease is there', { status: 409 });
    return this.#store(lease);
  }

  #replace(lease: KubernetesObject): KubernetesObject {
    if (!this.lease) throw new ClusterError('notFound', 'no such lease', { status: 404 });
    if (this.lease.metadata.resourceVersion !== lease.metadata.resourceVersion) {
      throw new ClusterError('conflict', 'the lease has changed', { status: 409 });
    }
    return this.#store(lease);
  }

  #store(lease: KubernetesObject): KubernetesObject {
    this.writes += 1;
    this.#version += 1;
    this.lease = structuredClone(lease);
    this.lease.metadata.resourceVersion = `v${this.#version}`;
    if (this.holders.at(-1) !== this.holder) this.holders.push(this.holder);
    return structuredClone(this.lease);
  }
}
