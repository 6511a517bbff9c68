import { targetPortOf } from '../../api/defaults.ts';
import { annotations } from '../../api/group.ts';
import type { ModelDeploymentSpec } from '../../api/model-deployment.ts';
import type { ModelReference } from '../../api/model-rollout.ts';
import type { PodTemplate } from '../../api/pod-template.ts';
import type { RevisionIdentity } from '../../domain/revision/revision-hash.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';

/**
 * What a revision was made from, kept on its Deployment. Everything of a revision is built from it, also the first time: an
 * old revision gives the same objects after the spec has moved on, and nothing that the API server normalises comes in.
 */
export interface RevisionContent {
  model: ModelReference;
  template: PodTemplate;
  targetPort: string | number;
  appProtocol: string | undefined;
}

export function contentOf(identity: Pick<RevisionIdentity, 'canonicalInput'>): RevisionContent {
  let content = contents.get(identity);
  if (!content) contents.set(identity, (content = parsed(identity.canonicalInput)));
  return content;
}

/** Each is read once for as long as its Deployment stays in the cache. What is read is shared: nobody changes it. */
const contents = new WeakMap<object, RevisionContent>();

function parsed(canonicalInput: string): RevisionContent {
  const input = JSON.parse(canonicalInput) as Pick<ModelDeploymentSpec, 'model' | 'serving' | 'service'>;
  const { name, version } = input.model ?? {};
  return {
    model: { ...(name === undefined ? {} : { name }), ...(version === undefined ? {} : { version }) },
    template: input.serving.workload.template,
    targetPort: targetPortOf(input),
    appProtocol: input.service?.appProtocol,
  };
}

/** The annotations by which a Deployment remembers its revision (law 19). */
export const identityAnnotations = (identity: RevisionIdentity): Record<string, string> => ({
  [annotations.hashVersion]: String(identity.hashVersion),
  [annotations.hash]: identity.fullHash,
  [annotations.canonicalInput]: identity.canonicalInput,
});

/** Reads back what `identityAnnotations` wrote; undefined when somebody took it away or made it unreadable. */
export function identityOf(deployment: KubernetesObject, revision: string): RevisionIdentity | undefined {
  const stored = deployment.metadata.annotations;
  if (!stored) return undefined;
  const known = identities.get(stored);
  if (known?.revision === revision) return known;
  const identity = readIdentity(stored, revision);
  if (identity) identities.set(stored, identity);
  return identity;
}

/** By the annotations that they stand in, which the cache keeps while they are the same. */
const identities = new WeakMap<object, RevisionIdentity>();

function readIdentity(
  stored: Readonly<Record<string, string>>,
  revision: string,
): RevisionIdentity | undefined {
  const hashVersion = Number(stored[annotations.hashVersion]);
  const fullHash = stored[annotations.hash];
  const canonicalInput = stored[annotations.canonicalInput];
  if (!Number.isInteger(hashVersion) || hashVersion < 1 || !fullHash || !canonicalInput) return undefined;
  const identity = { revision, hashVersion, fullHash, canonicalInput };
  return isContent(identity) ? identity : undefined;
}

function isContent(identity: RevisionIdentity): boolean {
  try {
    return contentOf(identity).template.spec !== undefined;
  } catch {
    // Not JSON, or not of our form: the revision goes on without its content, which is all that the caller asks.
    return false;
  }
}
