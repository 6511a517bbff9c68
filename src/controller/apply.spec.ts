import { beforeEach, describe, expect, it } from '@jest/globals';
import * as objects from '../../test/support/router-objects.ts';
import type { ModelDeploymentStatus } from '../api/model-deployment-status.ts';
import type { Decision } from '../domain/decision.ts';
import { identifyRevision } from '../domain/revision/revision-hash.ts';
import type { Backend } from '../domain/traffic/split.ts';
import type { World } from '../domain/world.ts';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import { routerFor } from '../routers/router-factory.ts';
import { Applier, type ObjectReference } from './apply.ts';
import { ForeignObjects } from './foreign-objects.ts';
import type { Gathered } from './gather.ts';
import { modelRollout, readRollout } from './objects/model-rollout.ts';
import { revisionDeployment } from './objects/revision-deployment.ts';
import { revisionService } from './objects/revision-service.ts';
import { NotedCluster, type NotedWrite } from './testing/noted-cluster.ts';

const { name, owner } = objects;
const traffic = { gatewayAPI: { parentRefs: [{ name: 'public', namespace: 'gateway' }] } };
const deployment = objects.deploymentWith({ traffic });
const identityOf = (version: string) =>
  identifyRevision({ model: { version }, serving: { workload: { template: objects.template } } }, []);
const stable = identityOf('1');
const candidate = identityOf('2');
const stableName = `${name}-${stable.revision}`;
const candidateName = `${name}-${candidate.revision}`;
const router = routerFor(deployment.spec.traffic);
const status = (message: string): ModelDeploymentStatus => ({ phase: 'Progressing', message });

const split = (weight: number): Backend[] => [
  { revision: stable.revision, weight: 1000 - weight },
  { revision: candidate.revision, weight },
];
const trafficAt = (weight: number): Decision['traffic'] => ({
  intent: { kind: 'weighted', backends: split(weight) },
  apex: { kind: 'revision', revision: stable.revision },
});
const rolloutSpec = (number: number) => ({
  number,
  modelDeployment: name,
  from: { revision: stable.revision },
  to: { revision: candidate.revision },
  plan: { ...deployment.spec.plan, progressDeadlineMs: 600_000, readinessPercent: 100 },
  analysis: deployment.spec.analysis,
});

let api: NotedCluster;
let foreign: ForeignObjects;
let written: ObjectReference[];

/** What a pass would have gathered of the objects as they are now. */
function gather(): Gathered {
  const revisionsOf = (revision: string) => ({
    deployment: api.find('Deployment', `${name}-${revision}`),
    service: api.find('Service', `${name}-${revision}`),
  });
  const revisions = [stable, candidate].map(
    ({ revision }) => [revision, revisionsOf(revision)] as [string, ReturnType<typeof revisionsOf>],
  );
  const rollout = api.find('ModelRollout', `${name}-1`);
  return {
    object: api.find('ModelDeployment', name)!,
    world: {} as World,
    router,
    routerObjects: {
      deployment,
      apexService: api.find('Service', name),
      revisionServices: revisions.flatMap(([, { service }]) => service ?? []),
      httpRoute: api.find('HTTPRoute', name),
      endpointSlices: [],
      pods: [],
      gatewayAPIInstalled: true,
      gateways: [],
    },
    revisions: new Map(revisions.filter(([, { deployment: live }]) => live)),
    rollouts: new Map(rollout ? [[rollout.metadata.name, rollout]] : []),
    actions: new Map(),
  };
}

const apply = (decision: Decision, gathered = gather()) =>
  new Applier(api.cluster, foreign).apply(gathered, decision, written);
const refused = (work: Promise<unknown>) => work.then(() => undefined).catch((error: unknown) => error);

/** A rollout at weight 0 is taken to 25 percent, its candidate to four replicas. */
const step = (overrides: Partial<Decision> = {}): Decision => ({
  rolloutStatus: {
    name: `${name}-1`,
    status: { ...readRollout(api.find('ModelRollout', `${name}-1`)!, 0).status, weight: 25 },
  },
  trafficBeforeRecord: false,
  revisions: [
    { kind: 'ensure', identity: candidate, replicas: 4 },
    { kind: 'keep', revision: stable.revision, replicas: 3 },
  ],
  traffic: trafficAt(250),
  actions: [],
  status: status('at 25 percent'),
  events: [],
  ...overrides,
});

