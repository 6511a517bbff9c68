import { Cluster } from '../../kubernetes/cluster.ts';

/** The methods that a test gives an implementation to. */
export type ClusterMethods = { [Method in keyof Cluster]?: Cluster[Method] };

/** A strict double of the port: a call that the test gave no implementation to fails, and so shows itself. */
export class StrictCluster extends Cluster {
  readonly #methods: ClusterMethods;

  constructor(methods: ClusterMethods = {}) {
    super();
    this.#methods = methods;
  }

  get: Cluster['get'] = (...args) => this.#method('get')(...args);
  list: Cluster['list'] = (...args) => this.#method('list')(...args);
  watch: Cluster['watch'] = (...args) => this.#method('watch')(...args);
  log: Cluster['log'] = (...args) => this.#method('log')(...args);
  create: Cluster['create'] = (...args) => this.#method('create')(...args);
  apply: Cluster['apply'] = (...args) => this.#method('apply')(...args);
  patch: Cluster['patch'] = (...args) => this.#method('patch')(...args);
  replace: Cluster['replace'] = (...args) => this.#method('replace')(...args);
  delete: Cluster['delete'] = (...args) => this.#method('delete')(...args);
  evict: Cluster['evict'] = (...args) => this.#method('evict')(...args);

  #method<Method extends keyof Cluster>(name: Method): Cluster[Method] {
    const method = this.#methods[name];
    if (!method) throw new Error(`unexpected call of Cluster.${name}: the test gave it no implementation`);
    return method;
  }
}
