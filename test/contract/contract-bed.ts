import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { Cluster } from '../../src/kubernetes/cluster.ts';
import { type KubernetesObject, resourceKindOf } from '../../src/kubernetes/resource.ts';

/** What a `Cluster` adapter brings to be held to a contract. */
export interface ClusterUnderContract {
  cluster: Cluster;
  /** A namespace that exists. Nothing else may write to the objects that the contract makes there. */
  namespace: string;
  close(): Promise<void>;
}

export const nameOf = ({ metadata: { namespace = '', name } }: KubernetesObject) => ({ namespace, name });

/**
 * The cluster of one contract: made before its first test, closed after its last one. What a test made of it is deleted when the test
 * is over. To be made inside `describe`.
 */
export class ContractBed {
  /** Part of every name, so that a run that was broken off is in nobody's way. */
  readonly run = Math.random().toString(36).slice(2, 8);
  /** Deleted after the test. */
  readonly made: KubernetesObject[] = [];
  readonly #prefix: string;
  #under: ClusterUnderContract | undefined;
  #count = 0;

  constructor(prefix: string, makeCluster: () => Promise<ClusterUnderContract>, startsWithinMs = 120_000) {
    this.#prefix = prefix;
    beforeAll(async () => {
      this.#under = await makeCluster();
    }, startsWithinMs);
    afterEach(async () => {
      for (const object of this.made.splice(0)) {
        await this.cluster.delete(resourceKindOf(object), nameOf(object)).catch(() => undefined);
      }
    });
    afterAll(() => this.#under?.close());
  }

  get cluster(): Cluster {
    return this.#present.cluster;
  }

  get namespace(): string {
    return this.#present.namespace;
  }

  /** Name and namespace of one more object. */
  next(): { namespace: string; name: string } {
    this.#count += 1;
    return { namespace: this.namespace, name: `${this.#prefix}-${this.run}-${this.#count}` };
  }

  async create(object: KubernetesObject): Promise<KubernetesObject> {
    const created = await this.cluster.create(object);
    this.made.push(created);
    return created;
  }

  get #present(): ClusterUnderContract {
    if (!this.#under) throw new Error('the cluster is there in tests only');
    return this.#under;
  }
}