beforeEach(() => {
  api = new NotedCluster();
  foreign = new ForeignObjects(api.cluster);
  written = [];
  const settings = { replicas: 3, progressDeadlineMs: 600_000, drainUntilMs: undefined };
  for (const identity of [stable, candidate]) {
    api.put(revisionService(owner, identity, 80));
    api.put(revisionDeployment(owner, identity, settings));
  }
  api.put(modelRollout(owner, `${name}-1`, rolloutSpec(1)));
  api.put({
    apiVersion: 'understudy.dev/v1alpha1',
    kind: 'ModelDeployment',
    metadata: { namespace: 'ml', name, uid: owner.uid },
    spec: { serving: { workload: { template: objects.template } }, traffic },
    status: status('at 0 percent'),
  });
  const { intent, apex } = trafficAt(0)!;
  for (const write of router.writes(intent, apex, gather().routerObjects))
    if (write.verb === 'create') api.put(write.object);
});

/** What the world said after a write, in the order in which the parts must change. */
const seen = ({ world }: NotedWrite) => ({
  recorded: world.get(`ModelRollout ml/${name}-1`)?.['status']?.weight ?? 0,
  routed: (world.get(`HTTPRoute ml/${name}`)?.['spec'].rules[0].backendRefs as KubernetesObject[]).find(
    (backend) => backend['name'] === candidateName,
  )?.['weight'],
  replicas: world.get(`Deployment ml/${candidateName}`)?.['spec'].replicas,
  said: world.get(`ModelDeployment ml/${name}`)?.['status'].message,
});

describe('law 13: the order of writes', () => {
  it('is record, traffic, workloads, and the status once and last', async () => {
    await apply(step());
    expect(api.words).toEqual([
      `status ModelRollout ${name}-1`,
      `apply HTTPRoute ${name}`,
      `apply Deployment ${candidateName}`,
      `status ModelDeployment ${name}`,
    ]);
    expect(api.noted.map(seen)).toEqual([
      { recorded: 25, routed: 0, replicas: 3, said: 'at 0 percent' },
      { recorded: 25, routed: 250, replicas: 3, said: 'at 0 percent' },
      { recorded: 25, routed: 250, replicas: 4, said: 'at 0 percent' },
      { recorded: 25, routed: 250, replicas: 4, said: 'at 25 percent' },
    ]);
    expect(written.map(({ kind, key }) => `${kind.kind} ${key}`)).toEqual([
      `ModelRollout ml/${name}-1`,
      `HTTPRoute ml/${name}`,
      `Deployment ml/${candidateName}`,
      `ModelDeployment ml/${name}`,
    ]);
  });

  it('a new record comes before everything', async () => {
    await apply(
      step({ rolloutStatus: undefined, createRollout: { name: `${name}-2`, spec: rolloutSpec(2) } }),
    );
    expect(api.words[0]).toBe(`create ModelRollout ${name}-2`);
    expect(api.words.at(-1)).toBe(`status ModelDeployment ${name}`);
  });

  it('law 4: weight is taken away before anything shrinks or goes', async () => {
    await apply(step());
    api.noted.length = 0;
    await apply(
      step({
        rolloutStatus: undefined,
        traffic: trafficAt(0),
        revisions: [
          { kind: 'delete', revision: candidate.revision },
          { kind: 'deleteRollout', name: `${name}-1` },
        ],
      }),
    );
    expect(api.words).toEqual([
      `apply HTTPRoute ${name}`,
      `delete Service ${candidateName}`,
      `delete Deployment ${candidateName}`,
      `delete ModelRollout ${name}-1`,
    ]);
    expect(api.noted.slice(1).map(({ sent }) => sent)).toEqual(
      Array(3).fill({
        uid: expect.any(String),
        resourceVersion: expect.any(String),
        propagation: 'Background',
      }),
    );
  });

  describe('an eviction', () => {
    /** Evicts a pod and scales its Deployment down, in one pass. */
    const evict = (pod: KubernetesObject) => {
      const gathered = gather();
      const revisions: Decision['revisions'] = [{ kind: 'keep', revision: stable.revision, replicas: 2 }];
      const evictions = [{ name: pod.metadata.name, uid: pod.metadata.uid ?? '' }];
      const decision = step({ rolloutStatus: undefined, traffic: undefined, evictions, revisions });
      return apply(decision, { ...gathered, routerObjects: { ...gathered.routerObjects, pods: [pod] } });
    };
    const podOf = (): KubernetesObject =>
      api.put({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'ml', name: 'old' }, spec: {} });
    const afterwards = [`apply Deployment ${stableName}`, `status ModelDeployment ${name}`];

    it('comes before the Deployment shrinks, which must find the pod gone', async () => {
      const pod = podOf();
      await evict(pod);
      expect(api.words).toEqual(['evict Pod old', ...afterwards]);
      const { uid, resourceVersion } = pod.metadata;
      expect(api.noted[0]?.sent).toEqual({ uid, resourceVersion });
      expect(written[0]).toMatchObject({ kind: { kind: 'Pod' }, key: 'ml/old' });
    });

    it('that is refused by then ends the pass, and nothing shrinks', async () => {
      api.refuse = () => new ClusterError('disruptionBudget', 'not now');
      await expect(evict(podOf())).rejects.toThrow('not now');
      expect(api.words).toEqual([]);
    });

    it('of a pod that is gone is done already', async () => {
      const pod = podOf();
      api.remove('Pod', 'old');
      await evict(pod);
      expect(api.words).toEqual(afterwards);
    });
  });

  it('a write that fails ends the pass, and what was written before it is known', async () => {
    api.refuse = (words) =>
      words === `apply Deployment ${candidateName}` ? new ClusterError('throttled', 'slowly') : undefined;
    await expect(apply(step())).rejects.toThrow('slowly');
    expect(api.words).toEqual([`status ModelRollout ${name}-1`, `apply HTTPRoute ${name}`]);
    expect(written.map(({ kind }) => kind.kind)).toEqual(['ModelRollout', 'HTTPRoute']);
  });
});

