import { describe, expect, it } from '@jest/globals';
import * as world from '../../test/support/router-objects.ts';
import type { RouteExtras } from '../domain/traffic/route-extras.ts';
import { backendsFor } from '../domain/traffic/split.ts';
import type { ObjectWrite } from '../kubernetes/object-write.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import { GatewayApiRouter } from './gateway-api.router.ts';
import type { RouteRule } from './gateway-api/route-meaning.ts';
import { ImpossibleTestersError } from './gateway-api/tester-rules.ts';
import type { RouterObjects } from './router.ts';
import { ServiceRouter } from './service.router.ts';

const { stable, candidate, other, name } = world;
const router = new GatewayApiRouter();
const traffic = { parentRefs: [{ name: 'public' }], matches: [{ path: { value: '/v2' } }] };
const deployment = world.deploymentWith({ traffic: { gatewayAPI: traffic } });
const apex = { kind: 'revision', revision: stable } as const;
const start = world.objectsWith({ deployment, apexService: world.apexSelecting(apex) });
const split = (weight = 5) => ({
  kind: 'weighted' as const,
  backends: backendsFor(stable, { revision: candidate, weight }, []),
});
const write = (extras: RouteExtras, objects: RouterObjects = start) =>
  router.writes({ ...split(), ...extras }, apex, objects);
const after = (extras: RouteExtras, change: (route: KubernetesObject) => void = () => undefined) => {
  const objects = write(extras).reduce(world.carryOut, start);
  const httpRoute = structuredClone(objects.httpRoute!);
  change(httpRoute);
  return { ...objects, httpRoute };
};
const rulesOf = ([one]: ObjectWrite[]): RouteRule[] => {
  if (one?.verb !== 'create') throw new Error('expected a create');
  return one.object.spec.rules;
};
const headers = [{ name: 'x-tester', type: 'Exact' as const, value: 'true' }];
const all: RouteExtras = {
  testers: { revision: candidate, matches: [{ headers }] },
  mirror: { revision: candidate, percent: 50 },
  sticky: { kind: 'cookie', name: 'understudy' },
};

describe('GatewayApiRouter writes beside the split', () => {
  it('the testers first and everybody last, with copies and persistence for everybody only', () => {
    expect(write(all)).toMatchObject([
      {
        verb: 'create',
        object: {
          spec: {
            rules: [
              {
                matches: [{ path: { type: 'PathPrefix', value: '/v2' }, headers }],
                backendRefs: [
                  { group: '', kind: 'Service', name: `${name}-${candidate}`, port: 80, weight: 1000 },
                ],
              },
              {
                matches: [{ path: { type: 'PathPrefix', value: '/v2' } }],
                filters: [
                  {
                    type: 'RequestMirror',
                    requestMirror: {
                      backendRef: {
                        group: '',
                        kind: 'Service',
                        name: `${name}-${candidate}-mirror`,
                        port: 80,
                      },
                      percent: 50,
                    },
                  },
                ],
                backendRefs: [{ weight: 950 }, { weight: 50 }],
                sessionPersistence: { sessionName: 'understudy', type: 'Cookie' },
              },
            ],
          },
        },
      },
    ]);
    expect(Object.keys(rulesOf(write(all))[0]!)).toEqual(['matches', 'backendRefs']);
  });

  it.each([
    [100, {}],
    [12, { percent: 12 }],
    [0.5, { fraction: { numerator: 500, denominator: 100_000 } }],
  ])('%d percent of copies is %j', (percent, part) => {
    const [rule] = rulesOf(write({ mirror: { revision: candidate, percent } }));
    const { backendRef, ...said } = rule!.filters![0]!.requestMirror!;
    expect(backendRef.name).toBe(`${name}-${candidate}-mirror`);
    expect(said).toEqual(part);
  });

  it('takes all of it away in one write', () => {
    const live = after(all);
    const writes = write({}, live);
    expect(writes.map(world.inWords)).toEqual([`apply HTTPRoute ${name}`]);
    const gone = writes.reduce(world.carryOut, live);
    expect(gone.httpRoute!.spec.rules).toHaveLength(1);
    expect(Object.keys(gone.httpRoute!.spec.rules[0])).toEqual(['matches', 'backendRefs']);
    expect(router.read(gone).extras).toEqual({});
  });

  it('law 15: what the API server fills in or reorders is no difference', () => {
    const live = after(all, (route) => {
      const [testing, everybody] = route.spec.rules;
      testing.matches[0].headers = [{ value: 'true', name: 'x-tester' }];
      const { requestMirror } = everybody.filters[0];
      requestMirror.backendRef = { port: 80, name: requestMirror.backendRef.name };
      everybody.sessionPersistence = { cookieConfig: {}, sessionName: 'understudy' };
    });
    expect(write(all, live)).toEqual([]);
    expect(router.read(live).extras).toEqual(all);
  });

  it('law 15: a route from before testers were known needs no write', () => {
    const live = after({}, (route) => delete route.metadata.annotations);
    expect(write({}, live)).toEqual([]);
  });

  const drift: [string, (route: KubernetesObject) => void][] = [
    ['the testers gone', (route) => route.spec.rules.shift()],
    ['other testers', (route) => (route.spec.rules[0].matches[0].headers[0].value = 'false')],
    ['testers elsewhere', (route) => (route.spec.rules[0].backendRefs[0].name = `${name}-${other}`)],
    ['a second backend of testers', (route) => route.spec.rules[0].backendRefs.push({ name: 'x', port: 80 })],
    ['a filter of testers', (route) => (route.spec.rules[0].filters = [{ type: 'RequestRedirect' }])],
    ['everybody first', (route) => route.spec.rules.reverse()],
    ['another annotation', (route) => (route.metadata.annotations!['understudy.dev/testers'] = '[]')],
    ['copies of everything', (route) => delete route.spec.rules[1].filters[0].requestMirror.percent],
    ['no copies', (route) => delete route.spec.rules[1].filters],
    ['copies for somebody else', (route) => route.spec.rules[1].filters.push(copiesTo('theirs'))],
    ['copies to live pods', (route) => (route.spec.rules[1].filters[0] = copiesTo(`${name}-${candidate}`))],
    ['no persistence', (route) => delete route.spec.rules[1].sessionPersistence],
    ['another persistence', (route) => (route.spec.rules[1].sessionPersistence.type = 'Header')],
    [
      'a cookie for ever',
      (route) => (route.spec.rules[1].sessionPersistence.cookieConfig.lifetimeType = 'Permanent'),
    ],
  ];
  it.each(drift)('repairs drift: %s', (_name, change) => {
    expect(write(all, after(all, change)).map(world.inWords)).toEqual([`apply HTTPRoute ${name}`]);
  });

  it.each(drift.filter(([what]) => !/filter of|for ever/.test(what)))(
    'law 11: reads what is there: %s',
    (_name, change) => {
      const view = router.read(after(all, change));
      expect([view.route, view.extras]).not.toEqual([split().backends, all]);
    },
  );

  it('refuses testers whom no route can have', () => {
    expect(() => write({ testers: { revision: candidate, matches: [{}] } })).toThrow(ImpossibleTestersError);
  });
});

