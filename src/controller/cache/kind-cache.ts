import type { KubernetesObject } from '../../kubernetes/resource.ts';
import type { ChangeHandler, Reflector } from '../../runtime/reflector/reflector.ts';
import type { IndexFunction } from '../../runtime/reflector/store.ts';

/** One kind in all the namespaces that the controller looks at: one reflector each, read as one. */
export class KindCache {
  readonly reflectors: readonly Reflector[];

  constructor(reflectors: readonly Reflector[]) {
    this.reflectors = reflectors;
  }

  get hasSynced(): boolean {
    return this.reflectors.every((reflector) => reflector.hasSynced);
  }

  /** The kind is not installed in the cluster. */
  get absent(): boolean {
    return this.reflectors.every((reflector) => reflector.status().absent);
  }

  addIndex(name: string, valuesOf: IndexFunction): void {
    for (const reflector of this.reflectors) reflector.addIndex(name, valuesOf);
  }

  addHandler(handler: ChangeHandler): void {
    for (const reflector of this.reflectors) reflector.addHandler(handler);
  }

  get(key: string): KubernetesObject | undefined {
    for (const { store } of this.reflectors) {
      const object = store.get(key);
      if (object) return object;
    }
    return undefined;
  }

  list(): KubernetesObject[] {
    return this.reflectors.flatMap(({ store }) => store.list());
  }

  keys(): string[] {
    return this.reflectors.flatMap(({ store }) => store.keys());
  }

  byIndex(name: string, value: string): KubernetesObject[] {
    return this.reflectors.flatMap(({ store }) => store.byIndex(name, value));
  }

  start(): void {
    for (const reflector of this.reflectors) reflector.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.reflectors.map((reflector) => reflector.stop()));
  }
}
