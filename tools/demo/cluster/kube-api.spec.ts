import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { resourceKinds, type KubernetesObject } from '../../../src/kubernetes/resource.ts';
import { json, startLoopbackApi, type LoopbackApi } from '../../../test/support/loopback-api.ts';
import { openExistingCluster } from './existing-demo-cluster.ts';
import { KubeApi } from './kube-api.ts';

const address = { kind: resourceKinds.httpRoute, namespace: 'digits', name: 'digits' };
const route = (resourceVersion: string): KubernetesObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'digits', namespace: 'digits', resourceVersion },
});
const notFound = { kind: 'Status', status: 'Failure', reason: 'NotFound', message: 'not found', code: 404 };
const line = (type: string, object: object) => `${JSON.stringify({ type, object })}\n`;

let server: LoopbackApi;
beforeEach(async () => {
  server = await startLoopbackApi((_, response) => json(response, notFound, 404));
});
afterEach(() => server.stop());

describe('KubeApi', () => {
  let api: KubeApi;
  beforeEach(async () => {
    api = await KubeApi.connect(server.kubeconfig);
  });
  afterEach(() => api.close());

  it('applies any kind that the server serves, strictly, as kubectl does', async () => {
    server.answer = ({ method }, response) =>
      json(
        response,
        method === 'GET'
          ? { resources: [{ name: 'httproutes', kind: 'HTTPRoute', namespaced: true }] }
          : route('1'),
      );
    await api.apply(route('1'));
    const [, apply] = server.requests;
    expect(apply?.method).toBe('PATCH');
    expect(apply?.path).toBe('/apis/gateway.networking.k8s.io/v1/namespaces/digits/httproutes/digits');
    expect(Object.fromEntries(apply?.query ?? [])).toEqual({
      fieldManager: 'kubectl',
      force: 'true',
      fieldValidation: 'Strict',
    });
  });

  it('names a kind that the server does not serve', async () => {
    await expect(api.apply(route('1'))).rejects.toThrow(
      'the API server does not serve gateway.networking.k8s.io/v1 HTTPRoute',
    );
  });

  it('takes what is not there for absent, and only that', async () => {
    await expect(api.get(address)).resolves.toBeUndefined();
    await expect(api.remove(route('1'))).resolves.toBeUndefined();
    server.answer = (_, response) =>
      json(response, { kind: 'Status', reason: 'Forbidden', message: 'no' }, 403);
    await expect(api.get(address)).rejects.toThrow('Forbidden');
  });

  it('follows an object, also over a watch that breaks', async () => {
    let lists = 0;
    server.answer = ({ query }, response) => {
      if (!query.has('watch'))
        return json(response, {
          metadata: { resourceVersion: '5' },
          items: ++lists === 1 ? [] : [route('9')],
        });
      response.writeHead(200, { 'content-type': 'application/json' });
      if (lists > 1) return void response.write(line('DELETED', route('10')));
      response.write(line('ADDED', route('6')) + line('MODIFIED', route('7')));
      setTimeout(() => response.destroy(), 20);
    };
    const abort = new AbortController();
    const seen: (string | undefined)[] = [];
    const errors: unknown[] = [];
    const done = new Promise<void>((resolve) => {
      const onChange = (object: KubernetesObject | undefined) => {
        seen.push(object?.metadata.resourceVersion);
        if (seen.length === 5) resolve();
      };
      void api.follow(address, onChange, abort.signal, (error) => errors.push(error));
    });
    await done;
    abort.abort();
    expect(seen).toEqual([undefined, '6', '7', '9', undefined]);
    expect(errors).toHaveLength(1);
  });
});

describe('openExistingCluster', () => {
  const options = () => ({
    kubeconfigPath: server.kubeconfig,
    gatewayUrl: 'http://127.0.0.1:1',
    controllerImage: 'c:1',
    serverImage: 's:1',
    prometheusUrl: 'http://prometheus.monitoring:9090',
    gateway: { namespace: 'infra', name: 'web' },
  });
  const kinds = (apiVersion: string, served: Record<string, string>) => ({
    groupVersion: apiVersion,
    resources: Object.entries(served).map(([kind, name]) => ({ kind, name, namespaced: true })),
  });

  it('names everything that is in the way, and writes nothing', async () => {
    server.answer = ({ path }, response) => {
      if (path === '/version') return json(response, { gitVersion: 'v1.36.0' });
      if (path === '/api/v1/namespaces/digits') return json(response, { metadata: { name: 'digits' } });
      if (path === '/apis/understudy.dev/v1alpha1')
        return json(response, kinds('understudy.dev/v1alpha1', { ModelDeployment: 'modeldeployments' }));
      return json(response, notFound, 404);
    };
    await expect(openExistingCluster(options())).rejects.toThrow(
      /cannot run the demo:\n {2}namespace digits: .*\n {2}Understudy's CRDs: .*\n {2}Gateway API: /,
    );
    expect(new Set(server.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
  });

  it('asks for the Gateway by name', async () => {
    server.answer = ({ path }, response) => {
      if (path === '/version') return json(response, { gitVersion: 'v1.36.0' });
      if (path === '/apis/gateway.networking.k8s.io/v1')
        return json(response, kinds('gateway.networking.k8s.io/v1', { HTTPRoute: 'httproutes' }));
      return json(response, notFound, 404);
    };
    await expect(openExistingCluster(options())).rejects.toThrow('--gateway: found no Gateway infra/web');
  });
});
