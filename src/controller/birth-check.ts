import type { ResolvedSpec } from '../api/defaults.ts';
import type { RevisionIdentity } from '../domain/revision/revision-hash.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import { keyOf } from '../kubernetes/resource.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Owner } from '../routers/objects/owner-reference.ts';
import { revisionDeployment } from './objects/revision-deployment.ts';

export interface Birth {
  owner: Owner;
  spec: ResolvedSpec;
  identity: RevisionIdentity;
}

/** A refusal may have had a cause that is gone, such as a quota or another controller's webhook. */
const askAgainMs = 30_000;

/**
 * Asks the API server by a dry run whether it would take a revision's Deployment, before anything begins: its validation of
 * pod templates is not repeated in our schema, and a refusal is something that the user must mend.
 *
 * The answers are kept while they can be needed; a revision that was born is never asked about again.
 */
export class BirthCheck {
  readonly #cluster: Cluster;
  readonly #clock: Clock;
  readonly #answers = new Map<string, { fullHash: string; refusal: string | undefined; untilMs: number }>();

  constructor(cluster: Cluster, clock: Clock) {
    this.#cluster = cluster;
    this.#clock = clock;
  }

  /** Why the API server refuses it, in its words; undefined when it does not. Other failures are thrown. */
  async refusal({ owner, spec, identity }: Birth): Promise<string | undefined> {
    const key = keyOf({ metadata: owner });
    const known = this.#answers.get(key);
    if (known?.fullHash === identity.fullHash && this.#clock.monotonic() < known.untilMs)
      return known.refusal;
    const refusal = await this.#ask({ owner, spec, identity });
    const untilMs = this.#clock.monotonic() + askAgainMs;
    this.#answers.set(key, { fullHash: identity.fullHash, refusal, untilMs });
    return refusal;
  }

  /** The ModelDeployment with this key is gone. */
  forget(key: string): void {
    this.#answers.delete(key);
  }

  async #ask({ owner, spec, identity }: Birth): Promise<string | undefined> {
    try {
      const settings = { replicas: 0, progressDeadlineMs: spec.progressDeadlineMs, drainUntilMs: undefined };
      await this.#cluster.create(revisionDeployment(owner, identity, settings), { dryRun: true });
      return undefined;
    } catch (error) {
      if (ClusterError.is(error, 'alreadyExists')) return undefined;
      if (ClusterError.is(error, 'invalid', 'forbidden')) return error.message;
      throw error;
    }
  }
}
