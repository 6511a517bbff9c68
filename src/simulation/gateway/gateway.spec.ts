import { beforeEach, describe, expect, it } from '@jest/globals';
import { type KubernetesObject, resourceKinds } from '../../kubernetes/resource.ts';
import { acknowledgementOf } from '../../routers/gateway-api/acknowledgement.ts';
import { VirtualClock } from '../../runtime/virtual-clock.ts';
import { SimulatedApiServer } from '../api-server/simulated-api-server.ts';
import { defaultGateway } from './gateway-objects.ts';
import { SimulatedGateway } from './simulated-gateway.ts';

const { httpRoute } = resourceKinds;
const parent = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public', namespace: 'gateway' };

let clock: VirtualClock;
let server: SimulatedApiServer;
let gateway: SimulatedGateway;
beforeEach(() => {
  clock = new VirtualClock();
  server = new SimulatedApiServer({ clock });
  gateway = new SimulatedGateway(server, clock, defaultGateway, {
    acknowledgeMs: () => 200,
    programMs: () => 500,
  });
  for (const name of ['a', 'b']) {
    server.as('user').create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'ml', name },
      spec: { ports: [{ port: 80 }] },
    });
  }
});

const weighted = (weights: Record<string, number>) =>
  Object.entries(weights).map(([name, weight]) => ({ name, port: 80, weight }));
const route = (name: string, spec: object): KubernetesObject => ({
  apiVersion: httpRoute.apiVersion,
  kind: httpRoute.kind,
  metadata: { namespace: 'ml', name },
  spec: { parentRefs: [parent], ...spec },
});
const split = (weights: Record<string, number>) =>
  route('r', { hostnames: ['a.example.com'], rules: [{ backendRefs: weighted(weights) }] });
const live = () => server.find(httpRoute, 'ml/r')!;
const resplit = (weights: Record<string, number>) =>
  server.as('user').replace({ ...live(), spec: split(weights)['spec'] });
const acknowledged = () => acknowledgementOf(live(), [parent]).acknowledged;
const routed = (host = 'a.example.com', request = {}) =>
  gateway.dataPlane.backendsOf(host, request)?.backends.map(({ service, weight }) => `${service} ${weight}`);

describe('a route', () => {
  it('is acknowledged and followed, each in its own time', async () => {
    server.as('user').create(split({ a: 900, b: 100 }));
    await clock.advance(300);
    expect([acknowledged(), routed()]).toEqual([true, undefined]);
    await clock.advance(300);
    expect(routed()).toEqual(['a 900', 'b 100']);
    resplit({ a: 0, b: 1000 });
    expect([acknowledged(), routed()]).toEqual([false, ['a 900', 'b 100']]);
    await clock.advance(600);
    expect([acknowledged(), routed()]).toEqual([true, ['a 0', 'b 1000']]);
    server.as('user').delete(httpRoute, { namespace: 'ml', name: 'r' });
    await clock.advance(600);
    expect(routed()).toBeUndefined();
  });

  it('that names a Service that is not there is not resolved until it is', async () => {
    server.as('user').create(split({ a: 900, c: 100 }));
    await clock.advance(600);
    expect(acknowledgementOf(live(), [parent]).acknowledgement).toContain('BackendNotFound');
    expect(routed()).toEqual(['a 900']);
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'ml', name: 'c' } };
    server.as('user').create({ ...service, spec: { ports: [{ port: 80 }] } });
    await clock.advance(600);
    expect([acknowledged(), routed()]).toEqual([true, ['a 900', 'c 100']]);
  });

  it('of another gateway is none of its business', async () => {
    server
      .as('user')
      .create(route('r', { parentRefs: [{ name: 'other' }], rules: [{ backendRefs: weighted({ a: 1 }) }] }));
    await clock.advance(1000);
    expect(live()['status']?.parents ?? []).toEqual([]);
    expect(routed()).toBeUndefined();
  });

  it.each(['never', 'oldGeneration'] as const)(
    'is acknowledged %s when the gateway is told so',
    async (mode) => {
      gateway.acknowledge(mode);
      server.as('user').create(split({ a: 1 }));
      await clock.advance(10_000);
      expect(acknowledged()).toBe(false);
      gateway.acknowledge('true');
      await clock.advance(600);
      expect(acknowledged()).toBe(true);
    },
  );

  it('is acknowledged and not followed by a data plane that is frozen', async () => {
    server.as('user').create(split({ a: 1 }));
    await clock.advance(600);
    gateway.freeze();
    resplit({ b: 1 });
    await clock.advance(5000);
    expect([acknowledged(), routed()]).toEqual([true, ['a 1']]);
    gateway.follow();
    await clock.advance(600);
    expect(routed()).toEqual(['b 1']);
  });
});

describe('a request', () => {
  it('goes by host, path, method and headers, the most exact first', async () => {
    const backendRefs = weighted({ a: 1 });
    const special = weighted({ b: 1 });
    server.as('user').create(
      route('r', {
        hostnames: ['*.example.com'],
        rules: [
          { backendRefs },
          { matches: [{ path: { type: 'PathPrefix', value: '/v2' } }], backendRefs: special },
          { matches: [{ headers: [{ name: 'X-Tester', value: 'yes' }] }], backendRefs: special },
          { matches: [{ path: { type: 'Exact', value: '/post' }, method: 'POST' }], backendRefs: special },
        ],
      }),
    );
    await clock.advance(600);
    expect(routed('x.example.com', { path: '/' })).toEqual(['a 1']);
    expect(routed('x.example.com', { path: '/v2/models' })).toEqual(['b 1']);
    expect(routed('x.example.com', { path: '/v2models' })).toEqual(['a 1']);
    expect(routed('x.example.com', { headers: { 'x-tester': 'yes' } })).toEqual(['b 1']);
    expect(routed('x.example.com', { path: '/post', method: 'POST' })).toEqual(['b 1']);
    expect(routed('x.example.com', { path: '/post' })).toEqual(['a 1']);
    expect(routed('example.com')).toBeUndefined();
  });

  it('is copied to where a mirror filter says', async () => {
    const filter = {
      type: 'RequestMirror',
      requestMirror: { backendRef: { name: 'b', port: 80 }, percent: 20 },
    };
    server.as('user').create(route('r', { rules: [{ backendRefs: weighted({ a: 1 }), filters: [filter] }] }));
    await clock.advance(600);
    expect(gateway.dataPlane.backendsOf('any.host')?.mirrors).toEqual([
      { namespace: 'ml', service: 'b', port: 80, percent: 20 },
    ]);
  });
});
