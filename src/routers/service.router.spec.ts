import { describe, expect, it } from '@jest/globals';
import * as world from '../../test/support/router-objects.ts';
import type { ApexSelection, LivePods } from '../domain/traffic/split.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import { GatewayApiRouter } from './gateway-api.router.ts';
import { routerFor } from './router-factory.ts';
import { type RouterObjects, WrongIntentError } from './router.ts';
import { ServiceRouter } from './service.router.ts';

const { stable, candidate, other, name, pod } = world;
const router = new ServiceRouter();
const live: ApexSelection = { kind: 'live' };
const selecting = (revision: string): ApexSelection => ({ kind: 'revision', revision });
const ratio = (stablePods: number, candidatePods: number): LivePods[] => [
  { revision: stable, pods: stablePods },
  { revision: candidate, pods: candidatePods },
];
const many = (revision: string, count: number, options: world.PodOptions = {}) =>
  Array.from({ length: count }, (_, index) => pod(revision, `p${index}`, options));

/** Objects whose apex endpoints are what Kubernetes would make of them. */
const settled = (
  apex: ApexSelection | undefined,
  pods: KubernetesObject[],
  more: Partial<RouterObjects> = {},
) => {
  const apexService = apex && world.apexSelecting(apex);
  return world.objectsWith({
    apexService,
    pods,
    endpointSlices: [world.apexSlice({ apexService, pods })],
    ...more,
  });
};
const words = (intent: LivePods[], apex: ApexSelection, objects: RouterObjects) =>
  router.writes({ kind: 'replicaRatio', live: intent }, apex, objects).map(world.inWords);

