import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ClusterError } from '../../kubernetes/cluster-error.ts';
import { LeaderElection } from '../leader-election.ts';
import { leaderIdentity } from '../leader-election-options.ts';
import { LeaseServer } from '../testing/lease-server.ts';
import { RecordingLogger } from '../testing/recording-logger.ts';
import { StallableClock } from '../testing/stallable-clock.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { ShardElection } from './shard-election.ts';
import type { Term } from './shard-term.ts';

const shards = 6;
const lease = { namespace: 'n', name: 'l' };

const step = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 100, max: 14_000 }) }),
  },
  fc.record({
    do: fc.constantFrom('cut', 'heal', 'stall', 'goOn', 'restart', 'kill'),
    who: fc.nat(2),
  }),
  fc.record({ do: fc.constantFrom('serverDown', 'serverUp', 'loseLeases', 'single', 'noSingle') }),
);

interface Replica {
  election: ShardElection;
  clock: StallableClock;
  cut: boolean;
  killed: boolean;
}

class World {
  readonly clock = new VirtualClock();
  readonly server = new LeaseServer(this.clock);
  readonly replicas: Replica[] = [];
  readonly terms: Term[] = [];
  /** Those that lead without shards, as of a release or a setting that knows none. */
  readonly singles: LeaderElection[] = [];
  down = false;
  well = false;
  moves = 0;
  losses = 0;
  #ids = 0;
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  readonly random = () => (this.#state = (this.#state * 16807) % 2147483647) / 2147483647;

  start(who: number): void {
    const clock = new StallableClock(this.clock.withWallOffset((this.random() - 0.5) * 10_000_000));
    const replica = { cut: false, killed: false, clock } as Replica;
    replica.election = new ShardElection({
      ...this.#common(() => replica.cut || replica.killed, clock),
      claims: 1 + who,
      shards,
      onTerm: (term) => {
        this.terms.push(term);
        this.moves += 1;
      },
      // Some work is under way, for a while.
      drain: () => clock.sleep(this.random() * 3000),
      onTermEnded: () => {},
      onLost: () => void replica.election.stop(),
    });
    this.replicas[who] = replica;
    replica.election.start();
  }

  startSingle(): void {
    const election = new LeaderElection(this.#common(() => false, this.clock));
    this.singles.push(election);
    election.start();
  }

  #common(isCut: () => boolean, clock: VirtualClock | StallableClock) {
    const delay = () => {
      if (isCut()) return Infinity;
      if (this.well) return this.random() * 100;
      if (this.random() < 0.03) return Infinity;
      return this.random() < 0.9 ? this.random() * 200 : this.random() * 9000;
    };
    const failure = () =>
      this.down || (!this.well && this.random() < 0.05) ? new ClusterError('serverError', 'sick') : undefined;
    return {
      cluster: this.server.connect({ thereMs: delay, backMs: delay, failure }),
      clock,
      logger: new RecordingLogger(),
      lease,
      identity: leaderIdentity('pod', () => String((this.#ids += 1))),
      random: this.random,
    };
  }

  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 50) {
      await this.clock.advance(50);
      this.check();
    }
  }

  held(): number[] {
    return this.terms.filter((term) => term.isLeader()).map(({ shard }) => shard);
  }

  /** Law 16: never two for one shard, and none beside a single leader. */
  check(): void {
    const held = this.held();
    expect(new Set(held).size).toBe(held.length);
    const single = this.singles.filter((election) => election.isLeader()).length;
    expect(single).toBeLessThanOrEqual(held.length > 0 ? 0 : 1);
  }

  /** By somebody's hand, but not just when a process starts; all but the common one, whose rules are those of a single leader. */
  loseLeases(): void {
    if (!this.replicas.every(({ killed, election }) => killed || election.status().leading)) return;
    for (const name of this.server.leases.keys()) if (name !== lease.name) this.server.leases.delete(name);
    this.losses += 1;
  }

  stopSingles(): void {
    for (const single of this.singles) void single.stop();
  }
}

describe('ShardElection', () => {
  it('never gives a shard two leaders, whatever happens, and shares all of them out when things are well', async () => {
    let moves = 0;
    let losses = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 25 }),
        fc.integer({ min: 1, max: 2 ** 30 }),
        async (steps, seed) => {
          const world = new World(seed);
          for (const who of [0, 1, 2]) world.start(who);
          world.well = true;
          await world.pass(20_000);
          world.well = false;
          for (const next of steps) {
            const replica = 'who' in next ? world.replicas[next.who]! : undefined;
            if (next.do === 'pass') await world.pass('ms' in next ? next.ms : 0);
            else if (next.do === 'serverDown' || next.do === 'serverUp')
              world.down = next.do === 'serverDown';
            else if (next.do === 'cut' || next.do === 'heal') replica!.cut = next.do === 'cut';
            else if (next.do === 'stall') replica!.clock.stall();
            else if (next.do === 'goOn') replica!.clock.goOn();
            // SIGKILL: it says nothing more, but what it sent may still arrive.
            else if (next.do === 'kill') replica!.killed = true;
            else if (next.do === 'restart' && 'who' in next) {
              void replica!.election.stop();
              world.start(next.who);
            } else if (next.do === 'single') world.startSingle();
            else if (next.do === 'noSingle') world.stopSingles();
            else if (next.do === 'loseLeases') world.loseLeases();
            world.check();
          }
          world.down = false;
          world.well = true;
          world.stopSingles();
          for (const [who, replica] of world.replicas.entries()) {
            replica.clock.goOn();
            replica.cut = false;
            void replica.election.stop();
            world.start(who);
          }
          await world.pass(90_000);
          expect(world.held().sort()).toEqual([0, 1, 2, 3, 4, 5]);
          expect(world.replicas.map(({ election }) => election.status().shards)).toEqual([1, 2, 3]);
          moves += world.moves;
          losses += world.losses;
        },
      ),
      { numRuns: 25 },
    );
    // The histories were such that shards did move.
    expect(moves).toBeGreaterThan(400);
    expect(losses).toBeGreaterThan(0);
  }, 120_000);
});
