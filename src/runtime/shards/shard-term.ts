import type { KubernetesObject } from '../../kubernetes/resource.ts';
import type { Clock } from '../clock.ts';
import type { Leadership } from '../leader-guard.ts';

/**
 * The time for which this process leads one shard. Once over it stays over: whoever writes under it never writes under a later one of the same shard.
 */
export interface Term extends Leadership {
  readonly shard: number;
}

export interface ShardTermOptions {
  shard: number;
  /** As it was claimed by a request that was sent at `sentAtMs`, monotonic. */
  lease: KubernetesObject;
  sentAtMs: number;
  clock: Clock;
  /** For how long after a look that showed us as the holder was sent. */
  renewDeadlineMs: number;
  /** Whether this process as a whole may write at this very moment. */
  lives: () => boolean;
}

/** A term by a shard's Lease: it lasts while the process lives and has seen, not too long ago, that the Lease names it. */
export class ShardTerm implements Term {
  readonly shard: number;
  lease: KubernetesObject;
  readonly #options: ShardTermOptions;
  #seenAtMs: number;
  #over = false;

  constructor(options: ShardTermOptions) {
    this.#options = options;
    this.shard = options.shard;
    this.lease = options.lease;
    this.#seenAtMs = options.sentAtMs;
  }

  isLeader(): boolean {
    const { clock, renewDeadlineMs, lives } = this.#options;
    if (!this.#over && (!lives() || clock.monotonic() >= this.#seenAtMs + renewDeadlineMs)) this.#over = true;
    return !this.#over;
  }

  /** A look that was sent then shows that the Lease still names us. */
  seen(lease: KubernetesObject, sentAtMs: number): void {
    if (!this.isLeader()) return;
    this.lease = lease;
    this.#seenAtMs = sentAtMs;
  }

  end(): void {
    this.#over = true;
  }
}
