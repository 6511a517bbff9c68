import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import { LeaderElection } from './leader-election.ts';
import { LeaseServer } from './testing/lease-server.ts';
import { RecordingLogger } from './testing/recording-logger.ts';
import { StallableClock } from './testing/stallable-clock.ts';
import { VirtualClock } from './virtual-clock.ts';

const step = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 100, max: 14_000 }) }),
  },
  fc.record({
    do: fc.constantFrom('cut' as const, 'heal' as const, 'stall' as const, 'goOn' as const),
    who: fc.nat(2),
  }),
  fc.record({ do: fc.constantFrom('restart' as const, 'kill' as const), who: fc.nat(2) }),
  fc.record({ do: fc.constantFrom('serverDown' as const, 'serverUp' as const) }),
);

class World {
  readonly clock = new VirtualClock();
  readonly server = new LeaseServer(this.clock);
  readonly electors: { election: LeaderElection; cut: boolean; killed: boolean; clock: StallableClock }[] =
    [];
  readonly all: LeaderElection[] = [];
  down = false;
  well = false;
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  readonly random = () => (this.#state = (this.#state * 16807) % 2147483647) / 2147483647;

  start(who: number): void {
    const clock = new StallableClock(this.clock.withWallOffset((this.random() - 0.5) * 10_000_000));
    const elector = { cut: false, killed: false, clock, election: undefined as unknown as LeaderElection };
    // Mostly quick, sometimes slower than the request timeout, sometimes lost.
    const delay = () => {
      if (elector.cut || elector.killed) return Infinity;
      if (this.well) return this.random() * 200;
      if (this.random() < 0.03) return Infinity;
      return this.random() < 0.85 ? this.random() * 200 : this.random() * 9000;
    };
    const failure = () =>
      this.down || this.random() < 0.05 ? new ClusterError('serverError', 'sick') : undefined;
    elector.election = new LeaderElection({
      cluster: this.server.connect({ thereMs: delay, backMs: delay, failure }),
      clock,
      logger: new RecordingLogger(),
      lease: { namespace: 'n', name: 'l' },
      identity: `e${this.all.length}`,
      random: this.random,
    });
    this.all.push(elector.election);
    this.electors[who] = elector;
    elector.election.start();
  }

  /** Lets time pass and asks everybody, all the time, who leads. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 50) {
      await this.clock.advance(50);
      this.check();
    }
  }

  check(): void {
    const leaders = this.all.filter((election) => election.isLeader());
    expect(leaders.length).toBeLessThanOrEqual(1);
  }
}

describe('LeaderElection', () => {
  it('never has two leaders, whatever happens, and has one again when things are well', async () => {
    let terms = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 25 }),
        fc.integer({ min: 1, max: 2 ** 30 }),
        async (steps, seed) => {
          const world = new World(seed);
          for (const who of [0, 1, 2]) world.start(who);
          await world.pass(3000);
          for (const next of steps) {
            const elector = 'who' in next ? world.electors[next.who]! : undefined;
            if (next.do === 'pass') await world.pass(next.ms);
            else if (next.do === 'serverDown' || next.do === 'serverUp')
              world.down = next.do === 'serverDown';
            else if (next.do === 'cut' || next.do === 'heal') elector!.cut = next.do === 'cut';
            else if (next.do === 'stall') elector!.clock.stall();
            else if (next.do === 'goOn') elector!.clock.goOn();
            // SIGKILL: it says nothing more, but what it sent may still arrive.
            else if (next.do === 'kill') elector!.killed = true;
            else if (next.do === 'restart') {
              void elector!.election.stop();
              world.start(next.who);
            }
            world.check();
          }
          world.down = false;
          world.well = true;
          for (const [who, elector] of world.electors.entries()) {
            elector.clock.goOn();
            elector.cut = false;
            if (!elector.election.isLeader()) world.start(who);
          }
          await world.pass(60_000);
          expect(world.all.filter((election) => election.isLeader())).toHaveLength(1);
          terms += world.server.holders.length;
        },
      ),
      { numRuns: 40 },
    );
    // The histories were such that leadership did change.
    expect(terms).toBeGreaterThan(60);
  }, 60_000);

  it('has a new leader within the lease duration and a retry after the old one was killed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 2 ** 30 }),
        fc.integer({ min: 0, max: 5000 }),
        async (seed, whenMs) => {
          const world = new World(seed);
          const quick = { thereMs: () => world.random() * 20, backMs: () => world.random() * 20 };
          const connected = [true, true];
          const elections = [0, 1].map((who) => {
            const thereMs = () => (connected[who] ? quick.thereMs() : Infinity);
            const election = new LeaderElection({
              cluster: world.server.connect({ ...quick, thereMs }),
              clock: world.clock.withWallOffset(who * 123_456_789),
              logger: new RecordingLogger(),
              lease: { namespace: 'n', name: 'l' },
              identity: `e${who}`,
              random: world.random,
            });
            election.start();
            return election;
          });
          await world.clock.advance(10_000 + whenMs);
          const leader = elections.findIndex((election) => election.isLeader());
          connected[leader] = false;
          const killedAtMs = world.clock.monotonic();
          const heir = elections[1 - leader]!;
          expect(await world.clock.advanceUntil(() => heir.isLeader(), 60_000)).toBe(true);
          expect(elections[leader]!.isLeader()).toBe(false);
          // Last seen change at most a retry after the kill, then the duration; requests take 40 ms.
          expect(world.clock.monotonic() - killedAtMs).toBeLessThanOrEqual(2400 + 15_000 + 200);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('hands over within a retry when the leader releases', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 2 ** 30 }),
        fc.integer({ min: 0, max: 5000 }),
        async (seed, whenMs) => {
          const world = new World(seed);
          const elections = [0, 1, 2].map((who) => {
            const election = new LeaderElection({
              cluster: world.server.connect(),
              clock: world.clock,
              logger: new RecordingLogger(),
              lease: { namespace: 'n', name: 'l' },
              identity: `e${who}`,
              random: world.random,
            });
            election.start();
            return election;
          });
          await world.clock.advance(5000 + whenMs);
          await elections.find((election) => election.isLeader())!.stop();
          const stoppedAtMs = world.clock.monotonic();
          await world.clock.advanceUntil(() => elections.some((election) => election.isLeader()), 60_000);
          expect(world.clock.monotonic() - stoppedAtMs).toBeLessThanOrEqual(2400);
        },
      ),
      { numRuns: 30 },
    );
  });
});
