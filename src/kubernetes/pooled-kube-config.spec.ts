import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { json, startLoopbackApi, type LoopbackApi } from '../../test/support/loopback-api.ts';
import { ClientNodeCluster } from './client-node-cluster.ts';
import { PooledKubeConfig } from './pooled-kube-config.ts';
import { resourceKinds } from './resource.ts';

const { pod, lease } = resourceKinds;
const everythingButDate = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;
const emptyList = { metadata: { resourceVersion: '1' }, items: [] };

describe('connections', () => {
  let api: LoopbackApi;
  let cluster: ClientNodeCluster;

  beforeEach(async () => {
    api = await startLoopbackApi((_, response) => json(response, emptyList));
    cluster = await ClientNodeCluster.connect({ kubeconfig: api.kubeconfig });
  });

  afterEach(async () => {
    jest.useRealTimers();
    await cluster.close();
    await api.stop();
  });

  it('200 calls in a row share one', async () => {
    for (let call = 0; call < 200; call += 1) await cluster.list(pod);
    expect(api.requests).toHaveLength(200);
    expect(api.connectionCount()).toBeLessThanOrEqual(2);
  });

  it('200 calls at once share eight', async () => {
    await Promise.all(Array.from({ length: 200 }, () => cluster.list(pod)));
    expect(api.requests).toHaveLength(200);
    expect(api.connectionCount()).toBeLessThanOrEqual(8);
  });

  it('calls, watches and the Lease have their own', async () => {
    const stop = new AbortController();
    const ends: (() => void)[] = [];
    api.answer = (request, response) => {
      if (!request.query.has('watch')) return json(response, emptyList);
      response.writeHead(200).flushHeaders();
      ends.push(() => response.end());
    };
    const watches = Array.from({ length: 20 }, async () => {
      const events = cluster.watch(pod, { resourceVersion: '1', timeoutSeconds: 60, signal: stop.signal });
      for await (const event of events) throw new Error(`unexpected ${event.type}`);
    });
    while (ends.length < 20) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(api.connectionCount()).toBe(20);
    await cluster.list(pod);
    expect(api.connectionCount()).toBe(21);
    await cluster.list(lease);
    expect(api.connectionCount()).toBe(22);
    ends.forEach((end) => end());
    await Promise.all(watches);
  });

  it('a broken one is replaced', async () => {
    await cluster.list(pod);
    api.cut();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await cluster.list(pod);
    expect(api.connectionCount()).toBe(2);
  });

  /** Answers may overlap by a hair, so that a pool has one connection or two. */
  const call20Times = async () => {
    const before = api.connectionCount();
    for (let call = 0; call < 20; call += 1) await cluster.list(pod);
    return api.connectionCount() - before;
  };

  it('are renewed when the CA file changes, and only then', async () => {
    await call20Times();
    expect(await call20Times()).toBe(0);
    await writeFile(api.caFile, 'second');
    const opened = await call20Times();
    expect(opened).toBeGreaterThanOrEqual(1);
    expect(opened).toBeLessThanOrEqual(2);
    expect(await call20Times()).toBe(0);
  });

  it('are renewed when the token file changes, and the new token is sent', async () => {
    jest.useFakeTimers({ doNotFake: [...everythingButDate] });
    await call20Times();
    await writeFile(api.tokenFile, 'secret-2');
    // client-node reads a token file once a minute.
    jest.setSystemTime(Date.now() + 61_000);
    expect(await call20Times()).toBeGreaterThanOrEqual(1);
    const tokens = api.requests.map((request) => request.headers.authorization);
    expect([...new Set(tokens)]).toEqual(['Bearer secret-1', 'Bearer secret-2']);
  });

  it('a call that runs while credentials change still gets its answer', async () => {
    let finish = () => {};
    api.answer = (_, response) => {
      finish = () => json(response, emptyList);
    };
    const slow = cluster.list(pod);
    while (api.requests.length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
    await writeFile(api.caFile, 'second');
    api.answer = (_, response) => json(response, emptyList);
    await cluster.list(pod);
    finish();
    await expect(slow).resolves.toMatchObject({ items: [] });
  });
});

describe('PooledKubeConfig', () => {
  const load = async (change: (config: Record<string, never>) => unknown): Promise<PooledKubeConfig> => {
    const { KubeConfig } = await import('@kubernetes/client-node');
    const text = { server: 'https://10.0.0.1:6443', skip: false, context: 'here', ...(change({}) as object) };
    const config = new KubeConfig();
    config.loadFromOptions({
      clusters: [{ name: 'c', server: text.server, skipTLSVerify: text.skip }],
      users: [{ name: 'u', ...(text as { user?: object }).user }],
      contexts: [{ name: 'here', cluster: 'c', user: 'u', namespace: 'ml' }],
      currentContext: text.context,
    });
    return new PooledKubeConfig(config);
  };

  it('knows the origin, the path before all paths, and the namespace', async () => {
    const config = await load(() => ({ server: 'https://rancher.example.com/k8s/clusters/c-1/' }));
    expect(config).toMatchObject({
      origin: 'https://rancher.example.com',
      pathPrefix: '/k8s/clusters/c-1',
      namespace: 'ml',
    });
  });

  it('sends basic authentication where the user has a password', async () => {
    const config = await load(() => ({ user: { username: 'anna', password: 'secret' } }));
    const { headers } = await config.connect('calls');
    expect(headers).toEqual({ authorization: `Basic ${Buffer.from('anna:secret').toString('base64')}` });
    await config.close();
  });

  it.each([
    ['a context that is not there', { context: 'elsewhere' }, /context elsewhere names no cluster.*: here/],
    ['an address that is none', { server: '10.0.0.1:6443' }, /"10.0.0.1:6443" is no http or https address/],
    ['a plain address', { server: 'http://10.0.0.1' }, /not encrypted/],
  ])('refuses %s', async (_, change, message) => {
    await expect(load(() => change)).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringMatching(message),
    });
  });

  it('names the file that it cannot read', async () => {
    await expect(PooledKubeConfig.load({ kubeconfig: '/nowhere/config' })).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('/nowhere/config'),
    });
  });

  it('says so when the credentials cannot be had', async () => {
    const config = await load(() => ({ user: { certFile: '/nowhere/tls.crt' } }));
    await expect(config.connect('calls')).rejects.toMatchObject({
      kind: 'unauthorized',
      message: expect.stringContaining('/nowhere/tls.crt'),
    });
  });
});
