import type { ObjectWrite } from '../../kubernetes/object-write.ts';
import { type KubernetesObject, resourceKinds } from '../../kubernetes/resource.ts';
import type { RouterObjects } from '../router.ts';
import { type ApexPort, apexSelectionOf, servicePort, serviceWrites } from './apex-service.ts';
import { apexLabels, previewName, revisionSelector, roleLabel } from './labels.ts';
import { isOwnedBy, ownerReference, type Owner } from './owner-reference.ts';
import { deletionOf } from './deletion.ts';

/** The preview Service: where people and tests reach the revision on trial from inside the cluster. No user is sent there. */
export function previewService(owner: Owner, revision: string, port: ApexPort): KubernetesObject {
  return {
    apiVersion: resourceKinds.service.apiVersion,
    kind: resourceKinds.service.kind,
    metadata: {
      namespace: owner.namespace,
      name: previewName(owner.name),
      labels: { ...apexLabels(owner.name), ...roleLabel('preview') },
      ownerReferences: [ownerReference(owner)],
    },
    spec: { selector: revisionSelector(owner.name, revision), ports: [servicePort(port)] },
  };
}

/** The revision that our preview Service selects. */
export function previewedBy({ deployment, previewService: live }: RouterObjects): string | undefined {
  if (!live || !isOwnedBy(live, deployment)) return undefined;
  const selection = apexSelectionOf(live, deployment.name);
  return selection?.kind === 'revision' ? selection.revision : undefined;
}

/** Makes the preview Service select this revision, in one write; without a revision there is none. */
export function previewServiceWrites(
  revision: string | undefined,
  { deployment, previewService: live }: RouterObjects,
  portOf: (revision: string) => ApexPort,
): ObjectWrite[] {
  if (revision === undefined) return deletionOf(deployment, resourceKinds.service, live);
  return serviceWrites(deployment, previewService(deployment, revision, portOf(revision)), live);
}
