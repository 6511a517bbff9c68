/** A process that lives, as its Lease and those of the shards show it. */
export interface Member {
  identity: string;
  /** How many shards it was told to claim. */
  claims: number;
  /** How many it holds. */
  held: number;
}

export interface FreeShard {
  shard: number;
  /** For how long nobody has held it, in milliseconds. */
  freeForMs: number;
}

export interface ShardPlan {
  /** Shards to claim now. */
  take: number[];
  /** How many of those that it holds are to go to somebody with room. */
  giveBack: number;
}

const roomOf = ({ claims, held }: Member): number => Math.max(0, claims - held);

/**
 * What one of the members does about the shards, so that each is held, and by those who were told to claim it where that is possible.
 *
 * A free shard goes to the member with the most room; where nobody has room, to the one that is least above its claims. So all members
 * come to the same plan from the same Leases, and rarely meet at one shard; where they do, its Lease decides. What its taker has not taken within
 * `patienceMs` is for everybody. Who holds more than its claims gives as much back as others have room for, after the free ones.
 * `members` must name `identity`.
 */
export function planShards(
  identity: string,
  members: readonly Member[],
  free: readonly FreeShard[],
  patienceMs: number,
): ShardPlan {
  const all = members
    .map((member) => ({ ...member }))
    .sort((left, right) => (left.identity < right.identity ? -1 : 1));
  const take: number[] = [];
  for (const { shard, freeForMs } of free) {
    const taker = best(all, (member) => member.claims - member.held);
    if (!taker) break;
    taker.held += 1;
    if (taker.identity === identity || freeForMs >= patienceMs) take.push(shard);
  }
  let giveBack = 0;
  for (let room = all.reduce((sum, member) => sum + roomOf(member), 0); room > 0; room -= 1) {
    const giver = best(all, (member) => member.held - member.claims);
    if (!giver || giver.held <= giver.claims) break;
    giver.held -= 1;
    if (giver.identity === identity) giveBack += 1;
  }
  return { take, giveBack };
}

/** The first with the highest score. */
function best(members: Member[], score: (member: Member) => number): Member | undefined {
  let found: Member | undefined;
  for (const member of members) if (!found || score(member) > score(found)) found = member;
  return found;
}
