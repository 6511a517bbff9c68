import { describe, expect, it } from '@jest/globals';
import * as world from '../../test/support/router-objects.ts';
import { backendsFor, type TrafficIntent } from '../domain/traffic/split.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import { GatewayApiRouter } from './gateway-api.router.ts';
import type { Router, RouterObjects } from './router.ts';
import { ServiceRouter } from './service.router.ts';

const { stable, candidate, other, name, owner } = world;
const previewed = `${name}-preview`;
const apex = { kind: 'revision', revision: stable } as const;
const gatewayAPI = { parentRefs: [{ name: 'public' }], matches: [{ path: { value: '/v2' } }] };
const hostnames = ['preview.example.com'];
const withRoute = world.deploymentWith({
  traffic: { gatewayAPI: { ...gatewayAPI, preview: { hostnames } } },
});
const withoutRoute = world.deploymentWith({ traffic: { gatewayAPI } });
const plain = world.deploymentWith();

interface Setup {
  router: Router;
  deployment: RouterObjects['deployment'];
  intent: (preview?: string) => TrafficIntent;
}
const weighted = (preview?: string): TrafficIntent => ({
  kind: 'weighted',
  backends: backendsFor(stable, undefined, []),
  preview,
});
const gateway = (deployment = withRoute): Setup => ({
  router: new GatewayApiRouter(),
  deployment,
  intent: weighted,
});
const services: Setup = {
  router: new ServiceRouter(),
  deployment: plain,
  intent: (preview) => ({ kind: 'replicaRatio', live: [], preview }),
};

/** The world in which users are served, and nothing is previewed. */
function settled({ router, deployment, intent }: Setup, more: Partial<RouterObjects> = {}): RouterObjects {
  const start = world.objectsWith({ deployment, apexService: world.apexSelecting(apex), ...more });
  return router.writes(intent(), apex, start).reduce(world.carryOut, start);
}
const writesOf = ({ router, intent }: Setup, preview: string | undefined, objects: RouterObjects) =>
  router.writes(intent(preview), apex, objects);
const previewing = (setup: Setup, preview: string, objects = settled(setup)): RouterObjects =>
  writesOf(setup, preview, objects).reduce(world.carryOut, objects);
const words = (...args: Parameters<typeof writesOf>) => writesOf(...args).map(world.inWords);

describe('the preview Service', () => {
  it.each([
    ['Gateway API', gateway(withoutRoute)],
    ['plain Services', services],
  ])('%s: selects the revision on trial, follows in one write, and goes', (_name, setup) => {
    const [creation, ...more] = writesOf(setup, candidate, settled(setup));
    expect(more).toEqual([]);
    expect(creation).toMatchObject({
      verb: 'create',
      object: {
        kind: 'Service',
        metadata: {
          name: previewed,
          labels: { 'understudy.dev/model-deployment': name, 'understudy.dev/role': 'preview' },
          ownerReferences: [{ uid: owner.uid, controller: true }],
        },
        spec: {
          selector: { 'understudy.dev/model-deployment': name, 'understudy.dev/revision': candidate },
          ports: [{ port: 80, targetPort: 'http' }],
        },
      },
    });
    const objects = previewing(setup, candidate);
    expect(setup.router.read(objects)).toMatchObject({
      preview: candidate,
      named: [candidate, stable].sort(),
    });
    expect(words(setup, candidate, objects)).toEqual([]);
    expect(words(setup, other, objects)).toEqual([`apply Service ${previewed}`]);
    expect(setup.router.read(previewing(setup, other, objects)).preview).toBe(other);
    expect(words(setup, undefined, objects)).toEqual([`delete Service ${previewed}`]);
    expect(setup.router.read(settled(setup)).preview).toBeUndefined();
  });

  it('takes over the port of a revision that listens elsewhere, with the selector and in one write', () => {
    const revisionServices = [
      world.revisionServiceOf(candidate),
      world.revisionServiceOf(other, { port: 80, targetPort: 9000 }),
    ];
    const objects = previewing(services, candidate, settled(services, { revisionServices }));
    expect(writesOf(services, other, objects)).toMatchObject([
      {
        verb: 'patch',
        name: { name: previewed },
        operations: [
          { op: 'test' },
          { path: '/spec/selector', value: { 'understudy.dev/revision': other } },
          { path: '/spec/ports', value: [{ targetPort: 9000 }] },
        ],
      },
    ]);
  });

  it('law 18: is never touched when it is somebody else’s, and does not stand before what users get', () => {
    const theirs = world.storedService({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'ml', name: previewed },
      spec: { selector: { app: 'theirs' } },
    });
    for (const setup of [gateway(), services]) {
      const objects = settled(setup, { previewService: theirs });
      expect(words(setup, candidate, objects).filter((one) => one.includes(`Service ${previewed}`))).toEqual(
        [],
      );
      expect(words(setup, undefined, objects)).toEqual([]);
      expect(setup.router.read(objects)).toMatchObject({
        preview: undefined,
        problem: undefined,
        previewProblem: {
          reason: 'ServiceConflict',
          message: expect.stringContaining(`Service ${previewed} exists and belongs to nobody that we know`),
        },
      });
    }
  });

  it('a revision Service or the apex is none', () => {
    expect(services.router.read(settled(services))).not.toHaveProperty('previewProblem');
  });
});