describe('ServiceRouter going to a ratio', () => {
  const ready = [...many(stable, 2), ...many(candidate, 1)];

  it('labels first, the stable ones before the candidate', () => {
    expect(words(ratio(2, 1), live, settled(selecting(stable), ready))).toEqual([
      `label Pod ${name}-${stable}-5f6d7-p0`,
      `label Pod ${name}-${stable}-5f6d7-p1`,
      `label Pod ${name}-${candidate}-5f6d7-p0`,
    ]);
  });

  it('laws 16 and 18: a label is one JSON patch on the pod as it was read', () => {
    const objects = settled(selecting(stable), many(stable, 1));
    expect(router.writes({ kind: 'replicaRatio', live: ratio(1, 0) }, live, objects)).toEqual([
      {
        verb: 'patch',
        kind: expect.objectContaining({ kind: 'Pod' }),
        name: { namespace: 'ml', name: `${name}-${stable}-5f6d7-p0` },
        operations: [
          { op: 'test', path: '/metadata/resourceVersion', value: objects.pods[0]!.metadata.resourceVersion },
          { op: 'add', path: '/metadata/labels/understudy.dev~1live', value: 'true' },
        ],
      },
    ]);
  });

  it('the selector follows when all labels are seen', () => {
    const labelled = [...many(stable, 2, { live: true }), ...many(candidate, 1, { live: true })];
    const writes = router.writes(
      { kind: 'replicaRatio', live: ratio(2, 1) },
      live,
      settled(selecting(stable), labelled),
    );
    expect(writes).toMatchObject([
      {
        verb: 'apply',
        object: {
          spec: { selector: { 'understudy.dev/model-deployment': name, 'understudy.dev/live': 'true' } },
        },
      },
    ]);
  });

  it('the selector waits while it would leave fewer endpoints than there are', () => {
    const labelled = [
      ...many(stable, 2, { live: true }),
      pod(stable, 'p2'),
      pod(candidate, 'p0', { ready: false }),
    ];
    expect(
      words(
        [
          { revision: stable, pods: 2 },
          { revision: candidate, pods: 1 },
        ],
        live,
        settled(selecting(stable), labelled),
      ),
    ).toEqual([]);
  });

  it('law 5: nobody comes in with an old label', () => {
    const pods = [
      ...many(stable, 2, { live: true }),
      pod(candidate, 'p0', { live: true }),
      pod(other, 'p0', { live: true }),
    ];
    expect(words(ratio(2, 1), live, settled(selecting(stable), pods))).toEqual([
      `unlabel Pod ${name}-${other}-5f6d7-p0`,
    ]);
  });

  it('adds to a running ratio, and takes surplus labels away only when the endpoints hold the new pods', () => {
    const pods = [
      ...many(stable, 4, { live: true }),
      pod(candidate, 'p0', { live: true }),
      pod(candidate, 'p1'),
    ];
    const first = settled(live, pods);
    expect(words(ratio(2, 2), live, first)).toEqual([`label Pod ${name}-${candidate}-5f6d7-p1`]);
    const labelled = world.carryOut(
      first,
      router.writes({ kind: 'replicaRatio', live: ratio(2, 2) }, live, first)[0]!,
    );
    expect(words(ratio(2, 2), live, labelled)).toEqual([]);
    const seen = { ...labelled, endpointSlices: [world.apexSlice(labelled)] };
    expect(words(ratio(2, 2), live, seen)).toEqual([
      `unlabel Pod ${name}-${stable}-5f6d7-p2`,
      `unlabel Pod ${name}-${stable}-5f6d7-p3`,
    ]);
  });

  it('takes no ready pod out while fewer than asked for would remain', () => {
    const pods = [...many(stable, 4, { live: true }), ...many(candidate, 2, { live: true })];
    expect(words(ratio(1, 4), live, settled(live, pods))).toEqual([`unlabel Pod ${name}-${stable}-5f6d7-p1`]);
  });

  it('replaces a labelled pod that is not ready any more', () => {
    const pods = [
      pod(stable, 'p0', { live: true, ready: false }),
      pod(stable, 'p1', { live: true }),
      pod(stable, 'p2'),
    ];
    const first = settled(live, pods);
    expect(words(ratio(2, 0), live, first)).toEqual([`label Pod ${name}-${stable}-5f6d7-p2`]);
    const labelled = world.carryOut(
      first,
      router.writes({ kind: 'replicaRatio', live: ratio(2, 0) }, live, first)[0]!,
    );
    const seen = { ...labelled, endpointSlices: [world.apexSlice(labelled)] };
    expect(words(ratio(2, 0), live, seen)).toEqual([`unlabel Pod ${name}-${stable}-5f6d7-p0`]);
  });

  it('leaves the label on one that nobody replaces, so that it comes back by itself', () => {
    const pods = [pod(stable, 'p0', { live: true, ready: false }), pod(stable, 'p1', { live: true })];
    expect(words(ratio(2, 0), live, settled(live, pods))).toEqual([]);
  });

  it('never empties the apex: with no chosen pod it takes nothing away', () => {
    const pods = [pod(stable, 'p0', { ready: false }), pod(other, 'p0', { live: true })];
    expect(words(ratio(2, 0), live, settled(live, pods))).toEqual([]);
  });

  it('law 15: writes nothing when it is done', () => {
    const pods = [
      ...many(stable, 3, { live: true }),
      pod(stable, 'p3'),
      ...many(candidate, 1, { live: true }),
    ];
    expect(words(ratio(3, 1), live, settled(live, pods))).toEqual([]);
  });

  it('does not mix in a revision that listens elsewhere, and says why', () => {
    const revisionServices = [
      world.revisionServiceOf(stable),
      world.revisionServiceOf(candidate, { port: 80, targetPort: 9090 }),
    ];
    const pods = [...many(stable, 2, { live: true }), ...many(candidate, 1)];
    const objects = settled(live, pods, { revisionServices });
    expect(words(ratio(2, 1), live, objects)).toEqual([]);
    expect(router.read(objects).acknowledgement).toContain(`revision ${candidate} listens on port 9090`);
  });

  it('repairs a selector that was edited by hand', () => {
    const pods = many(stable, 2, { live: true });
    const objects = settled(live, pods);
    objects.apexService!.spec.selector['app'] = 'mine';
    expect(words(ratio(2, 0), live, objects)).toEqual([`apply Service ${name}`]);
  });
});

