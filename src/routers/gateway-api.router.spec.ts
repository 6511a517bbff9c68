import { describe, expect, it } from '@jest/globals';
import * as world from '../../test/support/router-objects.ts';
import type { Backend } from '../domain/traffic/split.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import { GatewayApiRouter } from './gateway-api.router.ts';
import { UnevenSplitError } from './gateway-api/backend-refs.ts';
import { type RouterObjects, WrongIntentError } from './router.ts';

const { stable, candidate, other, name, owner } = world;
const router = new GatewayApiRouter();
const parentRefs = [{ name: 'public', namespace: 'infra' }];
const deployment = world.deploymentWith({
  traffic: {
    gatewayAPI: {
      parentRefs,
      hostnames: ['model.example.com'],
      matches: [{ path: { value: '/v2' }, method: 'POST' }],
    },
  },
});
const settledApex = { kind: 'revision', revision: stable } as const;
const split = (weight: number): Backend[] => [
  { revision: stable, weight: 1000 - weight },
  { revision: candidate, weight },
];
const objects = (more: Partial<RouterObjects> = {}) =>
  world.objectsWith({ deployment, apexService: world.apexSelecting(settledApex), ...more });
const write = (backends: Backend[], from: RouterObjects) =>
  router.writes({ kind: 'weighted', backends }, settledApex, from);

/** The world after the writes of a split. */
const withRoute = (backends: Backend[], change: (route: KubernetesObject) => void = () => undefined) => {
  const after = write(backends, objects()).reduce(world.carryOut, objects());
  const httpRoute = structuredClone(after.httpRoute!);
  change(httpRoute);
  return { ...after, httpRoute };
};

