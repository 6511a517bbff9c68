import { describe, expect, it } from '@jest/globals';
import * as objects from '../../../test/support/router-objects.ts';
import { identifyRevision } from '../../domain/revision/revision-hash.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import type { RouterObjects } from '../../routers/router.ts';
import { routerFor } from '../../routers/router-factory.ts';
import { readRevision } from '../objects/read-revision.ts';
import { revisionDeployment } from '../objects/revision-deployment.ts';
import { revisionService } from '../objects/revision-service.ts';
import { revisionWrites } from '../objects/revision-writes.ts';
import { leanDeployment, leanEndpointSlice, leanPod, leanService, leanWhole } from './lean-objects.ts';

const template = {
  spec: {
    terminationGracePeriodSeconds: 45,
    containers: [
      {
        ...objects.template.spec.containers[0]!,
        env: Array.from({ length: 20 }, (_, index) => ({ name: `SETTING_${index}`, value: 'something' })),
      },
    ],
  },
};
const traffic = { gatewayAPI: { parentRefs: [{ name: 'public', namespace: 'gateway' }] } };
const identity = identifyRevision({ serving: { workload: { template } } }, []);
const { revision } = identity;
const objectName = `${objects.name}-${revision}`;
const owner = objects.deploymentWith({ serving: { workload: { template } } });

/** What the API server and kubectl leave on an object. */
const asServed = (object: KubernetesObject): KubernetesObject => ({
  ...object,
  metadata: {
    ...object.metadata,
    annotations: {
      ...object.metadata.annotations,
      'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(object),
    },
    managedFields: [
      {
        manager: 'understudy',
        operation: 'Apply',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      },
      { manager: 'kube-controller-manager', operation: 'Update', fieldsV1: { 'f:status': {} } },
    ],
  },
});

