import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { labels } from '../../src/api/group.ts';
import type { ModelDeploymentStatus } from '../../src/api/model-deployment-status.ts';
import { type KubernetesObject, resourceKinds } from '../../src/kubernetes/resource.ts';
import { controllerUser, isWrite, readAuditLog } from '../support/audit-log.ts';
import { ObjectHistory } from '../support/object-history.ts';
import { TestBed } from '../support/test-bed.ts';
import { WatchedModel, decisionsOf } from '../support/watched-model.ts';

jest.setTimeout(180_000);

/** A canary on nothing but plain Services: the share is what the apex Service's EndpointSlices hold. */
let bed: TestBed;

beforeAll(async () => {
  bed = await TestBed.start();
  await bed.installController();
}, 600_000);

afterAll(() => bed?.stop(), 60_000);

const spec = (replicas: number, steps: object[]) => ({
  replicas,
  traffic: { service: {} },
  strategy: { canary: { steps, bake: { duration: '2s' } } },
});

interface Observed {
  model: WatchedModel;
  /** Every version of the apex Service's EndpointSlices. */
  slices: ObjectHistory;
}

async function serve(name: string, replicas: number, steps: object[]): Promise<Observed> {
  const slices = ObjectHistory.labelled(
    bed.cluster,
    resourceKinds.endpointSlice,
    `kubernetes.io/service-name=${name}`,
  );
  bed.atStop(() => slices.stop());
  const model = await WatchedModel.serve(bed, name, { version: '1', spec: spec(replicas, steps) });
  return { model, slices };
}

/** Ready endpoints by version: `v1=3 v2=1`. With so few there is one slice. */
function sharesIn(slice: KubernetesObject, { model }: Observed): Record<string, number> {
  const endpoints = (slice['endpoints'] ?? []) as {
    targetRef: { name: string };
    conditions: { ready: boolean };
  }[];
  const shares: Record<string, number> = {};
  for (const { targetRef } of endpoints.filter(({ conditions }) => conditions.ready)) {
    const version = ['v1', 'v2'].find((name) =>
      targetRef.name.startsWith(`${model.name}-${model.revisionOf(name)}-`),
    );
    shares[version ?? targetRef.name] = (shares[version ?? targetRef.name] ?? 0) + 1;
  }
  return shares;
}

const totalIn = (shares: Record<string, number>): number =>
  Object.values(shares).reduce((sum, pods) => sum + pods, 0);

/** What the apex Service selected, each once in a row: `v1`, or `live`. */
function selections({ model }: Observed): string[] {
  const apex = model.services.objects.filter(({ metadata }) => metadata.name === model.name);
  const selected = apex.map(({ spec: { selector } }) => {
    if (selector[labels.live] !== undefined) return 'live';
    return ['v1', 'v2'].find((name) => model.revisionOf(name) === selector[labels.revision]) ?? 'nothing';
  });
  return selected.filter((selection, index) => selection !== selected[index - 1]);
}

describe('a good version', () => {
  let observed: Observed;

  it('gets its share by the ratio of pods, and is promoted', async () => {
    observed = await serve('good', 3, [
      { weight: 25, hold: '2s' },
      { weight: 50, hold: '2s' },
    ]);
    const { model } = observed;
    await model.apply({ version: '2' });
    const atFirst = await model.until(
      'has its first share',
      ({ traffic, rollout }) => rollout?.step === 0 && traffic?.acknowledged && traffic.applied === 25,
    );
    // Three stable pods and one candidate pod are chosen.
    expect(atFirst.traffic).toMatchObject({ desired: 25, applied: 25, achievable: 25 });
    expect(sharesIn(observed.slices.objects.at(-1)!, observed)).toEqual({ v1: 3, v2: 1 });

    const rollout = await model.outcome(1);
    expect(rollout.status).toMatchObject({ outcome: 'Promoted', weight: 100 });
    expect(decisionsOf(rollout)).toEqual([
      'StepEntered 0%',
      'WeightRaised 25%',
      'StepEntered 25%',
      'WeightRaised 50%',
      'StepEntered 50%',
      'WeightRaised 100%',
      'RoleTaken 100%',
      'Promoted 100%',
    ]);
    await model.untilReplicas('v1', 0);
    await model.until('is healthy again', ({ phase }) => phase === 'Healthy');
  });

  it('capacity never dips, and the shares of each step were really held', () => {
    const shares = observed.slices.objects.map((slice) => sharesIn(slice, observed));
    const full = shares.findIndex((share) => totalIn(share) === 3);
    expect(Math.min(...shares.slice(full).map(totalIn))).toBeGreaterThanOrEqual(3);
    const held = shares.map((share) => `${share['v1'] ?? 0}:${share['v2'] ?? 0}`);
    expect(held.indexOf('3:1')).toBeGreaterThan(full);
    expect(held.indexOf('3:3')).toBeGreaterThan(held.indexOf('3:1'));
    expect(held.at(-1)).toBe('0:3');
  });

  it('the selector is by label while it runs, and by revision before and after: nothing then depends on us', () => {
    expect(selections(observed)).toEqual(['v1', 'live', 'v2']);
  });
});

