import type { Cluster } from '../kubernetes/cluster.ts';
import { OneWayCluster } from '../kubernetes/one-way-cluster.ts';

/** A write was refused because this process does not lead. Nothing was sent. */
export class NotLeaderError extends Error {
  override readonly name = 'NotLeaderError';
  readonly reason = 'NotLeader';

  constructor(verb: string) {
    super(`${verb} was not sent: this process does not lead`);
  }
}

/** Who knows whether this process leads: a `LeaderElection`, or a program that is the only one by its nature. */
export interface Leadership {
  isLeader(): boolean;
}

/**
 * The cluster as the leader may use it: reads pass, and each write asks first (law 16).
 *
 * Guarantee: no write is sent while `isLeader()` is false at that very moment. Errors: `NotLeaderError`, beside those
 * of the cluster behind it. Dry runs ask too: only a leader has a reason for one.
 */
export class LeaderGuardedCluster extends OneWayCluster {
  readonly #leadership: Leadership;

  constructor(cluster: Cluster, leadership: Leadership) {
    super(cluster);
    this.#leadership = leadership;
  }

  /** Nothing may come between the question and the request, not even a turn of the event loop. */
  protected async send<T>(
    verb: string,
    _signal: AbortSignal | undefined,
    request: () => Promise<T>,
  ): Promise<T> {
    if (!this.#leadership.isLeader()) throw new NotLeaderError(verb);
    return await request();
  }
}
