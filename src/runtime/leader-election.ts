import { ClusterError } from '../kubernetes/cluster-error.ts';
import { type KubernetesObject, resourceKinds } from '../kubernetes/resource.ts';
import { withTimeLimit } from './abortable.ts';
import {
  type LeaderElectionOptions,
  type LeaderElectionStatus,
  type LeaderElectionTimings,
  leaderElectionTimings,
  type LeadershipEnd,
} from './leader-election-options.ts';
import { acquired, holderOf, newLease, released, renewed } from './lease-record.ts';
import { errorMessage } from './logger.ts';
import { ObservedLease } from './observed-lease.ts';

/** Timers may fire a fraction of a millisecond early; the check after the deadline must not. */
const timerEarlyMs = 1;

/** How often releasing is tried when somebody else writes to the Lease at the same moment. */
const releaseAttempts = 3;

/**
 * One leader among several processes, by a Lease.
 *
 * Flow: `start` -> try until the Lease is ours -> `onStartedLeading` -> renew every `retryPeriodMs` -> `stop`, which
 * gives the Lease back. Leadership is had once: after its loss the process has to end (exit code not 0).
 *
 * Guarantees: of all processes at most one has `isLeader()`, whatever the network, the API server or the wall clocks
 * do. For the holder's time starts before its renewal is sent and ends after `renewDeadlineMs`, and the others wait
 * `leaseDurationMs`, which is longer, from the moment when they see that renewal; both measure with their own
 * monotonic clock, and times in the Lease are never compared. A process that was stalled notices its loss by itself.
 * Once lost, `isLeader()` stays false. When the holder is gone another takes over within the lease's duration and a
 * retry; when it has released, within a retry.
 *
 * Assumptions: identities are unique per process; no monotonic clock runs faster than another by the ratio of
 * `leaseDurationMs` to `renewDeadlineMs`; nobody deletes the Lease by hand just when a new process starts. A write
 * that is under way when leadership ends is caught by its resourceVersion (law 16). Before `stop`, everything that
 * writes has been drained.
 *
 * With `shared`, all processes of one identity hold the Lease together, and none of them gives it back. Each of them looks before it
 * renews, and a renewal by another one counts for it as well: a version that was not there at its last look was written after that, so
 * that its own time may start when it sent that look.
 *
 * Errors: failed requests are logged and tried again; a 409 is a lost race, not an error. Neither `start` nor `stop`
 * throws because of the server. Options that are not in order are refused with an `InvalidOptionError`.
 */
