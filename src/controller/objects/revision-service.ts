import type { RevisionIdentity } from '../../domain/revision/revision-hash.ts';
import { type KubernetesObject, resourceKinds } from '../../kubernetes/resource.ts';
import { servicePort } from '../../routers/objects/apex-service.ts';
import {
  mirrorServiceName,
  revisionLabels,
  revisionObjectName,
  revisionSelector,
  roleLabel,
} from '../../routers/objects/labels.ts';
import { ownerReference, type Owner } from '../../routers/objects/owner-reference.ts';
import { contentOf } from './canonical-input.ts';

/**
 * The Service of one revision: what a route's backend names, and whose EndpointSlices say how many pods are ready. Written
 * once, at the birth of the revision; the slices inherit its labels.
 */
export function revisionService(owner: Owner, identity: RevisionIdentity, port: number): KubernetesObject {
  const { revision } = identity;
  const { targetPort, appProtocol } = contentOf(identity);
  return {
    apiVersion: resourceKinds.service.apiVersion,
    kind: resourceKinds.service.kind,
    metadata: {
      namespace: owner.namespace,
      name: revisionObjectName(owner.name, revision),
      labels: revisionLabels(owner.name, revision),
      ownerReferences: [ownerReference(owner)],
    },
    spec: {
      selector: revisionSelector(owner.name, revision),
      ports: [servicePort({ port, targetPort, appProtocol })],
    },
  };
}

/**
 * The Service that gets copies of live requests: the same pods and port under another name, so that data planes count copies
 * apart from what users asked.
 */
export function mirrorService(owner: Owner, identity: RevisionIdentity, port: number): KubernetesObject {
  const service = revisionService(owner, identity, port);
  return {
    ...service,
    metadata: {
      ...service.metadata,
      name: mirrorServiceName(owner.name, identity.revision),
      labels: { ...service.metadata.labels, ...roleLabel('mirror') },
    },
  };
}
