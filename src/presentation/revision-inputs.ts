import { annotations, labels } from '../api/group.ts';
import type { ModelDeploymentSpec } from '../api/model-deployment.ts';
import type { KnownRevision, RevisionInput } from '../domain/revision/revision-hash.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';

/** What a revision was made from. */
export type RevisionContent = RevisionInput & Pick<ModelDeploymentSpec, 'model' | 'serving' | 'service'>;

/** A revision that is kept, as its Deployment remembers it. */
export interface RememberedRevision extends KnownRevision {
  /** Absent where somebody took the annotation away. */
  content: RevisionContent | undefined;
  replicas: number;
  createdAtMs: number;
}

/** Deployments of revisions as what they remember (docs/decisions/0006). Others are left out. */
export function rememberedIn(deployments: readonly KubernetesObject[]): RememberedRevision[] {
  return deployments.flatMap(({ metadata, spec }): RememberedRevision[] => {
    const revision = metadata.labels?.[labels.revision];
    if (revision === undefined) return [];
    return [
      {
        revision,
        hashVersion: Number(metadata.annotations?.[annotations.hashVersion] ?? 0),
        fullHash: metadata.annotations?.[annotations.hash] ?? '',
        content: contentIn(metadata.annotations?.[annotations.canonicalInput]),
        replicas: spec?.replicas ?? 1,
        createdAtMs: Date.parse(metadata.creationTimestamp ?? '') || 0,
      },
    ];
  });
}

function contentIn(canonicalInput: string | undefined): RevisionContent | undefined {
  try {
    return canonicalInput === undefined ? undefined : (JSON.parse(canonicalInput) as RevisionContent);
  } catch {
    return undefined;
  }
}

/** The same parts of a spec; of the Service only what belongs to a revision. */
export function contentOfSpec({ model, serving, service }: ModelDeploymentSpec): RevisionContent {
  const { targetPort, appProtocol } = service ?? {};
  const ofRevision = {
    ...(targetPort !== undefined && { targetPort }),
    ...(appProtocol !== undefined && { appProtocol }),
  };
  return {
    ...(model && { model }),
    serving,
    ...(Object.keys(ofRevision).length > 0 && { service: ofRevision }),
  };
}