describe('the preview route', () => {
  const setup = gateway();
  const accept = (route: KubernetesObject): KubernetesObject => ({
    ...route,
    status: {
      parents: [
        {
          parentRef: { name: 'public' },
          conditions: ['Accepted', 'ResolvedRefs'].map((type) => ({
            type,
            status: 'True',
            observedGeneration: route.metadata.generation,
          })),
        },
      ],
    },
  });

  it('leads its own host names to the revision’s own Service', () => {
    expect(writesOf(setup, candidate, settled(setup))).toMatchObject([
      { verb: 'create', object: { kind: 'Service' } },
      {
        verb: 'create',
        object: {
          kind: 'HTTPRoute',
          metadata: {
            name: previewed,
            labels: { 'understudy.dev/model-deployment': name, 'understudy.dev/role': 'preview' },
            ownerReferences: [{ uid: owner.uid, controller: true }],
          },
          spec: {
            parentRefs: [{ name: 'public' }],
            hostnames,
            rules: [
              {
                matches: [{ path: { value: '/v2' } }],
                backendRefs: [{ name: `${name}-${candidate}`, port: 80, weight: 1000 }],
              },
            ],
          },
        },
      },
    ]);
  });

  it('follows in one write, is repaired, and goes', () => {
    const objects = previewing(setup, candidate);
    expect(words(setup, candidate, objects)).toEqual([]);
    expect(words(setup, other, objects)).toEqual([
      `apply Service ${previewed}`,
      `apply HTTPRoute ${previewed}`,
    ]);
    const edited = structuredClone(objects);
    edited.previewRoute!.spec.rules[0].backendRefs[0].name = `${name}-${stable}`;
    expect(words(setup, candidate, edited)).toEqual([`apply HTTPRoute ${previewed}`]);
    expect(words(setup, undefined, objects)).toEqual([
      `delete Service ${previewed}`,
      `delete HTTPRoute ${previewed}`,
    ]);
  });

  it('goes when the spec has no host names for it any more, or no gateway', () => {
    const objects = previewing(setup, candidate);
    expect(words(setup, candidate, { ...objects, deployment: withoutRoute })).toEqual([
      `delete HTTPRoute ${previewed}`,
    ]);
    const { httpRoute: _route, ...rest } = objects;
    expect(words(services, candidate, { ...rest, deployment: plain })).toEqual([
      `delete HTTPRoute ${previewed}`,
    ]);
  });

  it('law 11: there is a preview only when Service and route say the same', () => {
    const objects = previewing(setup, candidate);
    expect(setup.router.read(objects).preview).toBe(candidate);
    expect(setup.router.read({ ...objects, previewRoute: undefined }).preview).toBeUndefined();
    expect(setup.router.read({ ...objects, previewService: undefined }).preview).toBeUndefined();
    const two = structuredClone(objects);
    two.previewRoute!.spec.rules[0].backendRefs.push({ name: `${name}-${other}`, port: 80 });
    expect(setup.router.read(two)).toMatchObject({
      preview: undefined,
      named: [candidate, stable, other].sort(),
    });
  });

  it('law 7: is acknowledged with the other', () => {
    const objects = previewing(setup, candidate);
    const half = { ...objects, httpRoute: accept(objects.httpRoute!) };
    expect(setup.router.read(half)).toMatchObject({
      acknowledged: false,
      acknowledgement: expect.stringMatching(/^the preview route: Gateway ml\/public: no controller/),
    });
    const both = { ...half, previewRoute: accept(objects.previewRoute!) };
    expect(setup.router.read(both).acknowledged).toBe(true);
    expect(setup.router.read({ ...both, httpRoute: objects.httpRoute }).acknowledgement).toMatch(/^Gateway/);
  });

  it('law 18: is never touched when it is somebody else’s', () => {
    const route = previewing(setup, candidate).previewRoute!;
    const theirs = { ...route, metadata: { ...route.metadata, ownerReferences: [] } };
    const objects = settled(setup, { previewRoute: theirs });
    expect(words(setup, other, objects)).toEqual([`create Service ${previewed}`]);
    expect(words(setup, undefined, objects)).toEqual([]);
    expect(setup.router.read(objects)).toMatchObject({
      previewProblem: { reason: 'RouteConflict', message: expect.stringContaining(`HTTPRoute ${previewed}`) },
    });
    expect(setup.router.read(objects).problem).toBeUndefined();
  });

  it('is not written where the Gateway API is not installed', () => {
    expect(words(setup, candidate, { ...settled(setup), gatewayAPIInstalled: false })).toEqual([
      `create Service ${previewed}`,
    ]);
  });
});
