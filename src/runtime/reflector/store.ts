import { keyOf, type KubernetesObject } from '../../kubernetes/resource.ts';
import type { StoreEvent } from './transition.ts';

/** What a handler is told: that something about this key is different now. */
export type Change =
  | { type: 'add'; key: string; object: KubernetesObject; previous?: undefined }
  | { type: 'update'; key: string; object: KubernetesObject; previous: KubernetesObject }
  /**
   * `object` is the tombstone: the last form of what is gone. After a relist that is the last form that was seen,
   * which may not be the last that there was.
   */
  | { type: 'delete'; key: string; object: KubernetesObject; previous?: undefined };

/** Names the values by which an object is found in an index; none keeps it out of the index. Pure. */
export type IndexFunction = (object: KubernetesObject) => readonly string[];

/** The cache of one kind, to read from. What it returns belongs to the cache: read it, never change it. */
export interface StoreReader {
  get(key: string): KubernetesObject | undefined;
  list(): KubernetesObject[];
  keys(): string[];
  /** The objects for which the index function named this value. Throws for an index that was not declared. */
  byIndex(index: string, value: string): KubernetesObject[];
  readonly size: number;
  /** A list has been seen whole; from then on the store always has contents of one moment. */
  readonly hasSynced: boolean;
}

/** Told that an index function threw. */
export type IndexFault = (index: string, key: string, error: unknown) => void;

interface Index {
  valuesOf: (key: string, object: KubernetesObject) => readonly string[];
  keys: Map<string, Set<string>>;
}

/**
 * Contents of one kind, and what changed in them.
 *
 * Guarantees: the old contents serve until a list is complete, then the new ones stand there in one step, and the
 * changes name what is new, what is different and what is gone. An object that has the name of another one but not
 * its uid is a deletion and an addition. What did not change is not named. Indexes always match the contents. Errors:
 * an object on which an index function throws is told to `onFault` and stays out of that index; nothing else suffers.
 */
export class Store implements StoreReader {
  #objects = new Map<string, KubernetesObject>();
  #incoming: Map<string, KubernetesObject> | undefined;
  readonly #indexes = new Map<string, Index>();
  readonly #onFault: IndexFault;
  #hasSynced = false;

  constructor(onFault: IndexFault = () => {}) {
    this.#onFault = onFault;
  }

  /** Declares an index; contents that are there already are indexed at once. */
  addIndex(name: string, indexFunction: IndexFunction): void {
    if (this.#indexes.has(name)) throw new Error(`index ${name} was declared before`);
    const valuesOf = (key: string, object: KubernetesObject): readonly string[] => {
      try {
        return indexFunction(object);
      } catch (error) {
        this.#onFault(name, key, error);
        return [];
      }
    };
    const index: Index = { valuesOf, keys: new Map() };
    this.#indexes.set(name, index);
    for (const [key, object] of this.#objects) insert(index, key, object);
  }

  get(key: string): KubernetesObject | undefined {
    return this.#objects.get(key);
  }

  list(): KubernetesObject[] {
    return [...this.#objects.values()];
  }

  keys(): string[] {
    return [...this.#objects.keys()];
  }

  byIndex(name: string, value: string): KubernetesObject[] {
    const index = this.#indexes.get(name);
    if (!index)
      throw new Error(`no index ${name}: declared are ${[...this.#indexes.keys()].join(', ') || 'none'}`);
    return Array.from(index.keys.get(value) ?? [], (key) => this.#objects.get(key)!);
  }

  get size(): number {
    return this.#objects.size;
  }

  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  /** Takes one event in and returns what it changed. */
  handle(event: StoreEvent): Change[] {
    switch (event.type) {
      case 'Init':
        this.#incoming = new Map();
        return [];
      case 'InitApply':
        if (!this.#incoming) throw new Error('InitApply without Init');
        this.#incoming.set(keyOf(event.object), event.object);
        return [];
      case 'InitDone':
        return this.#swap();
      case 'Apply':
        return this.#apply(event.object);
      case 'Delete':
        return this.#delete(event.object);
    }
  }

  #swap(): Change[] {
    if (!this.#incoming) throw new Error('InitDone without Init');
    const before = this.#objects;
    const after = this.#incoming;
    this.#objects = after;
    this.#incoming = undefined;
    this.#hasSynced = true;
    const changes: Change[] = [];
    for (const [key, object] of before) {
      if (!after.has(key)) changes.push({ type: 'delete', key, object });
    }
    for (const [key, object] of after) {
      const previous = before.get(key);
      // The very object that handlers know stays, so that "is it the same?" is a reference check.
      if (previous && isSame(previous, object)) after.set(key, previous);
      else changes.push(...changesBetween(key, previous, object));
    }
    for (const index of this.#indexes.values()) {
      index.keys.clear();
      for (const [key, object] of after) insert(index, key, object);
    }
    return changes;
  }

  #apply(object: KubernetesObject): Change[] {
    const key = keyOf(object);
    const previous = this.#objects.get(key);
    if (previous && isSame(previous, object)) return [];
    this.#objects.set(key, object);
    for (const index of this.#indexes.values()) {
      if (previous) remove(index, key, previous);
      insert(index, key, object);
    }
    return changesBetween(key, previous, object);
  }

  #delete(object: KubernetesObject): Change[] {
    const key = keyOf(object);
    const previous = this.#objects.get(key);
    // Another object has the name by now: this deletion is older than what is known.
    if (!previous || previous.metadata.uid !== object.metadata.uid) return [];
    this.#objects.delete(key);
    for (const index of this.#indexes.values()) remove(index, key, previous);
    return [{ type: 'delete', key, object }];
  }
}

function isSame(one: KubernetesObject, other: KubernetesObject): boolean {
  const version = one.metadata.resourceVersion;
  return (
    version !== undefined &&
    version === other.metadata.resourceVersion &&
    one.metadata.uid === other.metadata.uid
  );
}

function changesBetween(
  key: string,
  previous: KubernetesObject | undefined,
  object: KubernetesObject,
): Change[] {
  if (!previous) return [{ type: 'add', key, object }];
  if (previous.metadata.uid !== object.metadata.uid) {
    return [
      { type: 'delete', key, object: previous },
      { type: 'add', key, object },
    ];
  }
  return [{ type: 'update', key, object, previous }];
}

function insert(index: Index, key: string, object: KubernetesObject): void {
  for (const value of index.valuesOf(key, object)) {
    const keys = index.keys.get(value);
    if (keys) keys.add(key);
    else index.keys.set(value, new Set([key]));
  }
}

function remove(index: Index, key: string, object: KubernetesObject): void {
  for (const value of index.valuesOf(key, object)) {
    const keys = index.keys.get(value);
    keys?.delete(key);
    if (keys?.size === 0) index.keys.delete(value);
  }
}

/** An index by the uid of the owners: whose objects are these? */
export const byOwnerUid: IndexFunction = (object) =>
  (object.metadata.ownerReferences ?? []).map(({ uid }) => uid);

/** An index by the key of the controlling owner of a kind, `namespace/name`: which object is to be looked at? */
export const byControllerOf =
  (kind: string): IndexFunction =>
  (object) =>
    (object.metadata.ownerReferences ?? [])
      .filter((owner) => owner.controller === true && owner.kind === kind)
      .map(({ name }) => keyOf({ metadata: { namespace: object.metadata.namespace, name } }));
