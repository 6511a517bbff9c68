import type { KubernetesObject, ResourceKind } from '../../kubernetes/resource.ts';
import type { Clock } from '../../runtime/clock.ts';
import { frozen } from './json-value.ts';

/** One change of one object: what etcd would tell. */
export interface StoredChange {
  readonly version: number;
  readonly atMs: number;
  readonly kind: string;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** After the change; of a deletion the last state, with the version of the deletion. */
  readonly object: KubernetesObject;
  readonly previous: KubernetesObject | undefined;
}

export type ChangeListener = (change: StoredChange) => void;

/** For how long old versions can be asked for, as with a real API server's etcd. */
const historyMs = 300_000;

/**
 * All objects of the simulated cluster under one counter of versions, and what changed lately.
 *
 * Guarantees: what is stored is frozen, so that a reader holds a state of one moment; versions grow by one with each change;
 * listeners are told in order, after the change stands.
 */
export class ObjectStore {
  readonly #clock: Clock;
  readonly #tables = new Map<string, Map<string, KubernetesObject>>();
  readonly #listeners = new Set<ChangeListener>();
  #history: StoredChange[] = [];
  #version = 0;
  /** Versions before this one are forgotten. */
  #compactedTo = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get version(): number {
    return this.#version;
  }

  get compactedTo(): number {
    return this.#compactedTo;
  }

  get(kind: Pick<ResourceKind, 'kind'>, key: string): KubernetesObject | undefined {
    return this.#tables.get(kind.kind)?.get(key);
  }

  /** In the order in which they were made. */
  list(kind: Pick<ResourceKind, 'kind'>): Iterable<KubernetesObject> {
    return this.#tables.get(kind.kind)?.values() ?? [];
  }

  /** Every object of every kind. */
  *all(): Iterable<KubernetesObject> {
    for (const table of this.#tables.values()) yield* table.values();
  }

  put(kind: Pick<ResourceKind, 'kind'>, key: string, object: KubernetesObject): KubernetesObject {
    let table = this.#tables.get(kind.kind);
    if (!table) this.#tables.set(kind.kind, (table = new Map<string, KubernetesObject>()));
    const previous = table.get(key);
    const stored = this.#nextVersionOf(object);
    table.set(key, stored);
    this.#record(kind.kind, previous ? 'MODIFIED' : 'ADDED', stored, previous);
    return stored;
  }

  remove(kind: Pick<ResourceKind, 'kind'>, key: string): void {
    const previous = this.get(kind, key);
    if (!previous) return;
    this.#tables.get(kind.kind)!.delete(key);
    this.#record(kind.kind, 'DELETED', this.#nextVersionOf(previous), previous);
  }

  /** Calls `listener` after each change; the returned function ends that. */
  onChange(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The changes of a kind after a version; undefined when they are forgotten. */
  changesAfter(kind: Pick<ResourceKind, 'kind'>, version: number): StoredChange[] | undefined {
    if (version < this.#compactedTo) return undefined;
    return this.#history.filter((change) => change.version > version && change.kind === kind.kind);
  }

  /** Forgets all changes before now. */
  compact(): void {
    this.#compactedTo = this.#version;
    this.#history = [];
  }

  #nextVersionOf(object: KubernetesObject): KubernetesObject {
    this.#version += 1;
    return frozen({ ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } });
  }

  #record(
    kind: string,
    type: StoredChange['type'],
    object: KubernetesObject,
    previous: KubernetesObject | undefined,
  ): void {
    const atMs = this.#clock.monotonic();
    const change: StoredChange = { version: this.#version, atMs, kind, type, object, previous };
    this.#history.push(change);
    this.#forgetOld(atMs);
    for (const listener of this.#listeners) listener(change);
  }

  /** In larger steps, so that it costs little. */
  #forgetOld(nowMs: number): void {
    if (nowMs - this.#history[0]!.atMs < 2 * historyMs) return;
    const from = this.#history.findIndex(({ atMs }) => nowMs - atMs < historyMs);
    this.#compactedTo = this.#history[from - 1]!.version;
    this.#history = this.#history.slice(from);
  }
}