describe('law 13: a record that cannot be written', () => {
  const records: [string, () => Partial<Decision>][] = [
    ['a status', () => ({})],
    [
      'a new rollout',
      () => ({ rolloutStatus: undefined, createRollout: { name: `${name}-2`, spec: rolloutSpec(2) } }),
    ],
  ];
  it.each(records)('%s: a Fail moves traffic all the same, and nothing else', async (_name, change) => {
    api.refuse = (words) =>
      words.includes('ModelRollout') ? new ClusterError('forbidden', 'no records today') : undefined;
    await expect(apply(step({ ...change(), trafficBeforeRecord: true }))).rejects.toThrow('no records today');
    expect(api.words).toEqual([`apply HTTPRoute ${name}`]);
    expect(written).toEqual([expect.objectContaining({ key: `ml/${name}` })]);
  });

  it.each(records)('%s: without a Fail nothing is written', async (_name, change) => {
    api.refuse = (words) =>
      words.includes('ModelRollout') ? new ClusterError('forbidden', 'no records today') : undefined;
    await expect(apply(step(change()))).rejects.toThrow('no records today');
    expect(api.words).toEqual([]);
    expect(written).toEqual([]);
  });
});

describe('law 15', () => {
  it('writes nothing when nothing differs', async () => {
    const decision = step();
    await apply(decision);
    expect(api.noted).toHaveLength(4);
    await apply(decision);
    expect(api.noted).toHaveLength(4);
    expect(written).toHaveLength(4);
  });

  it('writes only what differs', async () => {
    const decision = step();
    await apply(decision);
    api.noted.length = 0;
    await apply({ ...decision, status: status('at 25 percent, and waiting') });
    expect(api.words).toEqual([`status ModelDeployment ${name}`]);
  });

  it('writes no status for a record that is not there, and deletes none', async () => {
    await apply(
      step({
        rolloutStatus: { ...step().rolloutStatus!, name: `${name}-9` },
        traffic: undefined,
        revisions: [{ kind: 'deleteRollout', name: `${name}-9` }],
        status: status('at 0 percent'),
      }),
    );
    expect(api.words).toEqual([]);
  });
});

