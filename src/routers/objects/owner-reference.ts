import { apiVersion } from '../../api/group.ts';
import type { KubernetesObject, OwnerReference } from '../../kubernetes/resource.ts';

/** A ModelDeployment as the owner of other objects. */
export interface Owner {
  namespace: string;
  name: string;
  uid: string;
}

/**
 * Makes the ModelDeployment the controller of an object, so that the object goes with it. It does not block a foreground
 * deletion: that would ask for a permission on the owner's finalizers, for an order that nobody needs.
 */
export const ownerReference = ({ name, uid }: Owner): OwnerReference => ({
  apiVersion,
  kind: 'ModelDeployment',
  name,
  uid,
  controller: true,
});

/** Ours is what names this very ModelDeployment as its controller; an earlier one of the same name is another. */
export const isOwnedBy = (object: KubernetesObject, owner: Pick<Owner, 'uid'>): boolean =>
  (object.metadata.ownerReferences ?? []).some(
    ({ uid, controller }) => uid === owner.uid && controller === true,
  );

/** The controller of an object in words, for messages about conflicts. */
export function controllerInWords(object: KubernetesObject): string {
  const controller = (object.metadata.ownerReferences ?? []).find(
    (reference) => reference.controller === true,
  );
  return controller ? `${controller.kind} ${controller.name}` : 'nobody that we know';
}
