import { annotations } from '../../src/api/group.ts';
import type { RevisionIdentity } from '../../src/domain/revision/revision-hash.ts';

/** By which a revision's Deployment remembers what it was made from. */
export const identityAnnotations = ({ hashVersion, fullHash, canonicalInput }: RevisionIdentity) => ({
  [annotations.hashVersion]: String(hashVersion),
  [annotations.hash]: fullHash,
  [annotations.canonicalInput]: canonicalInput,
});
