import { describe, expect, it } from '@jest/globals';
import { resourceKinds } from '../kubernetes/resource.ts';
import { LeaderGuardedCluster, NotLeaderError } from './leader-guard.ts';
import { StrictCluster } from './testing/strict-cluster.ts';
import { thing } from './testing/things.ts';

const name = { namespace: 'ns', name: 'a' };
const { pod } = resourceKinds;

describe('LeaderGuardedCluster', () => {
  const sent: string[] = [];
  const answer = (verb: string) => async () => {
    sent.push(verb);
    return thing('a');
  };
  const inner = new StrictCluster({
    get: answer('get'),
    list: async () => ({ items: [], resourceVersion: 'v1' }),
    watch: async function* () {},
    create: answer('create'),
    apply: answer('apply'),
    patch: answer('patch'),
    replace: answer('replace'),
    delete: async () => void sent.push('delete'),
    evict: async () => void sent.push('evict'),
  });
  let leads = false;
  const cluster = new LeaderGuardedCluster(inner, { isLeader: () => leads });
  const writes: [string, () => Promise<unknown>][] = [
    ['create', () => cluster.create(thing('a'))],
    ['apply', () => cluster.apply(thing('a'), { dryRun: true })],
    ['patch', () => cluster.patch(pod, name, [])],
    ['replace', () => cluster.replace(thing('a'))],
    ['delete', () => cluster.delete(pod, name)],
    ['evict', () => cluster.evict(name)],
  ];

  it.each(writes)('asks right before each %s (law 16)', async (verb, write) => {
    sent.length = 0;
    leads = false;
    await expect(write()).rejects.toThrow(NotLeaderError);
    await expect(write()).rejects.toMatchObject({ reason: 'NotLeader' });
    expect(sent).toEqual([]);
    leads = true;
    await write();
    expect(sent).toEqual([verb]);
  });

  it('lets reads pass', async () => {
    leads = false;
    expect(await cluster.get(pod, name)).toEqual(thing('a'));
    expect((await cluster.list(pod)).items).toEqual([]);
    const watch = { resourceVersion: 'v1', timeoutSeconds: 1, signal: new AbortController().signal };
    for await (const event of cluster.watch(pod, watch)) throw new Error(`unexpected ${event.type}`);
  });
});