describe('GatewayApiRouter writes', () => {
  it('creates the route with a backend per revision Service, then the apex', () => {
    const writes = write(split(50), objects({ apexService: undefined }));
    expect(writes.map(world.inWords)).toEqual([`create HTTPRoute ${name}`, `create Service ${name}`]);
    expect(writes[0]).toMatchObject({
      object: {
        metadata: {
          namespace: 'ml',
          labels: { 'understudy.dev/model-deployment': name },
          ownerReferences: [{ kind: 'ModelDeployment', uid: owner.uid, controller: true }],
        },
        spec: {
          parentRefs: [
            { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public', namespace: 'infra' },
          ],
          hostnames: ['model.example.com'],
          rules: [
            {
              matches: [{ path: { type: 'PathPrefix', value: '/v2' }, method: 'POST' }],
              backendRefs: [
                { group: '', kind: 'Service', name: `${name}-${stable}`, port: 80, weight: 950 },
                { group: '', kind: 'Service', name: `${name}-${candidate}`, port: 80, weight: 50 },
              ],
            },
          ],
        },
      },
    });
  });

  it('law 15: writes nothing when the live objects say it, in whatever order', () => {
    expect(write(split(50), withRoute(split(50)))).toEqual([]);
    expect(write([...split(50)].reverse(), withRoute(split(50)))).toEqual([]);
  });

  it('law 15: what the API server fills in is no difference', () => {
    const plain = world.deploymentWith({ traffic: { gatewayAPI: { parentRefs: [{ name: 'public' }] } } });
    const from = objects({ deployment: plain });
    const after = write(split(0), from).reduce(world.carryOut, from);
    delete after.httpRoute!.spec.hostnames;
    delete after.httpRoute!.spec.rules[0].matches;
    after.httpRoute!.spec.rules[0].aDefaultOfTomorrow = 'x';
    for (const backend of after.httpRoute!.spec.rules[0].backendRefs) {
      delete backend.group;
      delete backend.kind;
    }
    expect(write(split(0), after)).toEqual([]);
  });

  it('laws 2 and 16: a new split is one apply of the whole route on what was read', () => {
    const live = withRoute(split(50));
    const writes = write(split(250), live);
    expect(writes).toHaveLength(1);
    expect(writes[0]).toMatchObject({
      verb: 'apply',
      object: {
        metadata: {
          resourceVersion: live.httpRoute.metadata.resourceVersion,
          ownerReferences: [{ uid: owner.uid }],
        },
        spec: {
          hostnames: ['model.example.com'],
          rules: [{ backendRefs: [{ weight: 750 }, { weight: 250 }] }],
        },
      },
    });
  });

  const drift: [string, (route: KubernetesObject) => void][] = [
    ['weights edited by hand', (route) => (route.spec.rules[0].backendRefs[1].weight = 900)],
    [
      'a backend added',
      (route) => route.spec.rules[0].backendRefs.push({ name: 'mine', port: 80, weight: 5 }),
    ],
    ['a backend removed', (route) => route.spec.rules[0].backendRefs.pop()],
    ['a rule added', (route) => route.spec.rules.push({ backendRefs: [{ name: 'mine', port: 80 }] })],
    ['a filter on the rule', (route) => (route.spec.rules[0].filters = [{ type: 'RequestRedirect' }])],
    [
      'a filter on a backend',
      (route) => (route.spec.rules[0].backendRefs[0].filters = [{ type: 'RequestMirror' }]),
    ],
    [
      'a match removed',
      (route) => (route.spec.rules[0].matches = [{ path: { type: 'PathPrefix', value: '/' } }]),
    ],
    [
      'a header match added',
      (route) => (route.spec.rules[0].matches[0].headers = [{ name: 'x', value: 'y' }]),
    ],
    ['a method left over', (route) => (route.spec.rules[0].matches[0].method = 'GET')],
    ['a listener too many', (route) => (route.spec.parentRefs[0].sectionName = 'https')],
    ['a timeout', (route) => (route.spec.rules[0].timeouts = { request: '1s' })],
    ['another port', (route) => (route.spec.rules[0].backendRefs[0].port = 81)],
    ['another host', (route) => (route.spec.hostnames = ['other.example.com'])],
    ['another parent', (route) => (route.spec.parentRefs[0].name = 'private')],
    ['our label removed', (route) => delete route.metadata.labels!['understudy.dev/model-deployment']],
  ];
  it.each(drift)('repairs drift: %s', (_name, change) => {
    expect(write(split(50), withRoute(split(50), change)).map(world.inWords)).toEqual([
      `apply HTTPRoute ${name}`,
    ]);
  });

  it('a route without host names says so, because those that it was created with would stay', () => {
    const without = world.deploymentWith({ traffic: { gatewayAPI: { parentRefs } } });
    const live = { ...withRoute(split(0)), deployment: without };
    expect(write(split(0), live)).toMatchObject([{ verb: 'apply', object: { spec: { hostnames: [] } } }]);
  });

  it('names the port that a revision Service has, also after service.port changed', () => {
    const services = [
      world.revisionServiceOf(stable),
      world.revisionServiceOf(candidate, { port: 8000, targetPort: 'http' }),
    ];
    const moved = world.deploymentWith({ service: { port: 8000 }, traffic: { gatewayAPI: { parentRefs } } });
    const [route] = write(split(50), objects({ deployment: moved, revisionServices: services }));
    expect(route).toMatchObject({
      object: { spec: { rules: [{ backendRefs: [{ port: 80 }, { port: 8000 }] }] } },
    });
  });

  it.each([
    ['too little', [{ revision: stable, weight: 999 }]],
    ['nothing', []],
    [
      'a negative weight',
      [
        { revision: stable, weight: 1001 },
        { revision: candidate, weight: -1 },
      ],
    ],
    [
      'a fraction',
      [
        { revision: stable, weight: 999.5 },
        { revision: candidate, weight: 0.5 },
      ],
    ],
  ])('law 2: refuses %s', (_name, backends) => {
    expect(() => write(backends, objects())).toThrow(UnevenSplitError);
  });

  it('refuses an intent of the other kind', () => {
    expect(() => router.writes({ kind: 'replicaRatio', live: [] }, settledApex, objects())).toThrow(
      WrongIntentError,
    );
  });

  it('law 18: never touches a route or an apex of somebody else', () => {
    const foreign = withRoute(split(50), (route) => (route.metadata.ownerReferences![0]!.uid = 'another'));
    const apexService = {
      ...foreign.apexService!,
      metadata: { ...foreign.apexService!.metadata, ownerReferences: [] },
    };
    const live = { ...foreign, apexService };
    expect(
      router.writes(
        { kind: 'weighted', backends: split(250) },
        { kind: 'revision', revision: candidate },
        live,
      ),
    ).toEqual([]);
  });

  it('writes no route where the kind is not installed', () => {
    const writes = write(split(0), objects({ gatewayAPIInstalled: false, apexService: undefined }));
    expect(writes.map(world.inWords)).toEqual([`create Service ${name}`]);
  });

  it('the apex follows in one apply with the whole selector', () => {
    const live = withRoute(split(1000));
    const writes = router.writes(
      { kind: 'weighted', backends: split(1000) },
      { kind: 'revision', revision: candidate },
      live,
    );
    expect(writes).toMatchObject([
      {
        verb: 'apply',
        object: {
          metadata: { name, resourceVersion: live.apexService!.metadata.resourceVersion },
          spec: {
            selector: { 'understudy.dev/model-deployment': name, 'understudy.dev/revision': candidate },
          },
        },
      },
    ]);
  });

  it('replaces the apex ports as a whole when service.port changes', () => {
    const live = {
      ...withRoute(split(0)),
      deployment: world.deploymentWith({ service: { port: 9000 }, traffic: { gatewayAPI: { parentRefs } } }),
    };
    const apexWrites = write(split(0), live).filter((one) => world.inWords(one).includes('Service'));
    expect(apexWrites).toMatchObject([
      {
        verb: 'patch',
        operations: [
          { op: 'test' },
          { path: '/spec/selector' },
          { path: '/spec/ports', value: [{ port: 9000 }] },
        ],
      },
    ]);
  });
});

describe('GatewayApiRouter reads', () => {
  it('the live backends, and what they name', () => {
    const live = withRoute([...split(50), { revision: other, weight: 0 }]);
    expect(router.read(live)).toMatchObject({
      router: 'weighted',
      apex: settledApex,
      route: [
        { revision: stable, weight: 950 },
        { revision: candidate, weight: 50 },
        { revision: other, weight: 0 },
      ],
      named: [candidate, stable, other].sort(),
      acknowledged: false,
      acknowledgement: expect.stringContaining('Gateway infra/public'),
      problem: undefined,
    });
  });

  it('law 7: acknowledged when the parent reports on this generation', () => {
    const conditions = ['Accepted', 'ResolvedRefs'].map((type) => ({
      type,
      status: 'True',
      observedGeneration: 1,
    }));
    const live = withRoute(
      split(50),
      (route) => (route.status = { parents: [{ parentRef: parentRefs[0], conditions }] }),
    );
    expect(router.read(live).acknowledged).toBe(true);
  });

  it('a foreign backend takes its share, in every rule, and names no revision', () => {
    const live = withRoute(split(50), (route) =>
      route.spec.rules.push({ backendRefs: [{ name: 'mine', port: 80 }] }),
    );
    const view = router.read(live);
    expect(view.route).toContainEqual({ revision: 'mine', weight: 1 });
    expect(view.named).not.toContain('mine');
  });

  it('no route', () => {
    expect(router.read(objects())).toMatchObject({ route: undefined, acknowledged: false, named: [stable] });
  });

  it('a route of somebody else is a conflict, and what it names of ours still counts (law 3)', () => {
    const view = router.read(withRoute(split(50), (route) => (route.metadata.ownerReferences = [])));
    expect(view).toMatchObject({ problem: { reason: 'RouteConflict' }, named: [candidate, stable].sort() });
  });

  it('an apex of somebody else is a conflict', () => {
    const apexService = world.storedService({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name,
        namespace: 'ml',
        ownerReferences: [{ apiVersion: 'v1', kind: 'Other', name: 'x', uid: 'y', controller: true }],
      },
      spec: { selector: { app: 'x' } },
    });
    expect(router.read(objects({ apexService }))).toMatchObject({
      apex: undefined,
      problem: { reason: 'ServiceConflict', message: expect.stringContaining('Other x') },
    });
  });

  it('no Gateway API', () => {
    expect(router.read(objects({ gatewayAPIInstalled: false })).problem?.reason).toBe(
      'GatewayAPINotInstalled',
    );
  });
});
