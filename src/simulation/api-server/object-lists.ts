import type { ListOptions, ListPage } from '../../kubernetes/cluster.ts';
import { ClusterError } from '../../kubernetes/cluster-error.ts';
import { keyOf, type KubernetesObject, type ResourceKind } from '../../kubernetes/resource.ts';
import type { ObjectStore } from './object-store.ts';
import { filterOf } from './selectors.ts';

/** Pages of one moment: what a list began with is what its last page ends with, whatever is written meanwhile. */
export class ObjectLists {
  readonly #store: ObjectStore;
  /** The rest of lists that were begun, by their token. */
  readonly #rests = new Map<string, { version: number; items: readonly KubernetesObject[] }>();
  #tokens = 0;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  list(kind: ResourceKind, { continueToken, limit = Infinity, ...scope }: ListOptions): ListPage {
    const { version, items } = continueToken ? this.#rest(continueToken) : this.#begin(kind, scope);
    const page: ListPage = { items: items.slice(0, limit), resourceVersion: String(version) };
    if (items.length <= limit) return page;
    this.#tokens += 1;
    const token = `${version}.${this.#tokens}`;
    this.#rests.set(token, { version, items: items.slice(limit) });
    return { ...page, continueToken: token };
  }

  #begin(kind: ResourceKind, scope: ListOptions): { version: number; items: readonly KubernetesObject[] } {
    const items = [...this.#store.list(kind)].filter(filterOf(scope)).sort(byKey);
    return { version: this.#store.version, items };
  }

  #rest(token: string): { version: number; items: readonly KubernetesObject[] } {
    const rest = this.#rests.get(token);
    this.#rests.delete(token);
    if (rest && rest.version >= this.#store.compactedTo) return rest;
    throw new ClusterError('expired', 'the provided continue parameter is too old', { status: 410 });
  }
}

/** As etcd keeps them. */
const byKey = (left: KubernetesObject, right: KubernetesObject): number =>
  keyOf(left) < keyOf(right) ? -1 : 1;
