import { ClusterError } from '../../kubernetes/cluster-error.ts';
import type {
  Cluster,
  DeleteOptions,
  JsonPatchOperation,
  ListOptions,
  ListPage,
  ObjectName,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from '../../kubernetes/cluster.ts';
import {
  type KubernetesObject,
  type ResourceKind,
  keyOf,
  resourceKindOf,
} from '../../kubernetes/resource.ts';
import { StrictCluster } from '../../runtime/testing/strict-cluster.ts';

/** A write as it arrived, and what the world was right after it. */
export interface NotedWrite {
  /** In words, as `apply HTTPRoute sentiment`, or `status` instead of `apply`. */
  words: string;
  /** What was sent: the object, the operations, or the preconditions of a deletion. */
  sent: KubernetesObject | JsonPatchOperation[] | DeleteOptions;
  world: ReadonlyMap<string, KubernetesObject>;
}

interface Change {
  version: number;
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: KubernetesObject;
  previous: KubernetesObject | undefined;
}

/**
 * An API server in memory for the controller's tests. It refuses every write without what law 16 asks for: uid and
 * resourceVersion of what was decided on, or a `test` of it. It knows as much of server-side apply as the controller needs.
 */
export class MemoryCluster {
  readonly noted: NotedWrite[] = [];
  readonly reads: string[] = [];
  /** Dry runs that were asked for. */
  dryRuns = 0;
  /** What a write that is named in these words is answered with; asked before it happens. */
  refuse: (words: string) => ClusterError | undefined = () => undefined;
  /** Kinds that are not installed. */
  readonly absent = new Set<string>();
  /** While true the watches show nothing: the caches are behind. */
  #held = false;
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #history: Change[] = [];
  readonly #wakers = new Set<() => void>();
  #version = 0;

  readonly cluster: Cluster = new StrictCluster({
    get: async (kind, { namespace, name }) => this.#get(kind, { namespace, name }),
    list: async (kind, options) => this.#list(kind, options ?? {}),
    watch: (kind, options) => this.#watch(kind, options),
    create: async (object, options) => this.#create(object, options ?? {}),
    apply: async (object, options) => this.#apply(object, options ?? {}),
    patch: async (kind, name, operations) => this.#patch(kind, name, operations),
    delete: async (kind, name, options) => this.#delete(kind, name, options ?? {}),
  });

  get words(): string[] {
    return this.noted.map(({ words }) => words);
  }

  /** The object as it is stored. */
  find(kind: string, name: string, namespace = 'ml'): KubernetesObject | undefined {
    return this.#objects.get(`${kind} ${namespace}/${name}`);
  }

  /** Stores an object as somebody else would; its version is new. */
  put(object: KubernetesObject): KubernetesObject {
    const key = idOf(object);
    const before = this.#objects.get(key);
    const stored = copyOf(object);
    this.#version += 1;
    stored.metadata = {
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...stored.metadata,
      uid: stored.metadata.uid ?? before?.metadata.uid ?? `uid-${this.#version}`,
      generation: stored.metadata.generation ?? 1,
      resourceVersion: String(this.#version),
    };
    this.#objects.set(key, stored);
    this.#record({
      version: this.#version,
      type: before ? 'MODIFIED' : 'ADDED',
      object: stored,
      previous: before,
    });
    return stored;
  }

  remove(kind: string, name: string, namespace = 'ml'): void {
    const key = `${kind} ${namespace}/${name}`;
    const before = this.#objects.get(key);
    if (!before) throw new Error(`${key} is not there`);
    this.#version += 1;
    this.#objects.delete(key);
    const metadata = { ...before.metadata, resourceVersion: String(this.#version) };
    this.#record({
      version: this.#version,
      type: 'DELETED',
      object: { ...before, metadata },
      previous: before,
    });
  }

  /** The caches see nothing new until `release`. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    for (const wake of this.#wakers) wake();
  }

  #note(words: string, sent: NotedWrite['sent'], happen: () => KubernetesObject): KubernetesObject {
    const refusal = this.refuse(words);
    if (refusal) throw refusal;
    const answer = happen();
    this.noted.push({ words, sent: copyOf(sent), world: new Map(this.#objects) });
    return copyOf(answer);
  }

  #get(kind: ResourceKind, name: ObjectName): KubernetesObject {
    this.reads.push(`${kind.kind} ${keyOf({ metadata: name })}`);
    return copyOf(this.#live(`${kind.kind} ${keyOf({ metadata: name })}`));
  }

  #live(id: string): KubernetesObject {
    const live = this.#objects.get(id);
    if (!live) throw new ClusterError('notFound', `${id} is not there`, { status: 404 });
    return live;
  }

  #create(object: KubernetesObject, { dryRun }: WriteOptions): KubernetesObject {
    const id = idOf(object);
    if (this.#objects.has(id))
      throw new ClusterError('alreadyExists', `${id} already exists`, { status: 409 });
    if (dryRun) {
      this.dryRuns += 1;
      return object;
    }
    return this.#note(`create ${object.kind} ${object.metadata.name}`, object, () => this.put(object));
  }

  #apply(object: KubernetesObject, { subresource }: WriteOptions): KubernetesObject {
    const id = idOf(object);
    const { uid, resourceVersion } = object.metadata;
    if (uid === undefined || resourceVersion === undefined)
      throw new Error(`law 16: the apply of ${id} does not say what it was decided on`);
    const words = `${subresource ?? 'apply'} ${object.kind} ${object.metadata.name}`;
    return this.#note(words, object, () => {
      const live = this.#same(id, uid, resourceVersion);
      if (subresource === 'status') return this.put({ ...live, status: object['status'] });
      const { labels, annotations, ownerReferences } = object.metadata;
      return this.put({
        ...live,
        metadata: {
          ...live.metadata,
          labels: { ...live.metadata.labels, ...labels },
          annotations: { ...live.metadata.annotations, ...annotations },
          ownerReferences,
          generation: (live.metadata.generation ?? 0) + 1,
        },
        spec: { ...live['spec'], ...object['spec'] },
      });
    });
  }

  #same(id: string, uid: string | undefined, resourceVersion: unknown): KubernetesObject {
    const live = this.#live(id);
    if (live.metadata.uid === uid && live.metadata.resourceVersion === resourceVersion) return live;
    throw new ClusterError('conflict', `${id} has changed`, { status: 409 });
  }

  #patch(kind: ResourceKind, name: ObjectName, operations: JsonPatchOperation[]): KubernetesObject {
    const id = `${kind.kind} ${keyOf({ metadata: name })}`;
    const [first, ...rest] = operations;
    if (first?.op !== 'test' || first.path !== '/metadata/resourceVersion')
      throw new Error(`law 16: the patch of ${id} does not test what it was decided on`);
    return this.#note(`patch ${kind.kind} ${name.name}`, operations, () => {
      const copy = copyOf(this.#same(id, this.#live(id).metadata.uid, first.value));
      for (const operation of rest) patched(copy, operation);
      return this.put(copy);
    });
  }

  #delete(kind: ResourceKind, name: ObjectName, options: DeleteOptions): void {
    const id = `${kind.kind} ${keyOf({ metadata: name })}`;
    const { uid, resourceVersion } = options;
    if (uid === undefined || resourceVersion === undefined)
      throw new Error(`law 16: the deletion of ${id} does not say what it was decided on`);
    this.#note(`delete ${kind.kind} ${name.name}`, options, () => {
      const live = this.#same(id, uid, resourceVersion);
      this.remove(kind.kind, name.name, name.namespace);
      return live;
    });
  }

  #list(kind: ResourceKind, scope: ListOptions): ListPage {
    if (this.absent.has(kind.kind)) throw new ClusterError('notFound', `no kind ${kind.kind}`);
    const items = [...this.#objects.values()].filter((object) => isIn(scope, kind, object));
    return { items: copyOf(items), resourceVersion: String(this.#version) };
  }

  async *#watch(kind: ResourceKind, { resourceVersion, signal, ...scope }: WatchOptions) {
    let wake = () => {};
    const waker = () => wake();
    this.#wakers.add(waker);
    signal.addEventListener('abort', waker);
    try {
      for (let next = this.#history.findIndex(({ version }) => version > Number(resourceVersion)); ;) {
        while (!this.#held && next >= 0 && next < this.#history.length) {
          const { type, object, previous } = this.#history[next]!;
          next += 1;
          const was = previous !== undefined && isIn(scope, kind, previous);
          if (isIn(scope, kind, object)) yield eventOf(was || type === 'DELETED' ? type : 'ADDED', object);
          // What a selector selects no more is gone for the one who watches by it.
          else if (was) yield eventOf('DELETED', object);
        }
        if (next < 0) next = this.#history.length;
        if (signal.aborted) return;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.#wakers.delete(waker);
      signal.removeEventListener('abort', waker);
    }
  }

  #record(change: Change): void {
    this.#history.push(change);
    for (const wake of this.#wakers) wake();
  }
}

/** As it comes from the wire; `structuredClone` gives objects of another realm under the test runner. */
const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const eventOf = (type: Change['type'], object: KubernetesObject): WatchEvent => ({
  type,
  object: copyOf(object),
});

const idOf = (object: KubernetesObject): string => `${resourceKindOf(object).kind} ${keyOf(object)}`;

/** Selectors by existence of one label: the only ones that the controller uses. */
const isIn = ({ namespace, labelSelector }: ListOptions, kind: ResourceKind, object: KubernetesObject) =>
  object.kind === kind.kind &&
  (namespace === undefined || object.metadata.namespace === namespace) &&
  (labelSelector === undefined || object.metadata.labels?.[labelSelector] !== undefined);

function patched(object: KubernetesObject, operation: JsonPatchOperation): void {
  const keys = operation.path
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/'));
  const last = keys.pop()!;
  const parent = keys.reduce<Record<string, unknown>>(
    (at, key) => at[key] as Record<string, unknown>,
    object as Record<string, unknown>,
  );
  if (operation.op === 'remove') delete parent[last];
  else parent[last] = operation.value;
}
