import { type Case, both, set, throughGateway } from './changes.ts';

/** Routers. */
export const trafficCases: Case[] = [
  {
    title: 'one router',
    accept: [throughGateway, set('spec.traffic', { service: {} }), set('spec.traffic', {})],
    refuse: [
      {
        change: set('spec.traffic', { service: {}, gatewayAPI: { parentRefs: [{ name: 'public' }] } }),
        path: 'spec.traffic',
        says: 'exactly one router',
      },
      {
        change: set('spec.traffic', { gatewayAPI: { parentRefs: [] } }),
        path: 'spec.traffic.gatewayAPI.parentRefs',
      },
    ],
  },
  {
    title: 'gateway fields',
    accept: [
      both(throughGateway, set('spec.traffic.gatewayAPI.hostnames', ['a.example.com', '*.example.com'])),
      both(
        throughGateway,
        set('spec.traffic.gatewayAPI.matches', [
          { path: { type: 'RegularExpression', value: 'v[12].*' }, method: 'POST' },
          { path: { value: '/v2' } },
          {},
        ]),
      ),
      both(
        throughGateway,
        set('spec.traffic.gatewayAPI.hostnames', ['*.example.com']),
        set('spec.traffic.gatewayAPI.preview', { hostnames: ['preview.example.com'] }),
      ),
      both(throughGateway, set('spec.traffic.gatewayAPI.preview', { hostnames: ['preview.example.com'] })),
      set('spec.traffic', {
        gatewayAPI: { parentRefs: [{ name: 'a', namespace: 'infra', sectionName: 'web', port: 80 }] },
      }),
    ],
    refuse: [
      {
        change: both(throughGateway, set('spec.traffic.gatewayAPI.hostnames', ['ok.com', 'Not_A_Host'])),
        path: 'spec.traffic.gatewayAPI.hostnames[1]',
        says: 'hostnames: each must be a DNS name',
      },
      {
        change: both(
          throughGateway,
          set('spec.traffic.gatewayAPI.hostnames', ['a.example.com', 'b.example.com']),
          set('spec.traffic.gatewayAPI.preview', { hostnames: ['p.example.com', 'b.example.com'] }),
        ),
        path: 'spec.traffic.gatewayAPI.preview.hostnames',
        says: 'also in hostnames',
      },
      {
        change: both(throughGateway, set('spec.traffic.gatewayAPI.preview', { hostnames: [] })),
        path: 'spec.traffic.gatewayAPI.preview.hostnames',
      },
      {
        change: both(throughGateway, set('spec.traffic.gatewayAPI.preview', { hostnames: ['Not_A_Host'] })),
        path: 'spec.traffic.gatewayAPI.preview.hostnames[0]',
        says: 'hostnames: each must be a DNS name',
      },
      {
        change: both(throughGateway, set('spec.traffic.gatewayAPI.matches', [{ path: { value: 'v2' } }])),
        path: 'spec.traffic.gatewayAPI.matches[0].path.value',
        says: 'path.value must start with "/"',
      },
      {
        change: set('spec.traffic', { gatewayAPI: { parentRefs: [{ name: 'a', namespace: 'In_fra' }] } }),
        path: 'spec.traffic.gatewayAPI.parentRefs[0].namespace',
        says: 'namespace must consist of lower-case letters',
      },
      {
        change: both(throughGateway, set('spec.traffic.gatewayAPI.matches', [{ method: 'FETCH' }])),
        path: 'spec.traffic.gatewayAPI.matches[0].method',
      },
    ],
  },
];