const copiesTo = (service: string) => ({
  type: 'RequestMirror',
  requestMirror: { backendRef: { group: '', kind: 'Service', name: service, port: 80 } },
});

describe('GatewayApiRouter reads beside the split', () => {
  it('law 3: testers, copies and backends of every rule name their revisions', () => {
    const intent: RouteExtras = {
      testers: { revision: other, matches: [{ headers }] },
      mirror: { revision: 'mmmmmmmmm2', percent: 100 },
    };
    expect(router.read(after(intent)).named).toEqual([candidate, 'mmmmmmmmm2', stable, other].sort());
    const left = { ...after(intent), deployment: world.deploymentWith() };
    expect(new ServiceRouter().read(left).named).toEqual([candidate, 'mmmmmmmmm2', stable, other].sort());
  });

  it('says of somebody else’s targets whose they are, so that they are no intent of ours', () => {
    const live = after(all, (route) => {
      route.spec.rules[0].backendRefs.push({ name: 'theirs', port: 80 });
      route.spec.rules[1].filters.push(copiesTo('their-mirror'));
    });
    expect(router.read(live).extras).toMatchObject({
      testers: { revision: `${candidate}+theirs` },
      mirror: { revision: `${candidate}+their-mirror` },
    });
  });

  it.each(['nonsense', '{}', '[null]', '[{"cookies":[]}]'])(
    'an annotation that says %s is none of ours',
    (text) => {
      const live = after(all, (route) => (route.metadata.annotations!['understudy.dev/testers'] = text));
      expect(router.read(live).extras.testers).toEqual({
        revision: candidate,
        matches: [{ path: { type: 'PathPrefix', value: '/v2' }, headers }],
      });
    },
  );

  it('a rule without backends leads testers nowhere, and is read as that', () => {
    const live = after({}, (route) => route.spec.rules.unshift({ matches: [{ headers }] }));
    expect(router.read(live)).toMatchObject({
      route: split().backends,
      extras: { testers: { revision: 'nobody', matches: [{ headers }] } },
    });
  });

  it('what the gateways lack, from their classes', () => {
    expect(
      router.read({ ...start, gateways: [{ parent: 'Gateway infra/public' }] }).lacking.mirror,
    ).toContain('Gateway infra/public');
  });
});
