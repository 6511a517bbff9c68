import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type ApexSelection, backendsFor, type Backend } from '../../src/domain/traffic/split.ts';
import { type KubernetesObject, resourceKinds } from '../../src/kubernetes/resource.ts';
import { gatewayTraffic } from '../support/model-deployment.ts';
import { RouterBed } from '../support/router-bed.ts';
import { waitFor } from '../support/wait-for.ts';

jest.setTimeout(120_000);

let bed: RouterBed;
let stable: string;
let candidate: string;
let apex: ApexSelection;

beforeAll(async () => {
  bed = await RouterBed.start();
  const [v1, v2] = [bed.identity('1'), bed.identity('2')];
  stable = v1.revision;
  candidate = v2.revision;
  apex = { kind: 'revision', revision: stable };
  await Promise.all([bed.bringUp(v1, 2), bed.bringUp(v2, 1)]);
}, 600_000);

afterAll(async () => {
  await bed?.stop();
}, 60_000);

const weighted = (backends: Backend[]) => ({ kind: 'weighted', backends }) as const;
const split = (weight: number) => weighted(backendsFor(stable, { revision: candidate, weight }, []));
const pass = (weight: number) => bed.pass(split(weight), apex);

/** Law 7 is about the gateway's word; Envoy follows within a moment. */
const untilServed = (what: string, is: (answers: Record<string, number>) => boolean) =>
  waitFor(what, async () => {
    const answers = await bed.requests(40);
    return is(answers) ? answers : Promise.reject(new Error(JSON.stringify(answers)));
  });

describe('the route on a real gateway', () => {
  it('stands with the candidate at weight 0, acknowledged, and serves the stable only', async () => {
    await bed.settle(split(0), apex);
    expect(await bed.read()).toMatchObject({
      apex,
      route: [
        { revision: stable, weight: 1000 },
        { revision: candidate, weight: 0 },
      ],
      named: [stable, candidate].sort(),
      acknowledged: true,
    });
    await untilServed('the stable answers', (answers) => answers['v1'] === 40);
  });

  it('laws 2 and 7: moves the split in one write, not acknowledged before the gateway says so', async () => {
    const before = (await bed.objects()).httpRoute!.metadata.generation!;
    expect(await pass(25)).toMatchObject([{ verb: 'apply', object: { kind: 'HTTPRoute' } }]);
    await waitFor('the gateway acknowledges', async () => (await bed.read()).acknowledged);
    const { httpRoute } = await bed.objects();
    expect(httpRoute!.metadata.generation).toBe(before + 1);
    expect(httpRoute!['status'].parents[0].conditions).toContainEqual(
      expect.objectContaining({ type: 'Accepted', status: 'True', observedGeneration: before + 1 }),
    );
    await untilServed('the candidate answers too', (answers) => (answers['v2'] ?? 0) > 0);
    const answers = await bed.requests(800);
    expect(answers['v1']! + answers['v2']!).toBe(800);
    // Six standard deviations of 800 requests at 25 %.
    expect(Math.abs(answers['v2']! / 800 - 0.25)).toBeLessThan(0.092);
  });

  it('law 15: writes nothing when the live objects say it', async () => {
    expect(await pass(25)).toEqual([]);
  });

  it('no request fails while the weights move', async () => {
    const answers: Record<string, number> = {};
    for (const weight of [50, 10, 100, 0, 100, 25]) {
      await pass(weight);
      for (const [answer, count] of Object.entries(await bed.requests(60))) {
        answers[answer] = (answers[answer] ?? 0) + count;
      }
    }
    expect(Object.keys(answers).sort()).toEqual(['v1', 'v2']);
  });

  it('repairs what somebody edits by hand', async () => {
    await bed.settle(split(25), apex);
    const { httpRoute } = await bed.objects();
    const rules = structuredClone(httpRoute!['spec'].rules);
    rules[0].backendRefs[1].weight = 975;
    rules[0].backendRefs.push({ name: 'unknown', port: 80, weight: 25 });
    rules[0].filters = [
      { type: 'ResponseHeaderModifier', responseHeaderModifier: { set: [{ name: 'x-by', value: 'hand' }] } },
    ];
    await bed.bed.merge(resourceKinds.httpRoute, bed.name, { spec: { rules } });
    expect((await bed.read()).route).toContainEqual({ revision: 'unknown', weight: 25 });
    expect(await pass(25)).toHaveLength(1);
    const repaired = (await bed.objects()).httpRoute!['spec'].rules[0];
    expect(repaired.filters).toBeUndefined();
    expect(repaired.backendRefs.map(({ weight }: Backend) => weight)).toEqual([750, 250]);
    await bed.settle(split(25), apex);
  });

  it('names a backend that has no Service in its acknowledgement', async () => {
    const backends = [...split(25).backends, { revision: 'nnnnnnnnn2', weight: 0 }];
    await bed.pass(weighted(backends), apex);
    await waitFor('the gateway refuses', async () =>
      (await bed.read()).acknowledgement.includes('ResolvedRefs is False'),
    );
    expect(await bed.read()).toMatchObject({
      acknowledged: false,
      acknowledgement: expect.stringContaining('Gateway gateway/public: condition ResolvedRefs is False'),
      named: [stable, candidate, 'nnnnnnnnn2'].sort(),
    });
    await bed.settle(split(25), apex);
  });

  it('takes host names away, though the route was created with them', async () => {
    const { gatewayAPI } = gatewayTraffic(bed.name);
    const matches = [{ path: { value: '/only' } }];
    await bed.edit({ traffic: { gatewayAPI: { ...gatewayAPI, hostnames: null, matches } } });
    await bed.settle(split(25), apex);
    expect((await bed.objects()).httpRoute!['spec'].hostnames ?? []).toEqual([]);
    expect(await pass(25)).toEqual([]);
    await bed.edit({ traffic: { gatewayAPI: { ...gatewayAPI, matches: null } } });
    await bed.settle(split(25), apex);
  });

  it('says which listener does not take the route', async () => {
    const { gatewayAPI } = gatewayTraffic(bed.name);
    const [parent] = gatewayAPI.parentRefs;
    await bed.edit({
      traffic: { gatewayAPI: { ...gatewayAPI, parentRefs: [{ ...parent, sectionName: 'nowhere' }] } },
    });
    await pass(25);
    await waitFor('the gateway refuses', async () =>
      (await bed.read()).acknowledgement.includes('Accepted is False'),
    );
    expect((await bed.read()).acknowledgement).toContain('Gateway gateway/public (listener nowhere)');
    await bed.edit({
      traffic: { gatewayAPI: { ...gatewayAPI, parentRefs: [{ ...parent, sectionName: 'http' }] } },
    });
    await bed.settle(split(25), apex);
    await bed.edit({ traffic: { gatewayAPI } });
    await bed.settle(split(25), apex);
  });

  it('changes the port of the apex, and keeps serving through the revisions', async () => {
    await bed.edit({ service: { port: 8000 } });
    expect(await pass(25)).toMatchObject([{ verb: 'patch', name: { name: bed.name } }]);
    expect((await bed.objects()).apexService!['spec'].ports).toMatchObject([
      { port: 8000, targetPort: 'http' },
    ]);
    expect(await pass(25)).toEqual([]);
    expect(Object.keys(await bed.requests(40)).sort()).toEqual(['v1', 'v2']);
    await bed.edit({ service: { port: 80 } });
    await bed.settle(split(25), apex);
  });

  it('law 5: takes the traffic back in one write', async () => {
    expect(await pass(0)).toHaveLength(1);
    await untilServed('only the stable answers', (answers) => answers['v1'] === 40);
  });
});

