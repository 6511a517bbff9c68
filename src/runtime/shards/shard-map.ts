import { stableHash } from '../stable-hash.ts';

/** Which shard a key belongs to: a fixed map, so that processes with different settings never see one key in two shards. */
export interface ShardMap {
  /** Shards are the numbers from 0 to below this. */
  readonly count: number;
  of(key: string): number;
}

/** How many shards there are, however many replicas there are and whatever each of them claims. */
export const shardCount = 64;

/**
 * The map of keys (`namespace/name`) to 64 shards. It never changes: two releases that map one key differently, while both run,
 * would give it two owners. The last bits of the hash, since a resync is spread by the first ones.
 */
export const shardMap: ShardMap = { count: shardCount, of: (key) => stableHash(key) % shardCount };

/** One leader for all keys. */
export const undivided: ShardMap = { count: 1, of: () => 0 };
