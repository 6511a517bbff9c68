import { beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { ControllerHealth } from './controller-health.ts';
import { isHealthy } from './health-state.ts';

let clock: VirtualClock;
let reflectors: {
  kind: string;
  hasSynced: boolean;
  failure: undefined | { kind: string; message: string; sinceMs: number; attempts: number };
}[];
let queue: { oldestWaitingMs: number; longestRunningMs: number } | undefined;
let health: ControllerHealth;

beforeEach(() => {
  clock = new VirtualClock();
  reflectors = [{ kind: 'Pod', hasSynced: true, failure: undefined }];
  queue = { oldestWaitingMs: 0, longestRunningMs: 0 };
  health = new ControllerHealth({ clock, reflectors: () => reflectors, queue: () => queue });
  health.start();
});

const alive = () => isHealthy(health.liveness());
const ready = () => isHealthy(health.readiness());

describe('liveness', () => {
  it('holds while the event loop beats', async () => {
    await clock.advance(60_000);
    expect(alive()).toBe(true);
  });

  it('fails when the event loop does not beat', async () => {
    health.stop();
    await clock.advance(16_000);
    expect(alive()).toBe(false);
    health.start();
    expect(alive()).toBe(true);
  });

  it('fails when a key waits for ever: no worker lives', () => {
    queue = { oldestWaitingMs: 300_001, longestRunningMs: 0 };
    expect(health.liveness().filter(({ ok }) => !ok)).toEqual([
      { name: 'queue', ok: false, message: 'the oldest key has waited 300.0 s' },
    ]);
  });

  it('fails when a pass never ends', () => {
    queue = { oldestWaitingMs: 0, longestRunningMs: 300_001 };
    expect(alive()).toBe(false);
  });

  it('of a standby does not look at the queue, where keys may wait', () => {
    queue = undefined;
    expect(alive()).toBe(true);
  });

  it('does not depend on the API server', () => {
    reflectors = [
      {
        kind: 'Pod',
        hasSynced: false,
        failure: { kind: 'unreachable', message: 'gone', sinceMs: 0, attempts: 9 },
      },
    ];
    expect(alive()).toBe(true);
  });

  it('holds while a shutdown waits for the last passes', () => {
    queue = { oldestWaitingMs: 400_000, longestRunningMs: 400_000 };
    health.beginShutdown();
    expect(alive()).toBe(true);
  });
});

describe('readiness', () => {
  it('waits for every cache', () => {
    reflectors = [...reflectors, { kind: 'Service', hasSynced: false, failure: undefined }];
    expect(ready()).toBe(false);
    expect(health.readiness()).toContainEqual({
      name: 'cache Service',
      ok: false,
      message: 'not filled yet',
    });
    reflectors[1]!.hasSynced = true;
    expect(ready()).toBe(true);
  });

  it('of a standby holds: it could lead at any moment', () => {
    queue = undefined;
    expect(ready()).toBe(true);
  });

  it('stays while the API server is away, and says so', () => {
    const failure = { kind: 'unreachable', message: 'connect ECONNREFUSED', sinceMs: 0, attempts: 3 };
    reflectors = [{ kind: 'Pod', hasSynced: true, failure }];
    expect(ready()).toBe(true);
    expect(health.readiness().at(-1)?.message).toContain('connect ECONNREFUSED');
  });

  it('ends with the shutdown', () => {
    health.beginShutdown();
    expect(ready()).toBe(false);
  });
});
