import type { KubernetesObject } from '../kubernetes/resource.ts';
import { durationMsOf, holderOf } from './lease-record.ts';

/**
 * A Lease as one process has seen it. Its expiry is judged by one thing only: for how long no other version of it was seen here, by
 * this process's own monotonic clock.
 */
export class ObservedLease {
  #lease: KubernetesObject | undefined;
  #missing = false;
  #changedAtMs = -Infinity;

  /** The version that was seen last; kept when the Lease is deleted, since whoever held it may go on for a while. */
  get lease(): KubernetesObject | undefined {
    return this.#lease;
  }

  /** It was looked for and is not there. */
  get missing(): boolean {
    return this.#missing;
  }

  /** Empty for nobody. */
  get holder(): string {
    return this.#lease ? holderOf(this.#lease) : '';
  }

  /** Since when it is as it is, monotonic. */
  get changedAtMs(): number {
    return this.#changedAtMs;
  }

  /** Notes an answer that came at `nowMs`; undefined: it is not there. Says whether that was news. */
  note(lease: KubernetesObject | undefined, nowMs: number): boolean {
    const isSame =
      lease === undefined
        ? this.#missing
        : !this.#missing && this.#lease?.metadata.resourceVersion === lease.metadata.resourceVersion;
    if (isSame) return false;
    this.#missing = lease === undefined;
    this.#lease = lease ?? this.#lease;
    this.#changedAtMs = nowMs;
    return true;
  }

  /**
   * How long until whoever held it has certainly ended, as of a look that was sent at `nowMs`; 0 and less: it has. One that was
   * never seen is waited for as well, once it is known to be missing.
   */
  freeInMs(nowMs: number, leastDurationMs: number): number {
    if (this.#lease ? this.holder === '' : !this.#missing) return 0;
    const durationMs = Math.max(this.#lease ? durationMsOf(this.#lease) : 0, leastDurationMs);
    return this.#changedAtMs + durationMs - nowMs;
  }
}
