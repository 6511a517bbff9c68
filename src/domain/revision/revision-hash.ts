import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

/** The parts of a ModelDeployment's spec that make a revision; a change of anything else starts no rollout. */
export interface RevisionInput {
  model?: unknown;
  serving: unknown;
  service?: { targetPort?: unknown; appProtocol?: unknown };
}

/** What a revision is called and what it was made from. Kept on its Deployment for as long as that lives. */
export interface RevisionIdentity {
  /** Ten characters, fit for a label and for the end of a Service name. */
  revision: string;
  hashVersion: number;
  fullHash: string;
  /** The canonical JSON that was hashed. */
  canonicalInput: string;
}

/** Written into every revision, so that a later hash never mistakes an old revision for a new one (law 19). */
export const currentHashVersion = 1;

export class UnknownHashVersionError extends Error {
  override readonly name = 'UnknownHashVersionError';
  constructor(version: number) {
    super(
      `revision hash version ${version} is not known to this release (known: 1 to ${currentHashVersion}); ` +
        'a newer release made this revision',
    );
  }
}

/** No vowels and no look-alikes: a name that spells nothing and is read out over the telephone without mistakes. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
const nameLength = 10;

const inputs: Record<number, (input: RevisionInput) => string> = {
  1: ({ model, serving, service }) =>
    canonicalJson({
      model: emptyAsAbsent(model),
      serving,
      service: emptyAsAbsent({ targetPort: service?.targetPort, appProtocol: service?.appProtocol }),
    }),
};

/** `model: {}` says no more than no `model` at all. */
function emptyAsAbsent(value: unknown): unknown {
  return canonicalJson(value ?? {}) === '{}' ? undefined : value;
}

export interface Hashed {
  canonicalInput: string;
  fullHash: string;
}

/** The canonical JSON and SHA-256 of a spec's revision parts, under a given hash version. */
export function hashRevision(input: RevisionInput, version: number): Hashed {
  const canonical = inputs[version];
  if (!canonical) throw new UnknownHashVersionError(version);
  const canonicalInput = canonical(input);
  return { canonicalInput, fullHash: createHash('sha256').update(canonicalInput).digest('hex') };
}

/**
 * The name for a hash. `taken` tells whether a different revision has that name already: the next ten characters of
 * the same hash are tried then, so that the answer stays a function of the content.
 */
export function nameRevision(fullHash: string, taken: (name: string) => boolean = () => false): string {
  let rest = BigInt(`0x${fullHash}`);
  const base = BigInt(alphabet.length);
  const letters: string[] = [];
  while (rest > 0n) {
    letters.push(alphabet[Number(rest % base)] as string);
    rest /= base;
  }
  for (let start = 0; start + nameLength <= letters.length; start += nameLength) {
    const name = letters.slice(start, start + nameLength).join('');
    if (!taken(name)) return name;
  }
  throw new Error(`no free revision name for hash ${fullHash}`);
}

/** A revision as far as identity goes: what is read back from its Deployment. */
export type KnownRevision = Pick<RevisionIdentity, 'revision' | 'hashVersion' | 'fullHash'>;

/**
 * The identity of a spec: that of a known revision made from the same content, judged with that revision's own hash
 * version (law 19), or else a new one. `hashedBy` is `hashRevision` of the input, from somebody who remembers.
 */
export function identifyRevision(
  input: RevisionInput,
  known: readonly KnownRevision[],
  hashedBy: (version: number) => Hashed = (version) => hashRevision(input, version),
): RevisionIdentity {
  for (const { revision, hashVersion, fullHash } of known) {
    if (!inputs[hashVersion]) continue;
    const hashed = hashedBy(hashVersion);
    if (hashed.fullHash === fullHash) return { revision, hashVersion, ...hashed };
  }
  const hashed = hashedBy(currentHashVersion);
  const revision = nameRevision(hashed.fullHash, (name) => known.some((other) => other.revision === name));
  return { revision, hashVersion: currentHashVersion, ...hashed };
}