describe('ServiceRouter going to one revision', () => {
  const pods = [...many(stable, 2, { live: true }), ...many(candidate, 2, { live: true }), pod(other, 'p0')];

  it('law 5: a rollback is exactly one write before anything else', () => {
    const writes = router.writes({ kind: 'replicaRatio', live: [] }, selecting(stable), settled(live, pods));
    expect(writes).toMatchObject([
      {
        verb: 'apply',
        object: {
          spec: { selector: { 'understudy.dev/model-deployment': name, 'understudy.dev/revision': stable } },
        },
      },
    ]);
  });

  it('takes labels away only after the endpoints show the selection, and not from the selected revision', () => {
    const before = settled(live, pods);
    const written = { ...before, apexService: world.apexSelecting(selecting(stable)) };
    expect(words([], selecting(stable), written)).toEqual([]);
    const seen = { ...written, endpointSlices: [world.apexSlice(written)] };
    expect(words([], selecting(stable), seen)).toEqual([
      `unlabel Pod ${name}-${candidate}-5f6d7-p0`,
      `unlabel Pod ${name}-${candidate}-5f6d7-p1`,
    ]);
  });

  it('creates the apex, sending to the port of the revision', () => {
    const revisionServices = [
      world.revisionServiceOf(stable, { port: 80, targetPort: 9000, appProtocol: 'kubernetes.io/h2c' }),
    ];
    const objects = settled(undefined, [], { revisionServices });
    expect(router.writes({ kind: 'replicaRatio', live: [] }, selecting(stable), objects)).toMatchObject([
      {
        verb: 'create',
        object: {
          metadata: { name, labels: { 'understudy.dev/model-deployment': name } },
          spec: { ports: [{ port: 80, targetPort: 9000, appProtocol: 'kubernetes.io/h2c' }] },
        },
      },
    ]);
  });

  it('changes selector and port in one write when the revisions listen on different ports', () => {
    const revisionServices = [
      world.revisionServiceOf(stable),
      world.revisionServiceOf(candidate, { port: 80, targetPort: 9090 }),
    ];
    const objects = settled(selecting(stable), [], { revisionServices });
    const writes = router.writes({ kind: 'replicaRatio', live: [] }, selecting(candidate), objects);
    expect(writes).toMatchObject([
      {
        verb: 'patch',
        operations: [
          { op: 'test', path: '/metadata/resourceVersion' },
          { path: '/spec/selector', value: { 'understudy.dev/revision': candidate } },
          { path: '/spec/ports', value: [{ targetPort: 9090 }] },
        ],
      },
    ]);
  });

  it('law 15: writes nothing when it is done', () => {
    expect(words([], selecting(stable), settled(selecting(stable), many(stable, 2)))).toEqual([]);
  });

  it('law 18: never touches an apex of somebody else', () => {
    const objects = settled(live, many(stable, 2));
    objects.apexService!.metadata.ownerReferences = [];
    expect(words([], selecting(stable), objects)).toEqual([]);
    expect(router.read(objects).problem).toMatchObject({ reason: 'ServiceConflict' });
  });

  it('refuses an intent of the other kind', () => {
    const intent = { kind: 'weighted', backends: [] } as const;
    expect(() => router.writes({ ...intent, backends: [] }, live, settled(live, []))).toThrow(
      WrongIntentError,
    );
  });
});

describe('ServiceRouter and the route of an earlier spec', () => {
  const gateway = world.deploymentWith({ traffic: { gatewayAPI: { parentRefs: [{ name: 'public' }] } } });
  const backends = [
    { revision: stable, weight: 900 },
    { revision: candidate, weight: 100 },
  ];
  const before = settled(selecting(stable), many(stable, 2), { deployment: gateway });
  const [route] = new GatewayApiRouter().writes({ kind: 'weighted', backends }, selecting(stable), before);
  const leftOver = { ...world.carryOut(before, route!), deployment: world.deploymentWith() };

  it('law 3: the route still names its revisions', () => {
    expect(router.read(leftOver)).toMatchObject({ route: undefined, named: [candidate, stable].sort() });
  });

  it('deletes it once the apex selects the one revision', () => {
    const { uid, resourceVersion } = leftOver.httpRoute!.metadata;
    expect(router.writes({ kind: 'replicaRatio', live: [] }, selecting(stable), leftOver)).toMatchObject([
      { verb: 'delete', kind: { kind: 'HTTPRoute' }, name: { namespace: 'ml', name }, uid, resourceVersion },
    ]);
    expect(words([], selecting(candidate), leftOver)).toEqual([`apply Service ${name}`]);
    expect(words(ratio(2, 0), live, leftOver)).not.toContain(`delete HTTPRoute ${name}`);
  });

  it('leaves a route of somebody else alone', () => {
    const foreign = structuredClone(leftOver);
    foreign.httpRoute!.metadata.ownerReferences = [];
    expect(words([], selecting(stable), foreign)).toEqual([]);
  });
});

