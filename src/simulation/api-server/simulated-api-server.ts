import type { Cluster } from '../../kubernetes/cluster.ts';
import type { ClusterError } from '../../kubernetes/cluster-error.ts';
import type { KubernetesObject, ResourceKind } from '../../kubernetes/resource.ts';
import type { Clock } from '../../runtime/clock.ts';
import { ApiRequests } from './api-requests.ts';
import { FieldManagers } from './field-managers.ts';
import { GarbageCollector } from './garbage-collector.ts';
import { ObjectLists } from './object-lists.ts';
import { type ChangeListener, ObjectStore } from './object-store.ts';
import { type AcceptedWrite, type AdmissionHook, ObjectWriter } from './object-writer.ts';
import { SimulatedCluster } from './simulated-cluster.ts';
import { Watches } from './watches.ts';

export interface SimulatedApiServerOptions {
  clock: Clock;
  /** How long after its owner's end the collector takes an object away. Default: 20 ms. */
  collectAfterMs?: () => number;
  /** Of so many updates one has its status held against the schema: where thousands of worlds write alike. Default: each. */
  judgesStatusOneIn?: number;
}

/**
 * A Kubernetes API server in memory, on a clock that may be virtual.
 *
 * It is what `test/contract/cluster.contract.ts` asks of a real one: versions, uids and generations, paged lists, watches,
 * server-side apply with field ownership, JSON patches, preconditions, finalizers, garbage collection, dry runs, and
 * validation of our kinds by the schemas that their CRDs are made from. It refuses of the other kinds what the controller
 * can run into, and fills in the defaults that it depends on. Deterministic: the same requests at the same times give the same
 * objects, uids included.
 */
export class SimulatedApiServer {
  readonly #store: ObjectStore;
  readonly #writer: ObjectWriter;
  readonly #lists: ObjectLists;
  readonly #watches: Watches;
  readonly #absent = new Set<string>();
  /** What the containers of pods printed, by `namespace/pod/container`: whoever plays the node writes it. */
  readonly logs = new Map<string, string>();
  readonly #writeListeners = new Set<(write: AcceptedWrite) => void>();

  constructor({ clock, collectAfterMs = () => 20, judgesStatusOneIn = 1 }: SimulatedApiServerOptions) {
    this.#store = new ObjectStore(clock);
    this.#lists = new ObjectLists(this.#store);
    this.#watches = new Watches(this.#store, clock);
    this.#writer = new ObjectWriter({
      store: this.#store,
      clock,
      managers: new FieldManagers(),
      absent: this.#absent,
      judgesStatusOneIn,
      written: (write) => {
        for (const listener of this.#writeListeners) listener(write);
      },
    });
    new GarbageCollector(this.#store, this.as('generic-garbage-collector'), clock, collectAfterMs);
  }

  /** The port, for one user. */
  cluster(user: string): Cluster {
    const { requests, lists, watches, absent, logs } = {
      requests: this.as(user),
      lists: this.#lists,
      watches: this.#watches,
      absent: this.#absent,
      logs: this.logs,
    };
    return new SimulatedCluster({ requests, lists, watches, absent, logs });
  }

  /** The same without promises, for what is part of the simulation itself: users, kubelets, controllers of Kubernetes. */
  as(user: string): ApiRequests {
    return new ApiRequests(this.#writer, user);
  }

  /** The object as it is stored; `key` is `namespace/name`. */
  find(kind: Pick<ResourceKind, 'kind'>, key: string): KubernetesObject | undefined {
    return this.#store.get(kind, key);
  }

  /**
   * Stores an object as it is, past all rules: as from a backup, or from before there was a rule. What it does not say of uid, time and
   * generation is filled in.
   */
  restore(object: KubernetesObject): KubernetesObject {
    return this.#writer.restore(object);
  }

  /** All objects of a kind, in the order in which they were made. */
  list(kind: Pick<ResourceKind, 'kind'>): Iterable<KubernetesObject> {
    return this.#store.list(kind);
  }

  /** Calls `listener` right after each change of an object; the returned function ends that. */
  onChange(listener: ChangeListener): () => void {
    return this.#store.onChange(listener);
  }

  /** Calls `listener` after each write that was accepted, also when it changed nothing that others see. */
  onWrite(listener: (write: AcceptedWrite) => void): () => void {
    this.#writeListeners.add(listener);
    return () => this.#writeListeners.delete(listener);
  }

  /** Asked before each write; what it throws is the answer. One at a time. */
  admit(hook: AdmissionHook): void {
    this.#writer.admit = hook;
  }

  /** The kind is not served, as before its CRD is installed. Its watches end. */
  uninstall({ kind }: Pick<ResourceKind, 'kind'>): void {
    this.#absent.add(kind);
    this.#watches.endAll();
  }

  install({ kind }: Pick<ResourceKind, 'kind'>): void {
    this.#absent.delete(kind);
  }

  /** Forgets old versions: watches that begin before now, and pages that are still to come, are expired. */
  compact(): void {
    this.#store.compact();
  }

  /** Ends all watches: normally, or with an error. */
  endWatches(error?: ClusterError): void {
    this.#watches.endAll(error);
  }

  get openWatches(): number {
    return this.#watches.size;
  }
}
