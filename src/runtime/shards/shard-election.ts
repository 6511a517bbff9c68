import { ClusterError } from '../../kubernetes/cluster-error.ts';
import { type KubernetesObject, resourceKinds } from '../../kubernetes/resource.ts';
import { withTimeLimit } from '../abortable.ts';
import { LeaderElection } from '../leader-election.ts';
import {
  type Election,
  type ElectionStatus,
  type LeaderElectionOptions,
  type LeaderElectionTimings,
  leaderElectionTimings,
} from '../leader-election-options.ts';
import { acquired, newLease, released, renewed } from '../lease-record.ts';
import { errorMessage } from '../logger.ts';
import { LeaseBook } from './lease-book.ts';
import { planShards } from './plan-shards.ts';
import {
  claimsAnnotationOf,
  memberLeaseName,
  sharedIdentity,
  shardLeaseLabels,
  shardLeaseName,
  shardLeaseSelector,
} from './shard-leases.ts';
import { ShardTerm, type Term } from './shard-term.ts';

export interface ShardElectionOptions extends Omit<
  LeaderElectionOptions,
  'metadata' | 'shared' | 'onStoppedLeading'
> {
  /** How many shards there are; the same for all. */
  shards: number;
  /** How many of them this process claims; what is left over is shared out above that. */
  claims: number;
  /** This process leads a shard from now on. */
  onTerm: (term: Term) => void;
  /** A shard is to go to another process: let the work on it come to its end, and begin none. */
  drain: (term: Term) => Promise<void>;
  /** A term is over, by loss or after a drain. */
  onTermEnded: (term: Term) => void;
  /** This process may write nothing any more, and has to end (exit code not 0). */
  onLost: () => void;
}

/** So many Leases are written side by side: more would make the renewal wait, which has the same connection. */
const writesAtOnce = 4;

/**
 * Shares a fixed number of shards among several processes, by a Lease for each shard and one for each process.
 *
 * Flow: take part in the Lease of a single leader, which all that share hold together -> make a Lease of one's own and renew it -> each
 * `retryPeriodMs`: list the Leases of shards and processes, drop what is no longer ours, claim and give back by `planShards`.
 *
 * Guarantees: of all terms of one shard, in all processes, at most one has `isLeader()`, whatever network, API server and wall clocks
 * do. A shard's Lease changes its holder only by a write that carries the version that was seen, and only from nobody or from a process
 * whose own Lease was given back or stood still for a whole `leaseDurationMs` (`LeaseBook`); that process stopped writing before, after
 * `renewDeadlineMs`. A holder also stops when it has not seen for `renewDeadlineMs` that its shard's Lease names it, so that one that was
 * deleted by hand is safe to make anew after `leaseDurationMs`. Beside a single leader nobody leads a shard, for that one holds the common Lease.
 *
 * Rate: of each process, in `retryPeriodMs`, one renewal, one list and one look at the common Lease, which one of them renews; not one for each shard.
 * Assumptions and errors: as of `LeaderElection`.
 */
export class ShardElection implements Election {
  readonly #options: ShardElectionOptions;
  readonly #timings: LeaderElectionTimings;
  readonly #common: LeaderElection;
  readonly #own: LeaderElection;
  readonly #book: LeaseBook;
  readonly #terms = new Map<number, ShardTerm>();
  readonly #leaving = new Set<ShardTerm>();
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #lost = false;

