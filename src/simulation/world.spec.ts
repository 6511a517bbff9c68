import { describe, expect, it } from '@jest/globals';
import { resourceKinds } from '../kubernetes/resource.ts';
import { badImage, bedOf, serving, specOf, templateOf, until, weightsOf } from './testing/world-bed.ts';

const host = 'model.example.com';

describe('the real controller in the simulated world', () => {
  it('serves the first revision: pods, endpoints, route, and requests find them', async () => {
    const { world, model } = await serving();
    await world.run(5000);
    expect(model.readyPodsOf(model.stable)).toHaveLength(2);
    expect(model.condition('Ready')).toBe('True Healthy');
    const [backend, ...others] = world.gateway.dataPlane.backendsOf(host)!.backends;
    expect(others).toEqual([]);
    expect(backend).toMatchObject({ namespace: 'ml', revision: model.stable, port: 80, weight: 1000 });
    expect(world.gateway.dataPlane.endpointsOf(backend!).map(({ revision }) => revision)).toEqual([
      model.stable,
      model.stable,
    ]);
  });

  it('promotes a canary by 5, 25, 50 and 100 percent, and the old pods go in the end', async () => {
    const bed = await serving();
    const { world, model } = bed;
    const first = model.stable;
    model.release('2');
    await until(bed, () => model.candidate !== undefined);
    const second = model.candidate!;
    await until(bed, () => model.phase === 'Healthy');
    expect(weightsOf(bed, second)).toEqual([0, 50, 250, 500, 1000]);
    expect(model.stable).toBe(second);
    expect(model.rollouts.map(({ status }) => status?.outcome)).toEqual(['Promoted']);
    await world.run(60_000);
    expect(model.podsOf(first)).toEqual([]);
    expect(model.readyPodsOf(second)).toHaveLength(2);
    expect(world.gateway.dataPlane.backendsOf(host)!.backends.map(({ revision }) => revision)).toEqual([
      second,
    ]);
  });

  it('ends a candidate whose image is bad as Failed after the deadline, and nobody was sent there', async () => {
    const bed = await serving();
    const { world, model } = bed;
    const first = model.stable;
    model.edit((spec) => ({ ...spec, serving: { workload: { template: templateOf(badImage) } } }));
    await until(bed, () => model.candidate !== undefined);
    const bad = model.candidate!;
    const begunAtMs = world.clock.monotonic();
    await until(bed, () => model.rollouts.at(-1)?.status?.outcome === 'Failed');
    // The times in a Deployment's status are whole seconds.
    expect(world.clock.monotonic() - begunAtMs).toBeGreaterThanOrEqual(59_000);
    expect(Math.max(0, ...weightsOf(bed, bad))).toBe(0);
    expect(model.percentOf(first)).toBe(100);
    await world.run(60_000);
    expect(model.podsOf(bad)).toEqual([]);
    expect(model.condition('Ready')).toMatch(/^False/);
  });

  it('costs nothing but the Lease once it is settled (law 15)', async () => {
    const { world } = await serving();
    await world.run(30_000);
    const { length } = world.history.writes;
    await world.run(600_000);
    const written = world.history.writes.slice(length).map(({ kind }) => kind);
    expect(new Set(written)).toEqual(new Set(['Lease']));
  });

  it('leaves nothing behind when it is deleted', async () => {
    const { world, model } = await serving();
    model.remove();
    await world.run(60_000);
    const kinds = ['deployment', 'service', 'pod', 'endpointSlice', 'httpRoute', 'modelRollout'] as const;
    expect(kinds.flatMap((kind) => [...world.server.list(resourceKinds[kind])])).toEqual([]);
    expect(world.gateway.dataPlane.backendsOf(host)).toBeUndefined();
  });

  it('waits for a gateway that acknowledges nothing, and for one that is a generation behind (law 7)', async () => {
    for (const mode of ['never', 'oldGeneration'] as const) {
      const bed = await serving();
      const { world, model } = bed;
      world.gateway.acknowledge(mode);
      model.release('2');
      await until(bed, () => model.candidate !== undefined);
      const second = model.candidate!;
      await world.run(120_000);
      expect(weightsOf(bed, second)).toEqual([0]);
      expect(model.condition('TrafficApplied')).toMatch(/^False/);
      world.gateway.acknowledge('true');
      await until(bed, () => model.stable === second);
    }
  });

  it('splits by pods where there is no gateway', async () => {
    const bed = await serving({}, specOf({ traffic: { service: {} }, replicas: 4 }));
    const { model } = bed;
    model.release('2');
    await until(bed, () => model.candidate !== undefined);
    const second = model.candidate!;
    await until(bed, () => model.phase === 'Healthy');
    expect(model.stable).toBe(second);
  });

  it('says that nobody takes a route of a gateway that does not exist', async () => {
    const { world, model } = bedOf();
    model.create(
      specOf({ traffic: { gatewayAPI: { parentRefs: [{ name: 'other', namespace: 'gateway' }] } } }),
    );
    await world.run(60_000);
    expect(model.condition('TrafficApplied')).toMatch(/^False/);
  });
});