describe('law 16', () => {
  it('every apply carries uid and resourceVersion of what was decided on', async () => {
    const before = gather();
    const live = [
      before.rollouts.get(`${name}-1`)!,
      before.routerObjects.httpRoute!,
      before.revisions.get(candidate.revision)!.deployment!,
      before.object,
    ];
    await apply(step(), before);
    expect(api.noted.map(({ sent }) => (sent as KubernetesObject).metadata)).toEqual(
      live.map(({ metadata: { uid, resourceVersion } }) => expect.objectContaining({ uid, resourceVersion })),
    );
  });

  const changed: [string, string, number][] = [
    ['ModelRollout', `${name}-1`, 0],
    ['HTTPRoute', name, 1],
    ['Deployment', candidateName, 2],
    ['ModelDeployment', name, 3],
  ];
  it.each(changed)('what changed since ends the pass at %s %s', async (kind, object, writes) => {
    const before = gather();
    const decision = step();
    api.put(api.find(kind, object)!);
    expect(ClusterError.is(await refused(apply(decision, before)), 'conflict')).toBe(true);
    expect(api.words).toHaveLength(writes);
  });

  it('deletes nothing that changed, and what is gone needs no deletion', async () => {
    const decision = step({
      rolloutStatus: undefined,
      traffic: undefined,
      revisions: [{ kind: 'delete', revision: candidate.revision }],
    });
    const before = gather();
    api.put(api.find('Service', candidateName)!);
    expect(ClusterError.is(await refused(apply(decision, before)), 'conflict')).toBe(true);
    expect(api.words).toEqual([]);
    const again = gather();
    api.remove('Service', candidateName);
    await apply(decision, again);
    expect(api.words).toEqual([`delete Deployment ${candidateName}`, `status ModelDeployment ${name}`]);
  });
});

describe('a create that finds its name taken', () => {
  const withoutApex = (): Gathered => {
    const gathered = gather();
    return { ...gathered, routerObjects: { ...gathered.routerObjects, apexService: undefined } };
  };

  it('by somebody else: it is known from now on, and nothing more is written', async () => {
    const theirs = api.put({
      ...api.find('Service', name)!,
      metadata: { namespace: 'ml', name, uid: 'theirs' },
    });
    expect(ClusterError.is(await refused(apply(step(), withoutApex())), 'alreadyExists')).toBe(true);
    expect(foreign.service(`ml/${name}`)).toEqual(theirs);
    expect(api.words).toEqual([`status ModelRollout ${name}-1`, `apply HTTPRoute ${name}`]);
  });

  it('by our own: a conflict, for only the cache is behind', async () => {
    expect(ClusterError.is(await refused(apply(step(), withoutApex())), 'conflict')).toBe(true);
    expect(foreign.service(`ml/${name}`)).toBeUndefined();
  });

  it('a Deployment: thrown as it is', async () => {
    const gathered = gather();
    const { service } = gathered.revisions.get(candidate.revision)!;
    gathered.revisions.set(candidate.revision, { service });
    const error = await refused(
      apply(step({ revisions: [{ kind: 'ensure', identity: candidate, replicas: 1 }] }), gathered),
    );
    expect(ClusterError.is(error, 'alreadyExists')).toBe(true);
  });
});

it('workloads are what is asked for, in that order, and of no revision that is gone', async () => {
  await apply(
    step({
      rolloutStatus: undefined,
      traffic: undefined,
      revisions: [
        { kind: 'keep', revision: stable.revision, replicas: 2 },
        { kind: 'keep', revision: 'gggggggggg', replicas: 2 },
        { kind: 'ensure', identity: candidate, replicas: 1 },
      ],
    }),
  );
  expect(api.words).toEqual([
    `apply Deployment ${stableName}`,
    `apply Deployment ${candidateName}`,
    `status ModelDeployment ${name}`,
  ]);
});