export class LeaderElection {
  readonly #options: LeaderElectionOptions;
  readonly #timings: LeaderElectionTimings;
  readonly #stopping = new AbortController();
  readonly #observed = new ObservedLease();
  /** When the last request was sent whose answer was the version that is observed, monotonic. */
  #confirmedAtMs = -Infinity;
  #running: Promise<void> | undefined;
  #phase: 'standby' | 'leading' | 'ended' = 'standby';
  /** When the last renewal that succeeded was sent, monotonic. */
  #renewedAtMs = -Infinity;
  #cancelDeadline = () => {};

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
    this.#timings = leaderElectionTimings(options);
  }

  /** Whether this process may write at this very moment. Ask right before each write (law 16). */
  isLeader(): boolean {
    if (this.#phase !== 'leading') return false;
    if (this.#options.clock.monotonic() < this.#renewedAtMs + this.#timings.renewDeadlineMs) return true;
    this.#lose('the Lease was not renewed in time');
    return false;
  }

  status(): LeaderElectionStatus {
    return {
      leading: this.isLeader(),
      identity: this.#options.identity,
      holder: this.#observed.holder,
      renewedAgoMs:
        this.#phase === 'leading' ? this.#options.clock.monotonic() - this.#renewedAtMs : undefined,
    };
  }

  start(): void {
    if (this.#running) throw new Error('the leader election was started before');
    this.#running = this.#run();
  }

  /** Stops leading, and then gives the Lease back as the very last write. Call it after all other work has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    const wasLeading = this.isLeader();
    this.#end();
    if (wasLeading) this.#ended('released');
    if (this.#running && !this.#options.shared) await this.#release();
  }

  async #run(): Promise<void> {
    const { clock, logger } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted && this.#phase !== 'ended') {
      try {
        await this.#attempt();
      } catch (error) {
        if (signal.aborted) return;
        if (ClusterError.is(error, 'conflict', 'alreadyExists'))
          logger.debug('another process was faster at the Lease');
        else logger.warn(`the Lease cannot be had or renewed: ${errorMessage(error)}`, { error });
        if (this.#phase === 'leading') await this.#look().catch(() => {});
      }
      if (!signal.aborted && !this.#hasEnded()) await clock.sleep(this.#pauseMs(), signal);
    }
  }

  /** One try to get or keep the Lease. */
  async #attempt(): Promise<void> {
    const { identity, clock, shared = false, metadata } = this.#options;
    const wasLeading = this.#phase === 'leading';
    let isNews = false;
    if (this.#phase === 'standby' || shared) isNews = await this.#look();
    if (this.#hasEnded() || (wasLeading && !this.isLeader())) return;
    // Another one of us has renewed it.
    if (wasLeading && isNews) return;
    const { lease, missing, holder } = this.#observed;
    if (holder !== identity && this.#freeInMs() > 0) return;
    const nowMs = clock.now();
    const durationMs = this.#timings.leaseDurationMs;
    if (!lease || missing) {
      const name = { ...this.#options.lease, ...metadata };
      await this.#write(newLease(name, identity, nowMs, durationMs, lease));
    } else if (holder === identity) {
      await this.#write(renewed(lease, nowMs));
    } else {
      await this.#write(acquired(lease, identity, nowMs, durationMs));
    }
  }

  /** Sends a Lease that makes us its holder; the time of our leadership starts before it is sent. */
  async #write(lease: KubernetesObject): Promise<void> {
    const { cluster, clock } = this.#options;
    const sentAtMs = clock.monotonic();
    const answer = await this.#request((signal) =>
      lease.metadata.resourceVersion ? cluster.replace(lease, { signal }) : cluster.create(lease, { signal }),
    );
    // A leader whose time ran out while it waited stays one that lost: its loss may have been acted upon.
    if (this.#phase === 'leading' && !this.isLeader()) return;
    this.#observed.note(answer, clock.monotonic());
    this.#confirmedAtMs = sentAtMs;
    if (this.#stopping.signal.aborted || this.#hasEnded()) return;
    if (!this.#extend(sentAtMs) || this.#phase === 'leading') return;
    this.#phase = 'leading';
    this.#options.logger.info('this process leads', { identity: this.#options.identity });
    this.#call(this.#options.onStartedLeading);
  }

  /** The time of our leadership began at `sinceMs`; false: it is over already. */
  #extend(sinceMs: number): boolean {
    const { clock } = this.#options;
    const leftMs = sinceMs + this.#timings.renewDeadlineMs - clock.monotonic();
    if (leftMs <= 0) return false;
    this.#renewedAtMs = sinceMs;
    this.#cancelDeadline();
    this.#cancelDeadline = clock.after(leftMs + timerEarlyMs, () => this.isLeader());
    return true;
  }

  /** Reads the Lease, and says whether it is there and has changed. A leader that finds another holder has lost. */
  async #look(): Promise<boolean> {
    const { cluster, lease: name, identity, clock, shared = false } = this.#options;
    const sentAtMs = clock.monotonic();
    let lease: KubernetesObject;
    try {
      lease = await this.#request((signal) => cluster.get(resourceKinds.lease, name, { signal }));
    } catch (error) {
      if (!ClusterError.is(error, 'notFound')) throw error;
      // Of one that was never there nobody is waited for.
      if (this.#observed.lease) this.#observed.note(undefined, clock.monotonic());
      return false;
    }
    const isNews = this.#observed.note(lease, clock.monotonic());
    const confirmedAtMs = this.#confirmedAtMs;
    this.#confirmedAtMs = sentAtMs;
    if (this.#phase !== 'leading') return isNews;
    if (holderOf(lease) !== identity) this.#lose('another process holds it');
    else if (shared && isNews && this.isLeader()) this.#extend(confirmedAtMs);
    return isNews;
  }

  /** How long until the Lease that was seen last may be taken. */
  #freeInMs(): number {
    return this.#observed.freeInMs(this.#options.clock.monotonic(), this.#timings.leaseDurationMs);
  }

  /** A retry period and up to a fifth more by chance; a standby also wakes up when the Lease runs out. */
  #pauseMs(): number {
    const random = this.#options.random ?? Math.random;
    const pauseMs = this.#timings.retryPeriodMs * (1 + this.#timings.jitter * random());
    const freeInMs = this.#freeInMs();
    return this.#phase === 'standby' && freeInMs > 0 ? Math.min(pauseMs, freeInMs) : pauseMs;
  }

  /** The release: only while the Lease still names us, and bounded, for the next one can wait but we cannot. */
  async #release(): Promise<void> {
    const { cluster, lease: name, identity, clock, logger } = this.#options;
    for (let attempt = 1; attempt <= releaseAttempts; attempt += 1) {
      try {
        const lease = await this.#limited(undefined, (signal) =>
          cluster.get(resourceKinds.lease, name, { signal }),
        );
        if (holderOf(lease) !== identity) return;
        await this.#limited(undefined, (signal) => cluster.replace(released(lease, clock.now()), { signal }));
        logger.info('the Lease is released', { identity });
        return;
      } catch (error) {
        if (ClusterError.is(error, 'notFound')) return;
        if (ClusterError.is(error, 'conflict') && attempt < releaseAttempts) continue;
        logger.warn(`the Lease was not released and has to run out: ${errorMessage(error)}`, { error });
        return;
      }
    }
  }

  #request<T>(send: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.#limited(this.#stopping.signal, send);
  }

  #limited<T>(outer: AbortSignal | undefined, send: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return withTimeLimit(
      'the Lease request',
      this.#timings.requestTimeoutMs,
      this.#options.clock,
      outer,
      send,
    );
  }

  /** Asked as a method because the phase changes while promises are awaited. */
  #hasEnded(): boolean {
    return this.#phase === 'ended';
  }

  #lose(why: string): void {
    if (this.#phase !== 'leading') return;
    this.#end();
    this.#options.logger.error(`leadership is lost: ${why}`, { identity: this.#options.identity });
    this.#ended('lost');
  }

  #end(): void {
    this.#phase = 'ended';
    this.#cancelDeadline();
  }

  #ended(end: LeadershipEnd): void {
    this.#call(() => this.#options.onStoppedLeading?.(end));
  }

  /** Callbacks run by themselves: neither what they throw nor how long they take touches the renewals. */
  #call(callback: (() => void | Promise<void>) | undefined): void {
    if (!callback) return;
    void (async () => {
      await Promise.resolve();
      await callback();
    })().catch((error: unknown) => {
      this.#options.logger.error(`a callback of the leader election threw: ${errorMessage(error)}`, {
        error,
      });
    });
  }
}