  constructor(options: ShardElectionOptions) {
    this.#options = options;
    this.#timings = leaderElectionTimings(options);
    const { leaseDurationMs } = this.#timings;
    const { lease, identity, claims, shards } = options;
    const { onStartedLeading: _, ...rest } = options;
    this.#book = new LeaseBook({ lease, shards, leaseDurationMs });
    const onStoppedLeading: LeaderElectionOptions['onStoppedLeading'] = (end) => {
      if (end === 'lost') this.#lose();
    };
    this.#own = new LeaderElection({
      ...rest,
      lease: memberLeaseName(lease, identity),
      metadata: { labels: shardLeaseLabels(lease), annotations: claimsAnnotationOf(claims) },
      onStartedLeading: () => this.#begin(),
      onStoppedLeading,
    });
    this.#common = new LeaderElection({
      ...rest,
      identity: sharedIdentity(lease),
      shared: true,
      onStartedLeading: () => {
        if (!this.#stopping.signal.aborted) this.#own.start();
      },
      onStoppedLeading,
    });
  }

  start(): void {
    this.#common.start();
  }

  /** Ends all terms, and then gives the Lease of this process back, which frees all its shards at once. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    for (const term of this.#terms.values()) term.end();
    await this.#own.stop();
    await this.#common.stop();
  }

  status(): ElectionStatus {
    const shards = [...this.#terms.values()].filter((term) => term.isLeader()).length;
    return { leading: shards > 0, shards, renewedAgoMs: this.#own.status().renewedAgoMs };
  }

  #lives = (): boolean => !this.#lost && this.#common.isLeader() && this.#own.isLeader();

  #lose(): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#stopping.abort();
    this.#options.onLost();
  }

  #begin(): void {
    if (this.#stopping.signal.aborted) return;
    void this.#options.onStartedLeading?.();
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    const { clock, logger } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#round();
      } catch (error) {
        if (signal.aborted) return;
        logger.warn(`the Leases of the shards cannot be read: ${errorMessage(error)}`, { error });
      }
      if (!signal.aborted) await clock.sleep(this.#pauseMs(), signal);
    }
  }

  /** A retry period and a part of it by chance, or less when a member's time is over before that. */
  #pauseMs(): number {
    const { random = Math.random, clock } = this.#options;
    const { retryPeriodMs, jitter } = this.#timings;
    return Math.min(retryPeriodMs * (1 + jitter * random()), this.#book.nextEndInMs(clock.monotonic()));
  }

  async #round(): Promise<void> {
    const { clock, identity, lease } = this.#options;
    const sentAtMs = clock.monotonic();
    const leases = await this.#list();
    if (!this.#lives()) return;
    this.#book.note(leases, sentAtMs, clock.monotonic());
    this.#checkTerms(sentAtMs);
    const { take, giveBack } = planShards(
      identity,
      this.#book.members(),
      this.#book.free(),
      this.#timings.leaseDurationMs,
    );
    this.#give(giveBack);
    // One that names us without a term: the answer to a claim or to a release got lost.
    const ours = Array.from({ length: this.#options.shards }, (_, shard) => shard).filter(
      (shard) => this.#names(shard) && !this.#terms.has(shard),
    );
    await inBatches([...ours, ...take], (shard) => this.#claim(shard));
    await inBatches(this.#book.remains(), ({ metadata: { name, uid, resourceVersion } }) =>
      this.#try(`delete the Lease ${name}`, (signal) =>
        this.#options.cluster.delete(
          resourceKinds.lease,
          { namespace: lease.namespace, name },
          { uid, resourceVersion, signal },
        ),
      ),
    );
  }

  async #list(): Promise<KubernetesObject[]> {
    const { cluster, lease } = this.#options;
    const leases: KubernetesObject[] = [];
    let continueToken: string | undefined;
    do {
      const page = await this.#request((signal) =>
        cluster.list(resourceKinds.lease, {
          namespace: lease.namespace,
          labelSelector: shardLeaseSelector(lease),
          ...(continueToken !== undefined && { continueToken }),
          signal,
        }),
      );
      leases.push(...page.items);
      continueToken = page.continueToken;
    } while (continueToken !== undefined);
    return leases;
  }

  #names(shard: number): boolean {
    const { holder, missing } = this.#book.shard(shard);
    return !missing && holder === this.#options.identity;
  }

  /** Law 16: what the Leases no longer say, or what was not seen for too long, is over. */
  #checkTerms(sentAtMs: number): void {
    for (const [shard, term] of this.#terms) {
      if (this.#names(shard) && term.isLeader()) term.seen(this.#book.shard(shard).lease!, sentAtMs);
      else {
        this.#options.logger.error('a shard is lost', { shard, holder: this.#book.shard(shard).holder });
        this.#ended(term);
      }
    }
  }

  #ended(term: ShardTerm): void {
    term.end();
    this.#leaving.delete(term);
    // There may be a later one.
    if (this.#terms.get(term.shard) !== term) return;
    this.#terms.delete(term.shard);
    this.#options.onTermEnded(term);
  }

  /** So many are to be on their way to others. The last ones, which is as good a choice as any. */
  #give(count: number): void {
    const staying = [...this.#terms.values()].filter((term) => !this.#leaving.has(term));
    for (const term of staying.slice(staying.length - Math.max(0, count - this.#leaving.size))) {
      this.#leaving.add(term);
      void this.#giveBack(term);
    }
  }

  /** Whoever gets it finds nothing under way: what was begun has ended when the Lease is given back. */
  async #giveBack(term: ShardTerm): Promise<void> {
    const { cluster, clock, logger, drain } = this.#options;
    const { shard } = term;
    await drain(term);
    if (!term.isLeader() || this.#stopping.signal.aborted) return;
    const { lease } = term;
    this.#ended(term);
    const done = await this.#try(`give shard ${shard} back`, (signal) =>
      cluster.replace(released(lease, clock.now()), { signal }),
    );
    if (done) logger.info('a shard is given back to one that has room for it', { shard });
  }

  async #claim(shard: number): Promise<void> {
    const { cluster, clock, identity, lease: name, logger, onTerm } = this.#options;
    if (!this.#lives() || this.#stopping.signal.aborted) return;
    const { lease, missing, holder } = this.#book.shard(shard);
    const { leaseDurationMs, renewDeadlineMs } = this.#timings;
    const sentAtMs = clock.monotonic();
    const answer = await this.#try(`claim shard ${shard}`, (signal) => {
      if (!lease || missing) {
        const metadata = { ...shardLeaseName(name, shard), labels: shardLeaseLabels(name) };
        return cluster.create(newLease(metadata, identity, clock.now(), leaseDurationMs, lease), { signal });
      }
      const ours =
        holder === identity
          ? renewed(lease, clock.now())
          : acquired(lease, identity, clock.now(), leaseDurationMs);
      return cluster.replace(ours, { signal });
    });
    if (!answer || this.#stopping.signal.aborted) return;
    this.#book.shard(shard).note(answer, clock.monotonic());
    const term = new ShardTerm({
      shard,
      lease: answer,
      sentAtMs,
      clock,
      renewDeadlineMs,
      lives: this.#lives,
    });
    // It took so long that others may have seen the end of it.
    if (!term.isLeader()) return;
    this.#terms.set(shard, term);
    logger.info('this process leads a shard', { shard });
    onTerm(term);
  }

  /** What fails is looked at in the next round; a conflict or one that is gone is a lost race. */
  async #try<T>(what: string, send: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    const { logger } = this.#options;
    try {
      return await this.#request(send);
    } catch (error) {
      if (ClusterError.is(error, 'conflict', 'alreadyExists', 'notFound'))
        logger.debug(`another process was faster: ${what}`);
      else if (!this.#stopping.signal.aborted)
        logger.warn(`cannot ${what}: ${errorMessage(error)}`, { error });
      return undefined;
    }
  }

  #request<T>(send: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock } = this.#options;
    const { requestTimeoutMs } = this.#timings;
    return withTimeLimit('the Lease request', requestTimeoutMs, clock, this.#stopping.signal, send);
  }
}

async function inBatches<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < items.length; at += writesAtOnce)
    await Promise.all(items.slice(at, at + writesAtOnce).map(work));
}
