import { keyOf, type KubernetesObject, resourceKinds } from '../../kubernetes/resource.ts';
import type { SimulatedApiServer } from '../api-server/simulated-api-server.ts';

/** The pods of each owner, kept up to date with the store. */
export class OwnedPods {
  readonly #byOwner = new Map<string, Map<string, KubernetesObject>>();

  /** `changed` is told the owner's key when one of its pods changes. */
  constructor(server: SimulatedApiServer, ownerKind: string, changed: (ownerKey: string) => void) {
    server.onChange(({ kind, type, object }) => {
      if (kind !== resourceKinds.pod.kind) return;
      const owner = object.metadata.ownerReferences?.find(({ kind: itsKind }) => itsKind === ownerKind);
      if (!owner) return;
      const pods = this.#byOwner.get(owner.uid) ?? new Map<string, KubernetesObject>();
      this.#byOwner.set(owner.uid, pods);
      if (type === 'DELETED') pods.delete(keyOf(object));
      else pods.set(keyOf(object), object);
      if (pods.size === 0) this.#byOwner.delete(owner.uid);
      changed(keyOf({ metadata: { namespace: object.metadata.namespace, name: owner.name } }));
    });
  }

  /** Those that are not on their way out. */
  activeOf({ metadata }: KubernetesObject): KubernetesObject[] {
    return [...(this.#byOwner.get(metadata.uid ?? '')?.values() ?? [])].filter(
      (pod) => !pod.metadata.deletionTimestamp,
    );
  }
}
