import { describe, expect, it } from '@jest/globals';
import * as world from '../../../test/support/router-objects.ts';
import type { Traffic } from '../../api/traffic.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { type GatewayAPITraffic, httpRoute } from './http-route.ts';
import { liveTraffic } from './live-traffic.ts';
import { previewRoute } from './preview-route.ts';
import { saysSame } from './route-meaning.ts';

const port = () => ({ port: 80, targetPort: 'http' as const }).port;
const backends = [
  { revision: world.stable, weight: 750 },
  { revision: world.candidate, weight: 250 },
];
const testers = {
  revision: world.candidate,
  matches: [{ headers: [{ name: 'x-tester', type: 'Exact' as const, value: 'true' }] }],
};

const traffics: [string, NonNullable<Traffic['gatewayAPI']>][] = [
  ['as little as possible', { parentRefs: [{ name: 'public' }] }],
  [
    'all there is',
    {
      parentRefs: [
        { name: 'public', namespace: 'infra', sectionName: 'https' },
        { name: 'inner', group: 'example.com', kind: 'Mesh', port: 8080 },
      ],
      hostnames: ['model.example.com', 'model.example.org'],
      matches: [{ path: { type: 'Exact', value: '/v2' }, method: 'POST' }, { path: { value: '/v1' } }],
      preview: { hostnames: ['try.example.com'] },
    },
  ],
];

describe.each(traffics)('the traffic of live routes: %s', (_what, gatewayAPI) => {
  const traffic = world.deploymentWith({ traffic: { gatewayAPI } }).spec.traffic as GatewayAPITraffic;
  const hasPreview = traffic.previewHostnames.length > 0;
  const objects = {
    deployment: world.owner,
    httpRoute: world.stored(httpRoute(world.owner, traffic, { backends, testers }, port)),
    previewRoute: hasPreview
      ? world.stored(previewRoute(world.owner, traffic, world.candidate, port))
      : undefined,
  };

  it('is what they were made for', () => {
    expect(liveTraffic(objects)).toEqual(traffic);
  });

  it('makes the same route again, whatever the API server leaves out or fills in', () => {
    const live = structuredClone(objects.httpRoute);
    if (live['spec'].hostnames.length === 0) delete live['spec'].hostnames;
    for (const rule of live['spec'].rules) if (rule.matches.length === 0) delete rule.matches;
    const read = liveTraffic({ ...objects, httpRoute: live }) as GatewayAPITraffic;
    const again: KubernetesObject = httpRoute(world.owner, read, { backends, testers }, port);
    expect(saysSame(again, live)).toBe(true);
  });
});

describe('without a route of ours', () => {
  it('there are plain Services', () => {
    expect(liveTraffic({ deployment: world.owner })).toEqual({ kind: 'service' });
  });

  it('also when somebody else has the name', () => {
    const route = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: world.name },
      spec: {},
    };
    expect(liveTraffic({ deployment: world.owner, httpRoute: route })).toEqual({ kind: 'service' });
  });
});
