import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { json, type LoopbackApi, startLoopbackApi } from '../../../test/support/loopback-api.ts';
import { ClientNodeCluster } from '../../kubernetes/client-node-cluster.ts';
import { resourceKinds } from '../../kubernetes/resource.ts';
import { followAll, followOne, type FollowOptions } from './follow.ts';

const { modelDeployment } = resourceKinds;
const named = (name: string, version = '1') => ({
  apiVersion: modelDeployment.apiVersion,
  kind: modelDeployment.kind,
  metadata: { name, namespace: 'ml', resourceVersion: version },
});
const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;

describe('following objects', () => {
  let api: LoopbackApi;
  let cluster: ClientNodeCluster;
  let stop: AbortController;
  /** What each list answers, and what each watch says before it waits; the last ones stay. */
  let lists: object[][];
  let watches: string[][];
  const troubles: string[] = [];
  const options = (): FollowOptions => ({
    signal: stop.signal,
    onTrouble: ({ kind }) => troubles.push(kind),
    retryMs: { first: 1, longest: 2 },
  });

  beforeEach(async () => {
    stop = new AbortController();
    troubles.length = 0;
    const take = <T>(from: T[]): T => (from.length > 1 ? from.shift()! : from[0]!);
    const stream = (response: ServerResponse, lines: string[]) => {
      response.writeHead(200).flushHeaders();
      for (const each of lines) response.write(each);
      if (lines.at(-1) === '') response.end();
    };
    api = await startLoopbackApi(({ query }, response) => {
      if (query.has('watch')) return stream(response, take(watches));
      json(response, { metadata: { resourceVersion: '5' }, items: take(lists) });
    });
    cluster = await ClientNodeCluster.connect({ kubeconfig: api.kubeconfig });
  });
  afterEach(async () => {
    stop.abort();
    await cluster.close();
    await api.stop();
  });

  /** The names and versions that are seen, until there were so many looks. */
  async function seen(looks: number): Promise<string[]> {
    const all: string[] = [];
    for await (const objects of followAll(cluster, modelDeployment, { namespace: 'ml' }, options())) {
      all.push(objects.map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`).join(' '));
      if (all.length === looks) break;
    }
    return all;
  }

  it('shows what is there, and again after each change', async () => {
    lists = [[named('a')]];
    watches = [
      [
        line('ADDED', named('b', '6')),
        line('BOOKMARK', { kind: 'X', metadata: { resourceVersion: '7' } }),
        line('MODIFIED', named('a', '8')),
        line('DELETED', named('b', '9')),
      ],
    ];
    expect(await seen(4)).toEqual(['a@1', 'a@1 b@6', 'a@8 b@6', 'a@8']);
  });

  it('looks again when the stream ends', async () => {
    lists = [[named('a')], [named('a', '8')]];
    watches = [[line('MODIFIED', named('a', '6')), ''], []];
    expect(await seen(3)).toEqual(['a@1', 'a@6', 'a@8']);
  });

  it('waits out what may pass, tells of it, and throws what a person must mend', async () => {
    lists = [[named('a')], [named('a', '8')]];
    watches = [['no JSON\n'], []];
    expect(await seen(2)).toEqual(['a@1', 'a@8']);
    expect(troubles).toEqual(['unreachable']);
    api.answer = (_, response) => json(response, { kind: 'Status', reason: 'Forbidden', message: 'no' }, 403);
    await expect(seen(1)).rejects.toMatchObject({ kind: 'forbidden' });
  });

  it('throws what the very first look fails by', async () => {
    await api.shut();
    await expect(seen(1)).rejects.toMatchObject({ kind: 'unreachable' });
    expect(troubles).toEqual([]);
  });

  it('follows one by its name, also when it goes', async () => {
    lists = [[named('a')]];
    watches = [[line('DELETED', named('a', '9'))]];
    const all: (string | undefined)[] = [];
    for await (const object of followOne(
      cluster,
      modelDeployment,
      { namespace: 'ml', name: 'a' },
      options(),
    )) {
      all.push(object?.metadata.name);
      if (all.length === 2) break;
    }
    expect(all).toEqual(['a', undefined]);
    expect(api.requests[0]!.query.get('fieldSelector')).toBe('metadata.name=a');
  });

  it('ends when it is told to', async () => {
    lists = [[named('a')]];
    watches = [[]];
    let looks = 0;
    for await (const _ of followAll(cluster, modelDeployment, {}, options())) {
      looks += 1;
      stop.abort();
    }
    expect(looks).toBe(1);
  });
});
