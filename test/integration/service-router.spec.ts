import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { labels } from '../../src/api/group.ts';
import type { ApexSelection, LivePods } from '../../src/domain/traffic/split.ts';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { endpointsOf } from '../../src/routers/objects/endpoints.ts';
import { RouterBed } from '../support/router-bed.ts';
import { waitFor } from '../support/wait-for.ts';

jest.setTimeout(120_000);

let bed: RouterBed;
let stable: string;
let candidate: string;

beforeAll(async () => {
  bed = await RouterBed.start({ traffic: { service: {} }, replicas: 3 });
  const [v1, v2] = [bed.identity('1'), bed.identity('2')];
  stable = v1.revision;
  candidate = v2.revision;
  await Promise.all([bed.bringUp(v1, 3), bed.bringUp(v2, 3)]);
}, 600_000);

afterAll(async () => {
  await bed?.stop();
}, 60_000);

const settled = (revision: string): ApexSelection => ({ kind: 'revision', revision });
const live: ApexSelection = { kind: 'live' };
const ratio = (stablePods: number, candidatePods: number) => {
  const both: LivePods[] = [
    { revision: stable, pods: stablePods },
    { revision: candidate, pods: candidatePods },
  ];
  return { kind: 'replicaRatio', live: both.filter(({ pods }) => pods > 0) } as const;
};
const none = { kind: 'replicaRatio', live: [] as LivePods[] } as const;

/** The fewest ready endpoints that the apex Service ever had while `act` ran, as a client of the API server sees them. */
async function fewestEndpoints(act: () => Promise<void>): Promise<number> {
  const { namespace } = bed.owner;
  const labelSelector = `kubernetes.io/service-name=${bed.name}`;
  const { items, resourceVersion } = await bed.cluster.list(resourceKinds.endpointSlice, {
    namespace,
    labelSelector,
  });
  const slices = new Map(items.map((slice) => [slice.metadata.name, slice]));
  const count = () => endpointsOf([...slices.values()], bed.name).filter(({ ready }) => ready).length;
  let fewest = count();
  const stop = new AbortController();
  const options = { namespace, labelSelector, resourceVersion, timeoutSeconds: 120, signal: stop.signal };
  const watching = (async () => {
    for await (const event of bed.cluster.watch(resourceKinds.endpointSlice, options)) {
      if (event.type === 'BOOKMARK') continue;
      if (event.type === 'DELETED') slices.delete(event.object.metadata.name);
      else slices.set(event.object.metadata.name, event.object);
      fewest = Math.min(fewest, count());
    }
  })();
  try {
    await act();
  } finally {
    stop.abort();
    await watching;
  }
  return fewest;
}

describe('plain Services on a real cluster', () => {
  it('settled: the endpoints are the pods of the one revision', async () => {
    await bed.settle(none, settled(stable));
    expect(await bed.read()).toMatchObject({
      apex: settled(stable),
      endpoints: { [stable]: 3 },
      live: {},
      acknowledged: true,
      named: [stable],
      problem: undefined,
    });
    expect(await bed.pass(none, settled(stable))).toEqual([]);
  });

  it('goes through the ratios, and never has fewer endpoints than were asked for', async () => {
    for (const [left, right] of [
      [3, 1],
      [3, 2],
      [3, 3],
      [1, 3],
      [0, 3],
    ] as const) {
      const fewest = await fewestEndpoints(() => bed.settle(ratio(left, right), live));
      expect(fewest).toBeGreaterThanOrEqual(3);
      const expected = { ...(left > 0 ? { [stable]: left } : {}), [candidate]: right };
      expect(await bed.read()).toMatchObject({
        apex: live,
        live: expected,
        endpoints: expected,
        acknowledged: true,
      });
      expect(await bed.pass(ratio(left, right), live)).toEqual([]);
    }
  });

  it('promotes: the apex selects the new revision, without a dip', async () => {
    expect(await fewestEndpoints(() => bed.settle(none, settled(candidate)))).toBeGreaterThanOrEqual(3);
    expect(await bed.read()).toMatchObject({
      apex: settled(candidate),
      endpoints: { [candidate]: 3 },
      named: [candidate],
    });
  });

  it('law 5: rolls back in one write, and tidies up afterwards', async () => {
    await bed.settle(none, settled(stable));
    await bed.settle(ratio(3, 2), live);
    const fewest = await fewestEndpoints(async () => {
      expect(await bed.pass(none, settled(stable))).toMatchObject([
        { verb: 'apply', object: { kind: 'Service' } },
      ]);
      await bed.settle(none, settled(stable));
    });
    expect(fewest).toBeGreaterThanOrEqual(3);
    const { pods } = await bed.objects();
    const labelled = pods.filter(({ metadata }) => metadata.labels?.[labels.live] === 'true');
    expect(labelled.filter(({ metadata }) => metadata.labels?.[labels.revision] === candidate)).toEqual([]);
    expect(await bed.read()).toMatchObject({ endpoints: { [stable]: 3 }, named: [stable] });
  });

  it('replaces a live pod that dies', async () => {
    await bed.settle(ratio(2, 1), live);
    const { pods } = await bed.objects();
    const victim = pods.find(
      ({ metadata }) =>
        metadata.labels?.[labels.live] === 'true' && metadata.labels[labels.revision] === stable,
    )!;
    await bed.bed.delete(resourceKinds.pod, victim.metadata.name);
    await waitFor('another pod takes its place', async () => {
      await bed.settle(ratio(2, 1), live);
      const { endpoints } = await bed.read();
      return endpoints[stable] === 2 && endpoints[candidate] === 1;
    });
  });
});