describe('ServiceRouter reads', () => {
  it('a running ratio', () => {
    const pods = [
      ...many(stable, 3, { live: true }),
      pod(candidate, 'p0', { live: true }),
      pod(candidate, 'p1', { live: true, ready: false }),
      pod(candidate, 'p2'),
    ];
    expect(router.read(settled(live, pods))).toEqual({
      router: 'replicaRatio',
      apex: { kind: 'live' },
      route: undefined,
      extras: {},
      preview: undefined,
      lacking: {
        matchHeaders: expect.stringContaining('use traffic.gatewayAPI'),
        matchQueryParams: expect.stringContaining('use traffic.gatewayAPI'),
        matchPath: expect.stringContaining('use traffic.gatewayAPI'),
        mirror: expect.stringContaining('use traffic.gatewayAPI'),
        mirrorPercent: expect.stringContaining('use traffic.gatewayAPI'),
        sticky: expect.stringContaining('use traffic.gatewayAPI'),
        previewRoute: expect.stringContaining('use traffic.gatewayAPI'),
      },
      live: { [stable]: 3, [candidate]: 1 },
      endpoints: { [stable]: 3, [candidate]: 1 },
      acknowledged: true,
      acknowledgement: expect.stringContaining('exactly the chosen pods'),
      named: [candidate, stable].sort(),
      problem: undefined,
    });
  });

  it('law 7: not acknowledged while the endpoints lag', () => {
    const before = settled(live, [...many(stable, 2, { live: true }), pod(candidate, 'p0')]);
    const labelled = { ...before, pods: [...before.pods.slice(0, 2), pod(candidate, 'p0', { live: true })] };
    expect(router.read(labelled)).toMatchObject({
      acknowledged: false,
      acknowledgement: `the endpoints of Service ${name} hold 2 of 3 chosen pods`,
    });
    const rolledBack = { ...before, apexService: world.apexSelecting(selecting(candidate)) };
    expect(router.read(rolledBack).acknowledgement).toBe(
      `the endpoints of Service ${name} hold 0 of 1 chosen pods, and 2 that are not chosen`,
    );
  });

  it('law 3: an endpoint whose pod is not known any more still names its revision', () => {
    const objects = settled(selecting(stable), many(stable, 1));
    objects.endpointSlices.push(world.sliceOf(name, [pod(candidate, 'gone')]));
    expect(router.read(objects).named).toEqual([candidate, stable].sort());
  });

  it('does not take the endpoints of a revision Service for those of the apex', () => {
    const objects = settled(selecting(stable), many(stable, 1));
    objects.endpointSlices.push(world.sliceOf(`${name}-${candidate}`, many(candidate, 1)));
    expect(router.read(objects)).toMatchObject({
      endpoints: { [stable]: 1 },
      acknowledged: true,
      named: [stable],
    });
  });

  it('no apex yet', () => {
    expect(router.read(settled(undefined, []))).toMatchObject({
      apex: undefined,
      acknowledged: false,
      acknowledgement: `Service ${name} does not exist yet`,
      named: [],
    });
  });
});

describe('routerFor', () => {
  it('gives the router that the spec asks for', () => {
    expect(routerFor({ kind: 'service' }).kind).toBe('replicaRatio');
    expect(
      routerFor({ kind: 'gatewayAPI', parentRefs: [], hostnames: [], matches: [], previewHostnames: [] })
        .kind,
    ).toBe('weighted');
  });
});
