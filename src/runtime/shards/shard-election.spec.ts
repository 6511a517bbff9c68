import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { leaderIdentity } from '../leader-election-options.ts';
import { LeaseServer } from '../testing/lease-server.ts';
import { RecordingLogger } from '../testing/recording-logger.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { ShardElection } from './shard-election.ts';
import { shardCount } from './shard-map.ts';
import type { Term } from './shard-term.ts';

const lease = { namespace: 'system', name: 'understudy' };
const leaseDurationMs = 15_000;
const retryMs = 2_400;

let clock: VirtualClock;
let server: LeaseServer;
let elections: ShardElection[];
let ended: Term[];
let lost: number;

beforeEach(() => {
  clock = new VirtualClock();
  server = new LeaseServer(clock);
  elections = [];
  ended = [];
  lost = 0;
});

afterEach(async () => {
  const stopped = Promise.all(elections.map((election) => election.stop()));
  await clock.advance(20_000);
  await stopped;
});

function start(claims: number, drain: () => Promise<void> = () => Promise.resolve(), isCut = () => false) {
  let drawn = elections.length;
  const way = () => (isCut() ? Infinity : 5);
  const election = new ShardElection({
    cluster: server.connect({ thereMs: way, backMs: way }),
    clock,
    logger: new RecordingLogger(),
    lease,
    identity: leaderIdentity('pod', () => `${elections.length}`),
    // Of several, no two are always at the same time.
    random: () => ((drawn = (drawn * 7 + 3) % 11) + 0.5) / 11,
    claims,
    shards: shardCount,
    onTerm: () => {},
    drain,
    onTermEnded: (term) => ended.push(term),
    onLost: () => (lost += 1),
  });
  elections.push(election);
  election.start();
  return election;
}

const held = () => elections.map((election) => election.status().shards);
const shardLeases = () => [...server.leases.values()].filter(({ metadata }) => /-shard-/.test(metadata.name));

describe('ShardElection', () => {
  it('takes all of them when it is alone, and shares them when others come', async () => {
    start(22);
    await clock.advance(3_000);
    expect(held()).toEqual([64]);
    start(22);
    start(22);
    await clock.advance(20_000);
    expect(held().reduce((sum, each) => sum + each)).toBe(64);
    expect(Math.max(...held())).toBe(22);
    expect(shardLeases()).toHaveLength(64);
  });

  it('asks at a rate that does not depend on the number of shards', async () => {
    for (const claims of [22, 22, 22]) start(claims);
    await clock.advance(30_000);
    const before = { reads: server.reads, lists: server.lists, writes: server.writes };
    await clock.advance(110_000);
    const each = (now: number, then: number) => (now - then) / 110 / 3;
    // A second and a replica, with a pause of 2.2 s on average: a list, a look at the common Lease, and a renewal of one's own and at times of that.
    expect(each(server.lists, before.lists)).toBeLessThan(0.5);
    expect(each(server.reads, before.reads)).toBeLessThan(0.65);
    expect(each(server.writes, before.writes)).toBeLessThan(0.9);
  });

  it('frees all its shards with one write when it stops, and others take them within a retry, above what they claim', async () => {
    for (const claims of [32, 32]) start(claims);
    await clock.advance(20_000);
    expect(held()).toEqual([32, 32]);
    const writes = server.writes;
    const stopped = elections[0]!.stop();
    await clock.advance(200);
    await stopped;
    expect(server.writes - writes).toBeLessThanOrEqual(2);
    await clock.advance(retryMs + 500);
    expect(held()).toEqual([0, 64]);
  });

  it('takes over within the lease duration and a retry from one that is gone, and removes its Lease', async () => {
    let gone = false;
    start(32);
    start(32, undefined, () => gone);
    await clock.advance(20_000);
    expect(held()).toEqual([32, 32]);
    gone = true;
    await clock.advance(leaseDurationMs - retryMs);
    expect(held()).toEqual([32, 0]);
    expect(lost).toBe(1);
    await clock.advance(2 * retryMs + 500);
    expect(held()).toEqual([64, 0]);
    await clock.advance(2 * retryMs);
    const members = [...server.leases.keys()].filter((name) => name.includes('-member-'));
    expect(members).toEqual(['understudy-member-0']);
  });

  it('gives a shard back only when the work on it has ended', async () => {
    const drained: (() => void)[] = [];
    start(32, () => new Promise((resolve) => drained.push(resolve)));
    await clock.advance(3_000);
    start(32);
    await clock.advance(60_000);
    expect(held()).toEqual([64, 0]);
    expect(drained).toHaveLength(32);
    for (const end of drained) end();
    await clock.advance(retryMs + 500);
    expect(held()).toEqual([32, 32]);
    expect(ended).toHaveLength(32);
  });

  it('drops a shard whose Lease names somebody else, and keeps the others', async () => {
    const election = start(64);
    await clock.advance(3_000);
    const [first] = shardLeases();
    const taken = structuredClone(first!);
    taken['spec'].holderIdentity = 'by-hand';
    await Promise.all([server.connect().replace(taken), clock.advance(retryMs + 100)]);
    expect(election.status().shards).toBe(63);
    expect(ended.map(({ shard }) => shard)).toEqual([0]);
    // Nobody of that name lives.
    await clock.advance(leaseDurationMs + 2 * retryMs);
    expect(election.status().shards).toBe(64);
  });
});
