import type { ObjectName } from '../../kubernetes/cluster.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { holderOf } from '../lease-record.ts';
import { ObservedLease } from '../observed-lease.ts';
import type { FreeShard, Member } from './plan-shards.ts';
import { claimsOf, memberLeaseName, shardLeaseName } from './shard-leases.ts';

export interface LeaseBookOptions {
  /** The Lease of a single leader, after which the others are named. */
  lease: ObjectName;
  shards: number;
  leaseDurationMs: number;
}

/**
 * What one process knows of the Leases of shards and members, from one list after the other.
 *
 * A shard is free when nobody has it, or when its holder's own Lease was given back, or has stood still for as long as a Lease lasts when a list
 * was sent that shows it still so. All that its holder was told of it was sent before that version was seen first, and its time since then is
 * over: it has ended for good, also if it wakes up. A shard's Lease that was deleted is waited for as long, for its holder looks at it too.
 */
export class LeaseBook {
  readonly #options: LeaseBookOptions;
  readonly #shards: ObservedLease[];
  /** By the name of the Lease. */
  readonly #members = new Map<string, ObservedLease>();
  /** When the first list was sent, and the last one. */
  #beganAtMs: number | undefined;
  #sentAtMs = -Infinity;

  constructor(options: LeaseBookOptions) {
    this.#options = options;
    this.#shards = Array.from({ length: options.shards }, () => new ObservedLease());
  }

  /** Notes a whole list, and when it was sent and answered, monotonic. */
  note(leases: readonly KubernetesObject[], sentAtMs: number, answeredAtMs: number): void {
    const { lease } = this.#options;
    this.#beganAtMs ??= sentAtMs;
    this.#sentAtMs = sentAtMs;
    const listed = new Map(leases.map((each) => [each.metadata.name, each]));
    this.#shards.forEach((shard, index) => {
      const found = listed.get(shardLeaseName(lease, index).name);
      // Of one that was never there nobody is waited for.
      if (found || shard.lease) shard.note(found, answeredAtMs);
    });
    const named = this.#shards.flatMap(({ holder }) =>
      holder === '' ? [] : memberLeaseName(lease, holder).name,
    );
    const memberNames = leases
      .filter((each) => claimsOf(each) !== undefined)
      .map(({ metadata }) => metadata.name);
    const known = new Set([...named, ...memberNames]);
    for (const name of this.#members.keys()) if (!known.has(name)) this.#members.delete(name);
    for (const name of known) {
      const member = this.#members.get(name) ?? new ObservedLease();
      this.#members.set(name, member);
      member.note(listed.get(name), answeredAtMs);
    }
  }

  shard(index: number): ObservedLease {
    return this.#shards[index]!;
  }

  /** Those that may still live, with what they hold. */
  members(): Member[] {
    const held = new Map<string, number>();
    for (const { holder, missing } of this.#shards)
      if (!missing) held.set(holder, (held.get(holder) ?? 0) + 1);
    return [...this.#members.values()].flatMap((member) => {
      if (!member.lease || this.#hasEnded(member)) return [];
      const identity = holderOf(member.lease);
      return [{ identity, claims: claimsOf(member.lease) ?? 0, held: held.get(identity) ?? 0 }];
    });
  }

  /** In the order of their numbers. */
  free(): FreeShard[] {
    return this.#shards.flatMap((shard, index) => {
      const freeForMs = this.#freeForMs(shard);
      return freeForMs < 0 ? [] : [{ shard: index, freeForMs }];
    });
  }

  /** Leases of processes that have ended, and that no shard names any more. */
  remains(): KubernetesObject[] {
    const named = new Set(
      this.#shards.map(({ holder }) => holder && memberLeaseName(this.#options.lease, holder).name),
    );
    return [...this.#members].flatMap(([name, member]) =>
      member.lease && !member.missing && !named.has(name) && this.#hasEnded(member) ? [member.lease] : [],
    );
  }

  /** How long until the next member has certainly ended, if it gives no sign until then. */
  nextEndInMs(nowMs: number): number {
    const { leaseDurationMs } = this.#options;
    const waits = [...this.#members.values()].map((member) => member.freeInMs(nowMs, leaseDurationMs));
    return Math.min(...waits.filter((wait) => wait > 0));
  }

  /** For how long the shard has been free; below 0: it is not. */
  #freeForMs(shard: ObservedLease): number {
    const { lease, leaseDurationMs } = this.#options;
    if (!shard.lease) return this.#sentAtMs - (this.#beganAtMs ?? this.#sentAtMs);
    if (shard.missing) return -shard.freeInMs(this.#sentAtMs, leaseDurationMs);
    if (shard.holder === '') return this.#sentAtMs - Math.min(shard.changedAtMs, this.#sentAtMs);
    const member = this.#members.get(memberLeaseName(lease, shard.holder).name);
    if (!member || !this.#hasEnded(member)) return -1;
    return member.holder === ''
      ? this.#sentAtMs - Math.min(member.changedAtMs, this.#sentAtMs)
      : -member.freeInMs(this.#sentAtMs, leaseDurationMs);
  }

  #hasEnded(member: ObservedLease): boolean {
    return member.freeInMs(this.#sentAtMs, this.#options.leaseDurationMs) <= 0;
  }
}
