import { ClusterError } from '../../kubernetes/cluster-error.ts';
import type {
  Cluster,
  DeleteOptions,
  EvictOptions,
  JsonPatchOperation,
  WatchEvent,
  WatchOptions,
} from '../../kubernetes/cluster.ts';
import { keyOf, type KubernetesObject, type ResourceKind, resourceKinds } from '../../kubernetes/resource.ts';
import { StrictCluster } from '../../runtime/testing/strict-cluster.ts';
import { VirtualClock } from '../../runtime/virtual-clock.ts';
import { SimulatedApiServer } from '../../simulation/api-server/simulated-api-server.ts';

/** A write as it arrived, and what the world was right after it. */
export interface NotedWrite {
  /** In words, as `apply HTTPRoute sentiment`, or `status` instead of `apply`. */
  words: string;
  /** What was sent: the object, the operations, or the preconditions of a deletion. */
  sent: KubernetesObject | JsonPatchOperation[] | DeleteOptions | EvictOptions;
  world: ReadonlyMap<string, KubernetesObject>;
}

/**
 * The simulated API server with a notebook, for the controller's tests. It refuses every write without what law 16 asks for: uid and
 * resourceVersion of what was decided on, or a `test` of it.
 */
export class NotedCluster {
  readonly noted: NotedWrite[] = [];
  readonly reads: string[] = [];
  /** Dry runs that were asked for, of creations and evictions. */
  dryRuns = 0;
  /** What a write that is named in these words is answered with; asked before it happens. */
  refuse: (words: string) => ClusterError | undefined = () => undefined;
  readonly server: SimulatedApiServer;
  readonly #controller: Cluster;
  /** Settles when the watches are to go on. */
  #held: { until: Promise<void>; end: () => void } | undefined;

  readonly cluster: Cluster = new StrictCluster({
    get: (kind, name) => {
      this.reads.push(`${kind.kind} ${keyOf({ metadata: name })}`);
      return this.#controller.get(kind, name);
    },
    list: (kind, options) => this.#controller.list(kind, options),
    watch: (kind, options) => this.#watch(kind, options),
    create: async (object, options) => {
      if (options?.dryRun) {
        this.dryRuns += 1;
        return this.#controller.create(object, options);
      }
      return this.#note(`create ${object.kind} ${object.metadata.name}`, object, () =>
        this.#controller.create(object),
      );
    },
    apply: async (object, options) => {
      const { name, uid, resourceVersion } = object.metadata;
      if (uid === undefined || resourceVersion === undefined)
        throw new Error(`law 16: the apply of ${object.kind} ${name} does not say what it was decided on`);
      const words = `${options?.subresource ?? 'apply'} ${object.kind} ${name}`;
      return this.#note(words, object, () => this.#controller.apply(object, options));
    },
    patch: async (kind, name, operations) => {
      const [first] = operations;
      if (first?.op !== 'test' || first.path !== '/metadata/resourceVersion')
        throw new Error(
          `law 16: the patch of ${kind.kind} ${name.name} does not test what it was decided on`,
        );
      const words = `patch ${kind.kind} ${name.name}`;
      return this.#note(words, operations, () => this.#controller.patch(kind, name, operations));
    },
    delete: async (kind, name, options = {}) => {
      if (options.uid === undefined || options.resourceVersion === undefined)
        throw new Error(
          `law 16: the deletion of ${kind.kind} ${name.name} does not say what it was decided on`,
        );
      await this.#note(`delete ${kind.kind} ${name.name}`, options, () =>
        this.#controller.delete(kind, name, options),
      );
    },
    evict: async (pod, options = {}) => {
      if (options.dryRun) {
        this.dryRuns += 1;
        return this.#controller.evict(pod, options);
      }
      if (options.uid === undefined || options.resourceVersion === undefined)
        throw new Error(`law 16: the eviction of Pod ${pod.name} does not say what it was decided on`);
      await this.#note(`evict Pod ${pod.name}`, options, () => this.#controller.evict(pod, options));
    },
  });

  constructor(clock = new VirtualClock()) {
    this.server = new SimulatedApiServer({ clock });
    this.#controller = this.server.cluster('understudy');
  }

  get words(): string[] {
    return this.noted.map(({ words }) => words);
  }

  /** The object as it is stored. */
  find(kind: string, name: string, namespace = 'ml'): KubernetesObject | undefined {
    return this.server.find({ kind }, `${namespace}/${name}`);
  }

  /** Stores an object as it is, past all rules, as somebody else. */
  put(object: KubernetesObject): KubernetesObject {
    return this.server.restore(object);
  }

  remove(kind: string, name: string, namespace = 'ml'): void {
    const found = Object.values(resourceKinds).find((one) => one.kind === kind)!;
    this.server.as('somebody').delete(found, { namespace, name }, { force: true });
  }

  /** The caches see nothing new until `release`. */
  hold(): void {
    let end = () => {};
    const until = new Promise<void>((resolve) => (end = resolve));
    this.#held = { until, end };
  }

  release(): void {
    this.#held?.end();
    this.#held = undefined;
  }

  async #note<T>(words: string, sent: NotedWrite['sent'], happen: () => Promise<T>): Promise<T> {
    const refusal = this.refuse(words);
    if (refusal) throw refusal;
    const answer = await happen();
    this.noted.push({ words, sent, world: this.#world() });
    return answer;
  }

  #world(): ReadonlyMap<string, KubernetesObject> {
    const objects = Object.values(resourceKinds).flatMap((kind) => [...this.server.list(kind)]);
    return new Map(objects.map((object) => [`${object.kind} ${keyOf(object)}`, object]));
  }

  async *#watch(kind: ResourceKind, options: WatchOptions): AsyncGenerator<WatchEvent> {
    for await (const event of this.#controller.watch(kind, options)) {
      while (this.#held) await this.#held.until;
      yield event;
    }
  }
}
