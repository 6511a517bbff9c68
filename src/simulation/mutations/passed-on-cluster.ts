import type {
  Cluster,
  DeleteOptions,
  EvictOptions,
  JsonPatchOperation,
  ObjectName,
  WriteOptions,
} from '../../kubernetes/cluster.ts';
import { ReadThroughCluster } from '../../kubernetes/read-through-cluster.ts';
import type { KubernetesObject, ResourceKind } from '../../kubernetes/resource.ts';

/** A cluster whose applies go another way; everything else goes through. */
export class PassedOnCluster extends ReadThroughCluster {
  readonly #other: Pick<Cluster, 'apply'>;

  constructor(cluster: Cluster, other: Pick<Cluster, 'apply'>) {
    super(cluster);
    this.#other = other;
  }

  create(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject> {
    return this.cluster.create(object, options);
  }

  apply(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject> {
    return this.#other.apply(object, options);
  }

  patch(
    kind: ResourceKind,
    name: ObjectName,
    operations: JsonPatchOperation[],
    options?: WriteOptions,
  ): Promise<KubernetesObject> {
    return this.cluster.patch(kind, name, operations, options);
  }

  replace(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject> {
    return this.cluster.replace(object, options);
  }

  delete(kind: ResourceKind, name: ObjectName, options?: DeleteOptions): Promise<void> {
    return this.cluster.delete(kind, name, options);
  }

  evict(name: ObjectName, options?: EvictOptions): Promise<void> {
    return this.cluster.evict(name, options);
  }
}
