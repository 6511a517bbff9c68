import { beforeEach, describe, expect, it } from '@jest/globals';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import { InvalidOptionError } from './invalid-option-error.ts';
import { type LeaderElectionOptions, leaderIdentity } from './leader-election-options.ts';
import { LeaderElection } from './leader-election.ts';
import { LeaseServer, type Network } from './testing/lease-server.ts';
import { RecordingLogger } from './testing/recording-logger.ts';
import { VirtualClock } from './virtual-clock.ts';

describe('LeaderElection', () => {
  let clock: VirtualClock;
  let server: LeaseServer;
  let logger: RecordingLogger;
  let calls: string[];

  function elector(
    identity: string,
    network?: Network,
    options: Partial<LeaderElectionOptions> = {},
  ): LeaderElection {
    const election = new LeaderElection({
      cluster: server.connect(network),
      clock,
      logger,
      lease: { namespace: 'system', name: 'understudy' },
      identity,
      random: () => 0.5,
      onStartedLeading: () => void calls.push(`${identity} started`),
      onStoppedLeading: (end) => void calls.push(`${identity} ${end}`),
      ...options,
    });
    election.start();
    return election;
  }

  /** Stops, and lets the time pass that requests without an answer are waited for. */
  async function stop(...elections: LeaderElection[]): Promise<void> {
    const stopped = Promise.all(elections.map((election) => election.stop()));
    await clock.advance(10_000);
    await stopped;
  }

  beforeEach(() => {
    clock = new VirtualClock();
    server = new LeaseServer(clock);
    logger = new RecordingLogger();
    calls = [];
  });

  it('creates the Lease, leads, renews every two seconds, and touches only what a renewal changes', async () => {
    const a = elector('a');
    expect(a.isLeader()).toBe(false);
    await clock.settle();
    expect(a.isLeader()).toBe(true);
    expect(calls).toEqual(['a started']);
    expect(server.lease).toMatchObject({
      apiVersion: 'coordination.k8s.io/v1',
      metadata: { name: 'understudy', namespace: 'system' },
      spec: { holderIdentity: 'a', leaseDurationSeconds: 15, leaseTransitions: 0 },
    });
    const acquireTime = '2026-01-01T00:00:00.000000Z';
    expect(server.lease!['spec']).toMatchObject({ acquireTime, renewTime: acquireTime });
    await clock.advance(60_000);
    expect(server.lease!['spec']).toMatchObject({ acquireTime, leaseTransitions: 0 });
    expect(server.lease!['spec'].renewTime).toBe('2026-01-01T00:00:59.400000Z');
    // Renewals need no read: an idle leader costs one write a period (law 15).
    expect(server.writes).toBe(28);
    expect(server.reads).toBe(1);
    expect(a.status()).toEqual({ leading: true, identity: 'a', holder: 'a', renewedAgoMs: 600 });
    await a.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it('hands over at once when it is stopped, with the release as the very last write', async () => {
    const a = elector('a');
    await clock.settle();
    const b = elector('b');
    await clock.advance(5000);
    expect(b.isLeader()).toBe(false);
    const writes = server.writes;
    await a.stop();
    expect(a.isLeader()).toBe(false);
    expect(server.writes).toBe(writes + 1);
    expect(server.lease!['spec']).toMatchObject({ holderIdentity: '', leaseTransitions: 0 });
    await clock.advance(2400);
    expect(b.isLeader()).toBe(true);
    expect(server.lease!['spec']).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
    expect(calls).toEqual(['a started', 'a released', 'b started']);
    await clock.advance(60_000);
    await b.stop();
    expect(server.holders).toEqual(['a', '', 'b', '']);
  });

  it('loses by itself when it cannot renew for ten seconds, and never leads again', async () => {
    let down = false;
    const failure = () => (down ? new ClusterError('unreachable', 'down') : undefined);
    const a = elector('a', { thereMs: () => 0, backMs: () => 0, failure });
    await clock.settle();
    down = true;
    await clock.advance(9999);
    expect(a.isLeader()).toBe(true);
    await clock.advance(1);
    expect(a.isLeader()).toBe(false);
    await clock.advance(5);
    expect(calls).toEqual(['a started', 'a lost']);
    down = false;
    await clock.advance(60_000);
    expect(a.isLeader()).toBe(false);
    expect(logger.at('error')).toEqual(['leadership is lost: the Lease was not renewed in time']);
    await a.stop();
    expect(calls).toEqual(['a started', 'a lost']);
  });

  it('counts the time from before a renewal was sent', async () => {
    let thereMs = 0;
    const a = elector('a', { thereMs: () => thereMs, backMs: () => 0 });
    await clock.settle();
    thereMs = 3000;
    // Sent at 2.2 s, answered at 5.2 s; from then on nothing arrives.
    await clock.advance(5200);
    expect(a.status().renewedAgoMs).toBe(3000);
    thereMs = Infinity;
    await clock.advance(6999);
    expect(a.isLeader()).toBe(true);
    await clock.advance(1);
    expect(a.isLeader()).toBe(false);
    await stop(a);
  });

  it('takes over from a holder that went silent, after its duration by our own clock', async () => {
    let cut = false;
    const a = elector('a', { thereMs: () => (cut ? Infinity : 0), backMs: () => 0 });
    await clock.settle();
    // Its wall clock is an hour ahead: a comparison of times would steal the Lease at once.
    const b = elector('b', undefined, { clock: clock.withWallOffset(3_600_000) });
    await clock.advance(30_000);
    expect(b.isLeader()).toBe(false);
    cut = true;
    const cutAtMs = clock.monotonic();
    expect(await clock.advanceUntil(() => b.isLeader(), 60_000)).toBe(true);
    expect(a.isLeader()).toBe(false);
    expect(clock.monotonic() - cutAtMs).toBeLessThanOrEqual(15_000 + 2400);
    expect(clock.monotonic() - cutAtMs).toBeGreaterThan(10_000);
    await stop(a, b);
  });

  it('has lost when the answer to a renewal comes after the deadline, even if its timers are late', async () => {
    let thereMs = 0;
    // A process that is so busy that the timer of the deadline does not fire.
    const busy = clock.withWallOffset(0);
    const after = busy.after.bind(busy);
    busy.after = (delayMs, callback) => (delayMs > 9000 ? () => {} : after(delayMs, callback));
    const failure = () => (clock.monotonic() < 8000 ? new ClusterError('unreachable', 'down') : undefined);
    let down = false;
    const network = {
      thereMs: () => thereMs,
      backMs: () => 0,
      failure: () => (down ? failure() : undefined),
    };
    const a = elector('a', network, { clock: busy });
    await clock.settle();
    down = true;
    await clock.advance(8000);
    thereMs = 3000;
    await clock.advance(4500);
    // Sent at 8.8 s, answered at 11.8 s: the last one before was sent at 0.
    expect(server.writes).toBe(2);
    expect(calls).toEqual(['a started', 'a lost']);
    expect(a.isLeader()).toBe(false);
    await stop(a);
  });

  it('goes on after a renewal whose answer was lost', async () => {
    let lost = false;
    const a = elector('a', { thereMs: () => 0, backMs: () => (lost ? Infinity : 0) });
    await clock.settle();
    lost = true;
    await clock.advance(2300);
    lost = false;
    await clock.advance(60_000);
    expect(a.isLeader()).toBe(true);
    expect(calls).toEqual(['a started']);
    await a.stop();
    expect(server.holder).toBe('');
  });

  it('notices at once that somebody else was put into the Lease', async () => {
    const a = elector('a');
    await clock.settle();
    const other = structuredClone(server.lease!);
    other['spec'].holderIdentity = 'somebody';
    await server.connect().replace(other);
    await clock.advance(2400);
    expect(a.isLeader()).toBe(false);
    expect(calls).toEqual(['a started', 'a lost']);
    await a.stop();
    expect(server.holder).toBe('somebody');
  });

  it('keeps a Lease that somebody deleted, and a standby does not steal it', async () => {
    const a = elector('a');
    await clock.settle();
    const b = elector('b');
    await clock.advance(2500);
    server.leases.clear();
    await clock.advance(22_000);
    expect([a.isLeader(), b.isLeader()]).toEqual([true, false]);
    expect(server.lease).toMatchObject({ spec: { holderIdentity: 'a', leaseTransitions: 0 } });
    await stop(a, b);
  });

  it('lets its callbacks neither break nor delay the renewals', async () => {
    const a = elector('a', undefined, {
      onStartedLeading: () => new Promise(() => {}),
      onStoppedLeading: () => {
        throw new Error('no');
      },
    });
    await clock.advance(60_000);
    expect(a.isLeader()).toBe(true);
    await a.stop();
    await clock.settle();
    expect(logger.at('error')).toEqual(['a callback of the leader election threw: no']);
  });

  it('stops in time when the server is gone, and stops when it never led', async () => {
    const a = elector('a');
    await clock.settle();
    const b = elector('b', { thereMs: () => Infinity, backMs: () => 0 });
    await clock.settle();
    const stopped = b.stop();
    await clock.advance(4000);
    await stopped;
    expect(server.holder).toBe('a');
    expect(logger.at('warn').at(-1)).toMatch('was not released');
    await a.stop();
    await elector('c').stop();
    expect(calls).toEqual(['a started', 'a released']);
  });

  it.each([
    [
      { leaseDurationMs: 10_000 },
      'renewDeadlineMs: found 10000, accepted is less than leaseDurationMs (10000)',
    ],
    [{ leaseDurationMs: 15_500 }, 'leaseDurationMs: found 15500, accepted is whole seconds, at least 1000'],
    [
      { retryPeriodMs: 9000 },
      'retryPeriodMs: found 9000, accepted is with jitter 0.2 less than renewDeadlineMs',
    ],
    [{ retryPeriodMs: 0 }, 'retryPeriodMs: found 0'],
    [{ requestTimeoutMs: 10_000 }, 'requestTimeoutMs: found 10000'],
    [{ jitter: 2 }, 'jitter: found 2'],
  ])('refuses timings that are not in order: %j', (timings, message) => {
    expect(() => elector('a', undefined, timings)).toThrow(InvalidOptionError);
    expect(() => elector('a', undefined, timings)).toThrow(message);
  });

  it('makes identities that differ between two lives of one pod', () => {
    expect(leaderIdentity('pod-1')).toMatch(/^pod-1_[0-9a-f-]{36}$/);
    expect(leaderIdentity('pod-1')).not.toBe(leaderIdentity('pod-1'));
  });
});