const deployment = (): KubernetesObject => {
  const settings = { replicas: 3, progressDeadlineMs: 600_000, drainUntilMs: Date.UTC(2026, 1, 1) };
  const object = asServed(objects.stored(revisionDeployment(objects.owner, identity, settings), 4));
  object['spec'].strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%' } };
  object['status'] = {
    observedGeneration: 4,
    replicas: 3,
    updatedReplicas: 3,
    readyReplicas: 1,
    availableReplicas: 1,
    unavailableReplicas: 2,
    conditions: [
      { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'too long' },
      { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota' },
    ],
  };
  return object;
};

const podWith = (suffix: string, status: object, options: objects.PodOptions = {}): KubernetesObject => {
  const pod = asServed(objects.pod(revision, suffix, options));
  const [ready] = pod['status'].conditions;
  return {
    ...pod,
    spec: {
      nodeName: 'node-7',
      ...template.spec,
      tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' }],
      volumes: [{ name: 'kube-api-access', projected: { sources: [{ serviceAccountToken: {} }] } }],
    },
    status: {
      phase: 'Running',
      podIP: '10.0.0.7',
      hostIP: '192.168.0.7',
      qosClass: 'BestEffort',
      conditions: [
        ready,
        { type: 'Initialized', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' },
        { type: 'PodScheduled', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' },
      ],
      ...status,
    },
  };
};
const container = (more: object) => ({
  name: 'server',
  image: 'registry/resolved:1',
  imageID: 'sha256:abc',
  containerID: 'containerd://abc',
  ready: false,
  restartCount: 0,
  ...more,
});
const waiting = (reason: string, more: object = {}) =>
  container({ state: { waiting: { reason, message: 'because' } }, ...more });

const troubles: [string, object][] = [
  ['none', { containerStatuses: [container({ ready: true, state: { running: {} } })] }],
  ['an image that cannot be pulled', { containerStatuses: [waiting('ImagePullBackOff')] }],
  [
    'a crash loop',
    {
      containerStatuses: [
        waiting('CrashLoopBackOff', { restartCount: 3, lastState: { terminated: { exitCode: 3 } } }),
      ],
    },
  ],
  ['a bad configuration', { containerStatuses: [waiting('CreateContainerConfigError')] }],
  ['a probe that does not pass', { containerStatuses: [container({ state: { running: {} } })] }],
  [
    'an init container that ends',
    {
      initContainerStatuses: [container({ name: 'fetch', state: { terminated: { exitCode: 2 } } })],
      containerStatuses: [waiting('PodInitializing')],
    },
  ],
  [
    'no node',
    {
      conditions: [
        { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes' },
        { type: 'Ready', status: 'False' },
      ],
    },
  ],
];

/** Without what is not in the whole object either: a field that is undefined is one that is absent. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const size = (value: unknown): number => JSON.stringify(value).length;

describe('what a pass reads of a revision survives', () => {
  const service = asServed(objects.storedService(revisionService(objects.owner, identity, 80)));
  const read = (live: KubernetesObject, pods: KubernetesObject[], slices: KubernetesObject[]) =>
    readRevision(live, slices, pods, { service });

  it.each(troubles)('with pods in trouble: %s', (_name, status) => {
    const ready = { type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:05:00Z' };
    const pods = [podWith('a', { conditions: [ready] }), podWith('b', status, { ready: false })];
    const slices = [
      asServed(objects.sliceOf(objectName, pods)),
      asServed(objects.sliceOf('sentiment', pods)),
    ];
    const unmarked = deployment();
    unmarked['status'].conditions = [];
    const damaged = structuredClone(unmarked);
    damaged.metadata.annotations = {};
    for (const whole of [deployment(), unmarked, damaged]) {
      const expected = read(whole, pods, slices);
      expect(expected?.ready).toBe(1);
      expect(read(leanDeployment(whole), pods.map(leanPod), slices.map(leanEndpointSlice))).toEqual(expected);
    }
  });

  it('with all that decides whether there is anything to write', () => {
    const whole = { deployment: deployment(), service };
    const lean = { deployment: leanDeployment(whole.deployment), service: leanService(service) };
    for (const replicas of [2, 3]) {
      for (const drainUntilMs of [undefined, null, Date.UTC(2026, 1, 1), Date.UTC(2026, 1, 2)]) {
        const intent = { kind: 'keep' as const, revision, replicas, drainUntilMs };
        expect(revisionWrites(owner, intent, lean)).toEqual(revisionWrites(owner, intent, whole));
      }
    }
    const unchanged = { kind: 'keep' as const, revision, replicas: 3 };
    expect(revisionWrites(owner, unchanged, lean)).toEqual([]);
    const gone = { kind: 'delete' as const, revision };
    expect(revisionWrites(owner, gone, lean)).toEqual(revisionWrites(owner, gone, whole));
  });
});

describe('what a router reads and writes survives', () => {
  const { stable, candidate } = objects;
  const pods = [
    objects.pod(stable, 'a', { live: true }),
    objects.pod(stable, 'b', { live: true, terminating: true }),
    objects.pod(stable, 'c', { createdAt: '2026-01-02T00:00:00Z' }),
    objects.pod(candidate, 'd', { live: true, ready: false }),
    objects.pod(candidate, 'e', { live: true }),
    objects.pod(candidate, 'f'),
  ].map(asServed);
  const route = (weight: number) => {
    const apex = { kind: 'revision' as const, revision: stable };
    const backends = [
      { revision: stable, weight: 1000 - weight },
      { revision: candidate, weight },
    ];
    return { intent: { kind: 'weighted' as const, backends }, apex };
  };
  const wholeOf = (spec: object, apex: KubernetesObject): RouterObjects => {
    const given = objects.objectsWith({ deployment: objects.deploymentWith(spec), pods, apexService: apex });
    const slices = [
      objects.apexSlice(given),
      ...[stable, candidate].map((one) =>
        objects.sliceOf(
          `${objects.name}-${one}`,
          pods.filter(({ metadata }) => metadata.labels?.['understudy.dev/revision'] === one),
        ),
      ),
    ];
    return {
      ...given,
      apexService: asServed(apex),
      revisionServices: given.revisionServices.map(asServed),
      endpointSlices: slices.map(asServed),
    };
  };
  const leanOf = (whole: RouterObjects): RouterObjects => ({
    ...whole,
    apexService: whole.apexService && leanService(whole.apexService),
    revisionServices: whole.revisionServices.map(leanService),
    httpRoute: whole.httpRoute && leanWhole(whole.httpRoute),
    endpointSlices: whole.endpointSlices.map(leanEndpointSlice),
    pods: whole.pods.map(leanPod),
  });

  const selections = [{ kind: 'live' as const }, { kind: 'revision' as const, revision: stable }];
  it.each(selections)('of a plain Service that selects by %j', (selection) => {
    const whole = wholeOf({ traffic: { service: {} } }, objects.apexSelecting(selection));
    const lean = leanOf(whole);
    const router = routerFor(whole.deployment.spec.traffic);
    expect(router.read(lean)).toEqual(router.read(whole));
    expect(router.read(lean).named).toContain(stable);
    for (const apex of selections) {
      for (const [left, right] of [
        [1, 1],
        [2, 0],
        [0, 2],
      ]) {
        const live = [
          { revision: stable, pods: left! },
          { revision: candidate, pods: right! },
        ];
        const intent = { kind: 'replicaRatio' as const, live };
        expect(router.writes(intent, apex, lean)).toEqual(router.writes(intent, apex, whole));
      }
    }
  });

  it('of a gateway', () => {
    const bare = wholeOf({ traffic }, objects.apexSelecting({ kind: 'revision', revision: stable }));
    const router = routerFor(bare.deployment.spec.traffic);
    const [creation] = router.writes(route(250).intent, route(250).apex, bare);
    if (creation?.verb !== 'create') throw new Error('the route was to be created');
    const httpRoute = asServed(objects.stored(creation.object, 2));
    httpRoute['status'] = {
      parents: [
        {
          parentRef: {
            group: 'gateway.networking.k8s.io',
            kind: 'Gateway',
            ...traffic.gatewayAPI.parentRefs[0],
          },
          controllerName: 'somebody',
          conditions: ['Accepted', 'ResolvedRefs'].map((type) => ({
            type,
            status: 'True',
            observedGeneration: 2,
          })),
        },
      ],
    };
    const whole = { ...bare, httpRoute };
    const lean = leanOf(whole);
    expect(router.read(lean)).toEqual(router.read(whole));
    expect(router.read(lean).acknowledged).toBe(true);
    for (const weight of [0, 250, 500]) {
      const { intent, apex } = route(weight);
      expect(router.writes(intent, apex, lean)).toEqual(router.writes(intent, apex, whole));
    }
  });
});

describe('what nobody reads is gone', () => {
  const pod = podWith('a', { containerStatuses: [container({ ready: true, state: { running: {} } })] });
  const kept: [string, (object: KubernetesObject) => KubernetesObject, KubernetesObject, number][] = [
    ['Deployment', leanDeployment, deployment(), 0.6],
    ['Pod', leanPod, pod, 0.25],
    ['Service', leanService, asServed(objects.apexSelecting({ kind: 'live' })), 0.6],
    ['EndpointSlice', leanEndpointSlice, asServed(objects.sliceOf('sentiment', [pod])), 0.6],
    [
      'HTTPRoute',
      leanWhole,
      asServed(objects.stored({ apiVersion: 'v1', kind: 'X', metadata: { name: 'x' } })),
      0.6,
    ],
  ];
  it.each(kept)('of a %s: it shrinks, and keeps what names it', (_kind, lean, whole, share) => {
    const result = lean(whole);
    expect(size(result)).toBeLessThan(share * size(whole));
    const { name, namespace, uid, resourceVersion, labels } = whole.metadata;
    expect(plain(result.metadata)).toMatchObject(plain({ name, namespace, uid, resourceVersion, labels }));
    expect([result.apiVersion, result.kind]).toEqual([whole.apiVersion, whole.kind]);
    expect(JSON.stringify(result)).not.toMatch(/managedFields|last-applied|nodeName/);
  });

  it('the object that came in is as it was', () => {
    for (const [, lean, whole] of kept) {
      const before = structuredClone(whole);
      lean(whole);
      expect(whole).toEqual(before);
    }
  });

  it.each([
    ['Deployment', leanDeployment],
    ['Pod', leanPod],
    ['Service', leanService],
    ['EndpointSlice', leanEndpointSlice],
    ['other', leanWhole],
  ])('a %s with nothing in it is no fault', (kind, lean) => {
    const empty = { apiVersion: 'v1', kind, metadata: { name: 'x', namespace: 'ml' } };
    expect(lean(empty).metadata.name).toBe('x');
  });
});
