import { beforeEach, describe, expect, it } from '@jest/globals';
import { deploymentObject, leaseObject, serviceObject } from '../../../test/contract/cluster-objects.ts';
import type { WatchEvent, WatchOptions } from '../../kubernetes/cluster.ts';
import { ClusterError } from '../../kubernetes/cluster-error.ts';
import { resourceKinds } from '../../kubernetes/resource.ts';
import { VirtualClock } from '../../runtime/virtual-clock.ts';
import { SimulatedApiServer } from './simulated-api-server.ts';

const { lease, service, httpRoute } = resourceKinds;
const name = (of: string) => ({ namespace: 'ml', name: of });
const failure = (kind: string) => expect.objectContaining({ name: 'ClusterError', kind });

let clock: VirtualClock;
let server: SimulatedApiServer;
beforeEach(() => {
  clock = new VirtualClock();
  server = new SimulatedApiServer({ clock });
});

/** What a watch tells until it ends, and how it ended. */
function watch(kind = lease, options: Partial<WatchOptions> = {}) {
  const seen: WatchEvent[] = [];
  const stop = new AbortController();
  const given = { resourceVersion: '0', timeoutSeconds: 300, signal: stop.signal, ...options };
  const ended = (async () => {
    for await (const event of server.cluster('a').watch(kind, given)) seen.push(event);
  })();
  return { seen, stop, ended, told: () => seen.map(({ type }) => type) };
}

describe('what is read', () => {
  it('is of one moment, and nobody can change it', async () => {
    const user = server.as('a');
    const created = user.create(leaseObject(name('a'), 'one'));
    expect(() => (created['spec'].holderIdentity = 'two')).toThrow(TypeError);
    user.replace({ ...created, spec: { holderIdentity: 'three' } });
    expect(created['spec'].holderIdentity).toBe('one');
  });

  it('is not what the writer holds on to', () => {
    const mine = leaseObject(name('a'), 'one');
    const created = server.as('a').create(mine);
    mine['spec'].holderIdentity = 'two';
    expect(created['spec'].holderIdentity).toBe('one');
  });

  it('keeps its pages when the objects change meanwhile, until they are compacted', async () => {
    const [user, cluster] = [server.as('a'), server.cluster('a')];
    for (const each of ['a', 'b', 'c']) user.create(leaseObject(name(each), each));
    const first = await cluster.list(lease, { limit: 2 });
    const again = await cluster.list(lease, { limit: 2 });
    user.delete(lease, name('c'));
    const second = await cluster.list(lease, { limit: 2, continueToken: first.continueToken });
    expect(second.items.map(({ metadata }) => metadata.name)).toEqual(['c']);
    server.compact();
    await expect(cluster.list(lease, { continueToken: again.continueToken })).rejects.toEqual(
      failure('expired'),
    );
  });
});

describe('a watch', () => {
  it('from a version that is forgotten is expired', async () => {
    server.as('a').create(leaseObject(name('a'), 'one'));
    server.compact();
    await expect(watch().ended).rejects.toEqual(failure('expired'));
  });

  it('may begin some minutes ago, and no more than that', async () => {
    const user = server.as('a');
    const [one, two] = ['a', 'b'].map((each) => user.create(leaseObject(name(each), each)));
    await clock.advance(200_000);
    user.create(leaseObject(name('c'), 'c'));
    const recent = watch(lease, { resourceVersion: one!.metadata.resourceVersion, timeoutSeconds: 1 });
    await clock.advance(2000);
    await recent.ended;
    expect(recent.told()).toEqual(['ADDED', 'ADDED']);
    await clock.advance(500_000);
    user.create(leaseObject(name('d'), 'd'));
    const late = watch(lease, { resourceVersion: two!.metadata.resourceVersion });
    await expect(late.ended).rejects.toEqual(failure('expired'));
  });

  it('lives on bookmarks and ends in its time', async () => {
    const { told, ended } = watch(lease, { timeoutSeconds: 130 });
    await clock.advance(129_000);
    expect(told()).toEqual(['BOOKMARK', 'BOOKMARK']);
    await clock.advance(1000);
    await ended;
    expect(server.openWatches).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('breaks with an error, after what came before', async () => {
    const { told, ended } = watch();
    server.as('a').create(leaseObject(name('a'), 'one'));
    server.endWatches(new ClusterError('unreachable', 'broken'));
    await expect(ended).rejects.toEqual(failure('unreachable'));
    expect(told()).toEqual(['ADDED']);
  });

  it('of a kind that is not installed is notFound; one that is uninstalled ends', async () => {
    const { ended } = watch(httpRoute);
    await clock.settle();
    server.uninstall(httpRoute);
    await ended;
    await expect(watch(httpRoute).ended).rejects.toEqual(failure('notFound'));
    await expect(server.cluster('a').list(httpRoute)).rejects.toEqual(failure('notFound'));
    server.install(httpRoute);
    expect((await server.cluster('a').list(httpRoute)).items).toEqual([]);
  });
});

describe('writes', () => {
  it('are told to whoever asks, with who and what, but not dry runs and refusals', () => {
    const told: string[] = [];
    server.onWrite(({ user, verb, kind, key }) => told.push(`${user} ${verb} ${kind} ${key}`));
    const user = server.as('alice');
    user.create(serviceObject(name('s')), { dryRun: true });
    const created = user.create(serviceObject(name('s')));
    expect(() => user.create(serviceObject(name('s')))).toThrow(failure('alreadyExists'));
    server.as('bob').replace(created);
    user.delete(service, name('s'));
    expect(told).toEqual(['alice create Service ml/s', 'alice delete Service ml/s']);
  });

  it('can be refused, as by a quota', () => {
    server.admit((user, { kind }) => {
      if (user === 'alice' && kind === 'Service') throw new ClusterError('forbidden', 'exceeded quota');
    });
    expect(() => server.as('alice').create(serviceObject(name('s')))).toThrow('exceeded quota');
    expect(server.as('bob').create(serviceObject(name('s'))).metadata.name).toBe('s');
  });

  it.each([
    ['a selector that is changed', { selector: { matchLabels: { app: 'b' } } }],
    ['a negative number of replicas', { replicas: -1 }],
  ])('of a Deployment with %s are invalid', (_, change) => {
    const created = server.as('a').create(deploymentObject(name('d')));
    const changed = { ...created, spec: { ...created['spec'], ...change } };
    expect(() => server.as('a').replace(changed)).toThrow(failure('invalid'));
  });

  it('give the same uids, versions and times in every run', () => {
    const again = new SimulatedApiServer({ clock: new VirtualClock() });
    const of = (one: SimulatedApiServer) => one.as('a').create(serviceObject(name('s')));
    expect(of(again)).toEqual(of(server));
  });
});
