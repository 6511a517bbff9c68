import { labels } from '../../api/group.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { servicesNamedBy } from '../../routers/gateway-api/read-backends.ts';
import { revisionOfMirrorName, revisionOfObjectName } from '../../routers/objects/labels.ts';
import type { RevisionObjects } from './revision-writes.ts';

/**
 * The live objects of each revision, by its name. Also of one that has a Service and no Deployment: who was killed between
 * the two creates, or whose Deployment somebody deleted, must find what is there already (law 12).
 *
 * `name` is the ModelDeployment's; objects on their way out do not count.
 */
export function revisionObjects(
  name: string,
  owned: {
    deployments: readonly KubernetesObject[];
    services: readonly KubernetesObject[];
    httpRoutes: readonly KubernetesObject[];
  },
): Map<string, RevisionObjects> {
  const revisions = new Map<string, RevisionObjects>();
  const named = new Set(owned.httpRoutes.flatMap(servicesNamedBy));
  for (const service of owned.services.filter(isStaying)) {
    const revision = revisionOfObjectName(name, service.metadata.name);
    if (revision !== undefined) revisions.set(revision, { ...revisions.get(revision), service });
    const mirrored = revisionOfMirrorName(name, service.metadata.name);
    if (mirrored !== undefined) {
      const mirrorIsNamed = named.has(service.metadata.name);
      revisions.set(mirrored, { ...revisions.get(mirrored), mirrorService: service, mirrorIsNamed });
    }
  }
  for (const deployment of owned.deployments.filter(isStaying)) {
    const revision = deployment.metadata.labels?.[labels.revision];
    if (revision !== undefined) revisions.set(revision, { ...revisions.get(revision), deployment });
  }
  return revisions;
}

const isStaying = ({ metadata }: KubernetesObject): boolean => metadata.deletionTimestamp === undefined;
