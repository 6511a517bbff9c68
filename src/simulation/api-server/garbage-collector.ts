import { ClusterError } from '../../kubernetes/cluster-error.ts';
import {
  keyOf,
  type KubernetesObject,
  nameOf,
  type OwnerReference,
  resourceKindOf,
} from '../../kubernetes/resource.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ApiRequests } from './api-requests.ts';
import type { ObjectStore, StoredChange } from './object-store.ts';

/**
 * Deletes what belongs to nobody any more, some time after its last owner has gone, as the controller manager's collector
 * does; and does what a deletion by `Foreground` or `Orphan` waits for.
 */
export class GarbageCollector {
  readonly #store: ObjectStore;
  readonly #requests: ApiRequests;
  readonly #clock: Clock;
  readonly #lagMs: () => number;
  readonly #dependents = new Map<string, Set<string>>();
  readonly #present = new Set<string>();
  readonly #suspects = new Set<string>();
  #planned = false;

  constructor(store: ObjectStore, requests: ApiRequests, clock: Clock, lagMs: () => number) {
    this.#store = store;
    this.#requests = requests;
    this.#clock = clock;
    this.#lagMs = lagMs;
    store.onChange((change) => this.#note(change));
  }

  #note({ type, object, previous }: StoredChange): void {
    const { uid = '', ownerReferences = [] } = object.metadata;
    const id = idOf(object);
    if (previous && previous.metadata.ownerReferences !== ownerReferences) {
      for (const owner of previous.metadata.ownerReferences ?? [])
        this.#dependents.get(owner.uid)?.delete(id);
    }
    if (type === 'DELETED') {
      this.#present.delete(uid);
      for (const owner of ownerReferences) this.#dependents.get(owner.uid)?.delete(id);
      this.#suspect([...(this.#dependents.get(uid) ?? []), ...ownerReferences.map(idOfOwner(object))]);
      this.#dependents.delete(uid);
      return;
    }
    this.#present.add(uid);
    for (const owner of ownerReferences) {
      const ids = this.#dependents.get(owner.uid) ?? new Set<string>();
      this.#dependents.set(owner.uid, ids.add(id));
    }
    if (object.metadata.deletionTimestamp && object.metadata.finalizers) this.#suspect([id]);
    else if (ownerReferences.length > 0 && !ownerReferences.some((owner) => this.#present.has(owner.uid))) {
      this.#suspect([id]);
    }
  }

  #suspect(ids: readonly string[]): void {
    for (const id of ids) this.#suspects.add(id);
    if (this.#planned || this.#suspects.size === 0) return;
    this.#planned = true;
    this.#clock.after(this.#lagMs(), () => this.#collect());
  }

  #collect(): void {
    this.#planned = false;
    const ids = [...this.#suspects];
    this.#suspects.clear();
    for (const id of ids) {
      const [kind = '', key = ''] = id.split(' ');
      const object = this.#store.get({ kind }, key);
      if (object) this.#judge(object);
    }
  }

  #judge(object: KubernetesObject): void {
    const { deletionTimestamp, finalizers = [], ownerReferences = [], uid = '' } = object.metadata;
    if (deletionTimestamp && finalizers.includes('orphan'))
      return this.#release(object, 'orphan', this.#letGo);
    if (deletionTimestamp && finalizers.includes('foregroundDeletion')) {
      if (this.#dependentsOf(uid).length === 0) return this.#release(object, 'foregroundDeletion', () => {});
      return this.#dependentsOf(uid).forEach((dependent) => this.#delete(dependent));
    }
    if (
      !deletionTimestamp &&
      ownerReferences.length > 0 &&
      !ownerReferences.some((owner) => this.#present.has(owner.uid))
    ) {
      this.#delete(object);
    }
  }

  #dependentsOf(uid: string): KubernetesObject[] {
    return [...(this.#dependents.get(uid) ?? [])].flatMap((id) => {
      const [kind = '', key = ''] = id.split(' ');
      return this.#store.get({ kind }, key) ?? [];
    });
  }

  #delete(object: KubernetesObject): void {
    const { uid, deletionTimestamp } = object.metadata;
    if (deletionTimestamp) return;
    const { kind, key } = { kind: resourceKindOf(object), key: keyOf(object) };
    this.#requests.delete(kind, nameOf(key), { uid, propagation: 'Background' });
  }

  readonly #letGo = ({ metadata }: KubernetesObject): void => {
    for (const dependent of this.#dependentsOf(metadata.uid ?? '')) {
      const ownerReferences = dependent.metadata.ownerReferences?.filter(({ uid }) => uid !== metadata.uid);
      this.#requests.replace({ ...dependent, metadata: { ...dependent.metadata, ownerReferences } });
    }
  };

  #release(object: KubernetesObject, finalizer: string, before: (object: KubernetesObject) => void): void {
    before(object);
    const finalizers = object.metadata.finalizers?.filter((one) => one !== finalizer);
    try {
      this.#requests.replace({ ...object, metadata: { ...object.metadata, finalizers } });
    } catch (error) {
      // Somebody changed it in the same moment, and that change made it a suspect again.
      if (!ClusterError.is(error, 'conflict', 'notFound')) throw error;
    }
  }
}

const idOf = (object: KubernetesObject): string => `${object.kind} ${keyOf(object)}`;
const idOfOwner =
  ({ metadata }: KubernetesObject) =>
  ({ kind, name }: OwnerReference): string =>
    `${kind} ${keyOf({ metadata: { namespace: metadata.namespace, name } })}`;
