import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { json, startLoopbackApi, type LoopbackApi } from '../../test/support/loopback-api.ts';
import type { ApiRequest } from './api-request-observer.ts';
import { ClientNodeCluster } from './client-node-cluster.ts';
import { resourceKinds, type KubernetesObject } from './resource.ts';

const { service, deployment, lease, pod } = resourceKinds;
const name = { namespace: 'ml', name: 'sentiment' };
const object: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { ...name, uid: 'u', resourceVersion: '3', managedFields: [] },
  spec: {},
};

describe('ClientNodeCluster', () => {
  let api: LoopbackApi;
  let cluster: ClientNodeCluster;
  let observed: ApiRequest[];

  beforeEach(async () => {
    observed = [];
    api = await startLoopbackApi((_, response) => json(response, object));
    const observer = (request: ApiRequest) => void observed.push(request);
    cluster = await ClientNodeCluster.connect({
      kubeconfig: api.kubeconfig,
      observer,
      userAgent: 'understudy/1',
    });
  });

  afterEach(async () => {
    await cluster.close();
    await api.stop();
  });

  it('knows where it is and which namespace is ours', () => {
    expect(cluster.server).toBe(api.url);
    expect(cluster.namespace).toBe('ml');
  });

  it('asks the API server by which name it knows us', async () => {
    api.answer = (_, response) => json(response, { status: { userInfo: { username: 'ann' } } }, 201);
    expect(await cluster.whoAmI()).toBe('ann');
    expect(api.requests).toMatchObject([
      {
        method: 'POST',
        path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
        body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }),
      },
    ]);
    api.answer = (_, response) => json(response, {});
    await expect(cluster.whoAmI()).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it.each<[string, () => Promise<unknown>, object]>([
    ['get', () => cluster.get(service, name), { method: 'GET', body: '' }],
    ['create', () => cluster.create(object), { method: 'POST', path: '/api/v1/namespaces/ml/services' }],
    ['replace', () => cluster.replace(object), { method: 'PUT', body: JSON.stringify(object) }],
    [
      'apply',
      () => cluster.apply(object, { subresource: 'status' }),
      {
        method: 'PATCH',
        path: '/api/v1/namespaces/ml/services/sentiment/status',
        headers: expect.objectContaining({ 'content-type': 'application/apply-patch+yaml' }),
        // Without managedFields, which an apply refuses.
        body: JSON.stringify({ ...object, metadata: { ...name, uid: 'u', resourceVersion: '3' } }),
      },
    ],
    [
      'patch',
      () => cluster.patch(service, name, [{ op: 'remove', path: '/spec' }]),
      {
        method: 'PATCH',
        headers: expect.objectContaining({ 'content-type': 'application/json-patch+json' }),
        body: '[{"op":"remove","path":"/spec"}]',
      },
    ],
    [
      'delete',
      () => cluster.delete(service, name, { uid: 'u' }),
      { method: 'DELETE', body: expect.stringContaining('"preconditions":{"uid":"u"}') },
    ],
    [
      'evict',
      () => cluster.evict(name, { uid: 'u', dryRun: true }),
      {
        method: 'POST',
        path: '/api/v1/namespaces/ml/pods/sentiment/eviction',
        body: expect.stringMatching(/"kind":"Eviction".*"preconditions":\{"uid":"u"\}/),
      },
    ],
  ])('%s', async (_, call, expected) => {
    await call();
    expect(api.requests).toEqual([expect.objectContaining(expected)]);
    expect(api.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer secret-1',
      'user-agent': 'understudy/1',
      accept: 'application/json',
    });
  });

  it('list gives items that say what they are, and the token of the next page', async () => {
    api.answer = (_, response) =>
      json(response, {
        metadata: { resourceVersion: '9', continue: 'more' },
        items: [{ metadata: { name: 'a' } }],
      });
    expect(await cluster.list(pod, { namespace: 'ml', limit: 1 })).toEqual({
      items: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }],
      resourceVersion: '9',
      continueToken: 'more',
    });
  });

  it('an apply with a version but no uid is refused: it would bring a deleted object back', async () => {
    const { uid: _, ...metadata } = object.metadata;
    await expect(cluster.apply({ ...object, metadata })).rejects.toMatchObject({ kind: 'invalid' });
    expect(api.requests).toEqual([]);
  });

  it('a bad name is a rejected promise, not a throw', async () => {
    await expect(cluster.get(service, { namespace: 'ml', name: '..' })).rejects.toMatchObject({
      kind: 'invalid',
    });
  });

  it('a failed test of a JSON patch is a conflict', async () => {
    api.answer = (_, response) => json(response, { kind: 'Status', code: 422, reason: 'Invalid' }, 422);
    const test = { op: 'test', path: '/metadata/uid', value: 'u' } as const;
    await expect(cluster.patch(service, name, [test])).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('passes on how long to wait', async () => {
    api.answer = (_, response) => json(response, {}, 429, { 'retry-after': '2' });
    await expect(cluster.get(service, name)).rejects.toMatchObject({ kind: 'throttled', retryAfterMs: 2000 });
  });

  it('follows no redirect: the credentials stay where they belong', async () => {
    api.answer = (_, response) => void response.writeHead(307, { location: `${api.url}/elsewhere` }).end();
    await expect(cluster.get(service, name)).rejects.toMatchObject({ kind: 'unreachable', status: 307 });
    expect(api.requests).toHaveLength(1);
  });

  it.each([
    ['no JSON', '<html></html>'],
    ['an object without a name', '{}'],
    ['null', 'null'],
  ])('a success that holds %s is no success', async (_, body) => {
    api.answer = (_request, response) => void response.writeHead(200).end(body);
    await expect(cluster.get(service, name)).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('a server that is not there is unreachable', async () => {
    await api.shut();
    await expect(cluster.get(service, name)).rejects.toMatchObject({
      kind: 'unreachable',
      status: undefined,
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('a connection that breaks in mid-answer is unreachable', async () => {
    api.answer = (_, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{"metadata":');
      setTimeout(() => api.cut(), 20);
    };
    await expect(cluster.get(service, name)).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('a call can be given up', async () => {
    api.answer = () => undefined;
    const giveUp = AbortSignal.timeout(50);
    await expect(cluster.get(lease, name, { signal: giveUp })).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('tells the observer verb, kind, code and duration of each request', async () => {
    await cluster.get(service, name);
    api.answer = (_, response) => json(response, {}, 404);
    await cluster.delete(deployment, name).catch(() => undefined);
    await api.shut();
    await cluster.replace(object).catch(() => undefined);
    const durationMs = expect.any(Number);
    expect(observed).toEqual([
      { verb: 'get', kind: 'Service', code: '200', durationMs },
      { verb: 'delete', kind: 'Deployment', code: '404', durationMs },
      { verb: 'update', kind: 'Service', code: 'none', durationMs },
    ]);
  });

  describe('watch', () => {
    const added = `${JSON.stringify({ type: 'ADDED', object })}\n`;
    const watch = (signal: AbortSignal) =>
      cluster.watch(service, { resourceVersion: '1', timeoutSeconds: 60, signal });
    const open = new AbortController().signal;

    it('yields events as they come, and ends when the server ends', async () => {
      api.answer = (_, response) => {
        response.writeHead(200).write(added);
        setTimeout(() => response.end(added), 20);
      };
      const types: string[] = [];
      for await (const event of watch(open)) types.push(event.type);
      expect(types).toEqual(['ADDED', 'ADDED']);
    });

    it('throws when the version is too old', async () => {
      api.answer = (_, response) => json(response, { kind: 'Status', code: 410, reason: 'Expired' }, 410);
      await expect(watch(open).next()).rejects.toMatchObject({ kind: 'expired' });
    });

    it('throws when the connection breaks', async () => {
      api.answer = (_, response) => {
        response.writeHead(200).write(added);
        setTimeout(() => api.cut(), 20);
      };
      const events = watch(open);
      await events.next();
      await expect(events.next()).rejects.toMatchObject({ kind: 'unreachable' });
    });

    it('ends without an error when it is aborted: before, while connecting, and in mid-stream', async () => {
      expect(await watch(AbortSignal.abort()).next()).toEqual({ done: true, value: undefined });
      api.answer = () => undefined;
      expect(await watch(AbortSignal.timeout(30)).next()).toEqual({ done: true, value: undefined });
      api.answer = (_, response) => void response.writeHead(200).write(added);
      const events = watch(AbortSignal.timeout(50));
      expect(await events.next()).toMatchObject({ done: false });
      expect(await events.next()).toEqual({ done: true, value: undefined });
    });

    it('a reader that leaves ends the request', async () => {
      let closed: Promise<void> | undefined;
      api.answer = (_, response) => {
        closed = new Promise((resolve) => response.on('close', () => resolve()));
        response.writeHead(200).write(added);
      };
      for await (const _ of watch(open)) break;
      await closed;
    });
  });
});
