import { beforeEach, describe, expect, it } from '@jest/globals';
import { leaseObject } from '../../../test/contract/cluster-objects.ts';
import { resourceKinds } from '../../kubernetes/resource.ts';
import { VirtualClock } from '../../runtime/virtual-clock.ts';
import { SimulatedApiServer } from '../api-server/simulated-api-server.ts';
import { ClientLink } from './client-link.ts';
import { type Fault, noFaults, refused } from './fault-plan.ts';

const { lease } = resourceKinds;
const name = { namespace: 'ml', name: 'a' };
const object = leaseObject(name, 'one');
const failure = (kind: string) => expect.objectContaining({ name: 'ClusterError', kind });

let clock: VirtualClock;
let server: SimulatedApiServer;
let link: ClientLink;
beforeEach(() => {
  clock = new VirtualClock();
  server = new SimulatedApiServer({ clock });
  link = new ClientLink(server.cluster('a'), clock);
});

const stored = () => server.find(lease, 'ml/a');
/** How a call ends within a second: its error, `done`, or `waiting`. */
async function outcome(call: Promise<unknown>, withinMs = 1000): Promise<unknown> {
  let result: unknown = 'waiting';
  call.then(
    () => (result = 'done'),
    (error: unknown) => (result = error),
  );
  await clock.advance(withinMs);
  return result;
}
const withFault = (fault: Fault) => (link.plan = { ...noFaults, fault: () => fault });

describe('a request', () => {
  it('that is refused changes nothing', async () => {
    withFault(refused('throttled', 429, 'slowly', 2000));
    expect(await outcome(link.create(object))).toMatchObject({ kind: 'throttled', retryAfterMs: 2000 });
    expect(stored()).toBeUndefined();
  });

  it.each([true, false])('whose answer is lost ends as unreachable, and was done: %s', async (done) => {
    withFault({ kind: 'lost', done, afterMs: 3000 });
    const call = link.create(object);
    expect(await outcome(call)).toBe('waiting');
    expect(stored() !== undefined).toBe(done);
    expect(await outcome(call, 3000)).toEqual(failure('unreachable'));
  });

  it('arrives after its time, also when it was given up meanwhile', async () => {
    link.plan = { ...noFaults, latencyMs: () => 500 };
    const giveUp = new AbortController();
    const call = link.create(object, { signal: giveUp.signal });
    await clock.advance(400);
    expect(stored()).toBeUndefined();
    giveUp.abort();
    expect(await outcome(call)).toBe('done');
    expect(stored()).toBeDefined();
  });
});

describe('a client that dies', () => {
  it.each([
    ['before', false],
    ['after', true],
  ] as const)('right %s a write: it was done: %s', async (moment, done) => {
    const asked: string[] = [];
    link.crash = (when, { verb, kind, key }) => {
      asked.push(`${when} ${verb} ${kind} ${key}`);
      return when === moment;
    };
    expect(await outcome(link.create(object))).toBe('waiting');
    expect(stored() !== undefined).toBe(done);
    expect(asked.at(-1)).toBe(`${moment} create Lease ml/a`);
  });

  it('is not asked at reads and dry runs', async () => {
    link.crash = () => true;
    expect(await outcome(link.create(object, { dryRun: true }))).toBe('done');
    expect(await outcome(link.list(lease))).toBe('done');
  });

  it('sends nothing any more and hears nothing', async () => {
    const seen: string[] = [];
    const options = { resourceVersion: '0', timeoutSeconds: 60, signal: new AbortController().signal };
    const watching = (async () => {
      for await (const { type } of link.watch(lease, options)) seen.push(type);
    })();
    await clock.settle();
    link.cut();
    server.as('b').create(object);
    expect(await outcome(watching, 120_000)).toBe('waiting');
    expect(await outcome(link.delete(lease, name))).toBe('waiting');
    expect(seen).toEqual([]);
    expect(stored()).toBeDefined();
    expect(server.openWatches).toBe(0);
  });
});

describe('a watch', () => {
  const options = () => ({
    resourceVersion: '0',
    timeoutSeconds: 3600,
    signal: new AbortController().signal,
  });

  it('is late by what the plan says of each event, and keeps the order', async () => {
    const lags = [300, 10];
    link.plan = { ...noFaults, watchLagMs: () => lags.shift() ?? 0 };
    const seen: string[] = [];
    void (async () => {
      for await (const event of link.watch(lease, options()))
        if (event.type !== 'BOOKMARK') seen.push(`${clock.monotonic()} ${event.object.metadata.name}`);
    })();
    await clock.settle();
    for (const each of ['a', 'b']) server.as('b').create(leaseObject({ namespace: 'ml', name: each }, 'x'));
    await clock.advance(1000);
    expect(seen).toEqual(['300 a', '300 b']);
  });

  it('breaks when the plan says so, and the server is told', async () => {
    link.plan = { ...noFaults, watchBreaksAfterMs: () => 5000 };
    const watching = (async () => {
      for await (const event of link.watch(lease, options())) expect(event.type).toBe('ADDED');
    })();
    expect(await outcome(watching, 4999)).toBe('waiting');
    expect(server.openWatches).toBe(1);
    expect(await outcome(watching, 1)).toEqual(failure('unreachable'));
    expect(server.openWatches).toBe(0);
  });
});