describe('a version that is taken back', () => {
  let observed: Observed;
  let endedAtMs: number;

  it('has no traffic any more by one write of the selector', async () => {
    observed = await serve('bad', 4, [{ weight: 50, hold: '120s' }]);
    const { model, slices } = observed;
    // A source that knows from a given time on that something is wrong.
    const wrongFrom = Math.ceil(Date.now() / 1000) + 10;
    await model.apply({
      version: '2',
      spec: {
        analysis: {
          interval: '1s',
          metrics: [
            { name: 'trouble', kind: 'query', query: `time() - ${wrongFrom}`, fail: 'result >= 0.0' },
          ],
        },
      },
    });
    await slices.until('the candidate serves', ({ object }) => (sharesIn(object, observed)['v2'] ?? 0) > 0);
    const rollout = await model.outcome(1);
    endedAtMs = Date.parse(rollout.status!.endedAt!);
    expect(rollout.status).toMatchObject({ outcome: 'RolledBack', weight: 0, reason: 'AnalysisFailed' });
    await model.untilReplicas('v2', 0);
    await model.until('is settled', ({ phase }) => phase === 'RolledBack');

    expect(selections(observed)).toEqual(['v1', 'live', 'v1']);
    expect(sharesIn(slices.objects.at(-1)!, observed)).toEqual({ v1: 4 });
    const left = await bed.list(resourceKinds.pod, 'default', `${labels.live}=true`);
    expect(left.filter(({ metadata }) => metadata.name.startsWith(`bad-${model.revisionOf('v2')}-`))).toEqual(
      [],
    );
  });

  it('law 5: that write comes right after the record, and before anything else', () => {
    const writes = readAuditLog(bed.cluster.auditLogPath)
      .filter((request) => request.user === controllerUser && isWrite(request))
      .filter(({ name }) => name.startsWith('bad'));
    const record = writes.findIndex(
      ({ resource, answeredAtMs }) => resource === 'modelrollouts/status' && answeredAtMs >= endedAtMs,
    );
    expect(writes[record + 1]).toMatchObject({ verb: 'patch', resource: 'services', name: 'bad', code: 200 });
    const services = writes.slice(record).filter(({ resource }) => resource === 'services');
    expect(services).toHaveLength(1);
  });

  it('law 3: its pods go on until nothing names them, and users always had four', () => {
    const shares = observed.slices.objects.map((slice) => sharesIn(slice, observed));
    const full = shares.findIndex((share) => totalIn(share) === 4);
    expect(Math.min(...shares.slice(full).map(totalIn))).toBeGreaterThanOrEqual(4);
  });
});

describe('pods of the stable version that come during a canary', () => {
  it('take the place of those that went, and the share is restored', async () => {
    const observed = await serve('churn', 4, [{ weight: 25, hold: '120s' }]);
    const { model, slices } = observed;
    await model.apply({ version: '2' });
    // One of five is as near to 25% as four stable pods allow.
    const hasItsShare = ({ traffic }: ModelDeploymentStatus) =>
      traffic?.desired === 25 && traffic.achievable === 20 && traffic.applied === 20 && traffic.acknowledged;
    await model.until('has its share', hasItsShare);
    const serving = await bed.list(resourceKinds.pod, 'default', `${labels.live}=true`);
    const victim = serving.find(({ metadata }) =>
      metadata.name.startsWith(`churn-${model.revisionOf('v1')}-`),
    )!;
    await bed.delete(resourceKinds.pod, victim.metadata.name);
    const isGone = (slice: KubernetesObject) =>
      !((slice['endpoints'] ?? []) as { targetRef: { name: string }; conditions: { ready: boolean } }[]).some(
        ({ targetRef, conditions }) => targetRef.name === victim.metadata.name && conditions.ready,
      );
    await slices.until('four and one serve again', ({ object }) => {
      const { v1, v2 } = sharesIn(object, observed);
      return isGone(object) && v1 === 4 && v2 === 1;
    });
    await model.until('says so', hasItsShare);
  });
});