describe('the objects of a revision', () => {
  const replicaSets = async (): Promise<KubernetesObject[]> => {
    const { status, body } = await bed.bed.user.get(
      `/apis/apps/v1/namespaces/default/replicasets?labelSelector=understudy.dev/revision=${stable}`,
    );
    expect(status).toBe(200);
    return body.items;
  };

  it('law 15: nothing to write after the API server filled in and normalised', async () => {
    expect(await bed.workload(stable, { kind: 'keep', revision: stable, replicas: 2 })).toEqual([]);
    expect(await bed.workload(stable, { kind: 'ensure', identity: bed.identity('1'), replicas: 2 })).toEqual(
      [],
    );
  });

  it('an apply that scales and marks changes nothing of the template, and starts no second ReplicaSet', async () => {
    const drainUntilMs = Date.now() + 60_000;
    await bed.workload(stable, { kind: 'keep', revision: stable, replicas: 1, drainUntilMs });
    await waitFor('one pod is left', async () => (await bed.revision(stable)).pods === 1);
    expect(await bed.revision(stable)).toMatchObject({ replicas: 1, drainUntilMs });
    await bed.workload(stable, { kind: 'keep', revision: stable, replicas: 2, drainUntilMs: null });
    await waitFor('both pods are back', async () => (await bed.revision(stable)).ready === 2);
    expect(await bed.revision(stable)).toMatchObject({
      replicas: 2,
      drainUntilMs: undefined,
      problem: undefined,
    });
    expect(
      await bed.workload(stable, { kind: 'keep', revision: stable, replicas: 2, drainUntilMs: null }),
    ).toEqual([]);
    const [only, ...more] = await replicaSets();
    expect(more).toEqual([]);
    // What was applied says '0.010' and '1024Ki'.
    expect(only!['spec'].template.spec.containers[0].resources.requests).toEqual({
      cpu: '10m',
      memory: '1Mi',
    });
  });

  it('scales a revision whose template could be created but not applied', async () => {
    const twice = bed.identity('4', {}, (container) => {
      container.env.push({ name: 'NAME', value: 'the last one counts' });
      container.ports.push({ name: 'again', containerPort: 8080 });
    });
    await bed.bringUp(twice, 1);
    await bed.workload(twice.revision, {
      kind: 'keep',
      revision: twice.revision,
      replicas: 2,
      drainUntilMs: null,
    });
    await waitFor('both pods are ready', async () => (await bed.revision(twice.revision)).ready === 2);
    await bed.workload(twice.revision, { kind: 'delete', revision: twice.revision });
  });

  it('says in words why pods do not start', async () => {
    const broken = bed.identity('3', { NEVER_READY: '1' });
    await bed.workload(broken.revision, { kind: 'ensure', identity: broken, replicas: 1 });
    await waitFor('the pod runs', async () =>
      (await bed.revision(broken.revision)).problem?.includes('readiness probe has not passed'),
    );
    expect(await bed.revision(broken.revision)).toMatchObject({ ready: 0, hasService: true, hashVersion: 1 });
    await bed.workload(broken.revision, { kind: 'delete', revision: broken.revision });
    await expect(bed.revision(broken.revision)).rejects.toThrow();
  });
});
