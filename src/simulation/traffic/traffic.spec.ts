import { describe, expect, it } from '@jest/globals';
import type { ModelDeploymentSpec } from '../../api/model-deployment.ts';
import { type Bed, bedOf, specOf, until } from '../testing/world-bed.ts';
import { type AnswerQuality, goodQuality } from './answer-quality.ts';
import { clientsOf } from './clients-of.ts';
import { badByModel, badOf, badOtherwise, slowerThan } from './ledger.ts';

const perfect: AnswerQuality = { ...goodQuality, errorRate: 0 };
const model = { namespace: 'ml', name: 'model' };

/** A canary that is judged by what its users were served. */
const judged = (overrides: Partial<ModelDeploymentSpec> = {}): ModelDeploymentSpec =>
  specOf({
    analysis: {
      minRequests: 50,
      metrics: [
        { name: 'errors', kind: 'errorRate', max: 0.02 },
        { name: 'latency', kind: 'latency', objective: { threshold: '250ms', max: 0.05 } },
      ],
    },
    ...overrides,
  });

/** The first revision is served to 100 requests a second, and a second one is asked for. */
async function released(
  spec = judged(),
  seed: number | string = 1,
): Promise<Bed & { first: string; second: string }> {
  const bed = bedOf({ seed, traffic: { clients: [], quality: perfect } }, {});
  bed.model.create(spec);
  await until(bed, () => bed.model.phase === 'Healthy');
  bed.world.traffic.clients = clientsOf(model, spec, 100);
  await bed.world.run(30_000);
  const first = bed.model.stable;
  bed.model.release('2');
  await until(bed, () => bed.model.candidate !== undefined);
  return { ...bed, first, second: bed.model.candidate! };
}

describe('requests', () => {
  it('are all served while a canary goes from 5 to 100 percent and the old pods go', async () => {
    const bed = await released();
    const { world, first, second } = bed;
    await until(bed, () => bed.model.phase === 'Healthy');
    await world.run(120_000);
    const total = world.ledger.total();
    expect(badOf(total, [...badByModel, ...badOtherwise])).toBe(0);
    expect(total.requests).toBe(
      world.ledger.ofRevision(first).requests + world.ledger.ofRevision(second).requests,
    );
    expect(bed.model.podsOf(first)).toEqual([]);
  });

  it('reach the candidate by its weight, and the evidence counts what was served', async () => {
    const bed = await released();
    const { world, first, second } = bed;
    await until(bed, () => bed.model.percentOf(second) === 25);
    await world.run(1_000);
    const before = [first, second].map((revision) => world.ledger.ofRevision(revision).requests);
    await world.run(20_000);
    const [stable, candidate] = [first, second].map(
      (revision, index) => world.ledger.ofRevision(revision).requests - before[index]!,
    );
    expect(candidate! / (stable! + candidate!)).toBeCloseTo(0.25, 1);
    await until(bed, () => bed.model.phase === 'Healthy');
    const [decided] = bed.model.rollouts;
    expect(decided!.status!.decisions!.some(({ verdict }) => verdict === 'Pass')).toBe(true);
  });

  it('that the candidate answers with errors bring it back, and few users saw them', async () => {
    const bed = await released();
    const { world, model, second } = bed;
    world.traffic.qualities.forRevision(second, { errorRate: 0.2 });
    await until(bed, () => model.rollouts[0]?.status?.outcome !== undefined);
    expect(model.rollouts[0]!.status!.outcome).toBe('RolledBack');
    await world.run(60_000);
    const served = world.ledger.ofRevision(second);
    expect(served.fates.failed).toBeGreaterThan(0);
    expect(served.requests).toBeLessThan(1_000);
    expect(badOf(world.ledger.total(), badOtherwise)).toBe(0);
  });

  it('that the candidate answers slowly bring it back', async () => {
    const bed = await released();
    const { world, model, second } = bed;
    world.traffic.qualities.forRevision(second, { medianMs: 200, p99Ms: 900 });
    await until(bed, () => model.rollouts[0]?.status?.outcome !== undefined);
    expect(model.rollouts[0]!.status!).toMatchObject({ outcome: 'RolledBack', reason: 'AnalysisFailed' });
    const served = world.ledger.ofRevision(second);
    expect(slowerThan(served, 250)).toBeGreaterThan(0.2 * served.requests);
  });

  it('to pods that crash are the model’s own, to pods that were taken away are not', async () => {
    const bed = await released();
    const { world, first } = bed;
    world.endpointSlices.stop();
    bed.model.losePods(first, 1);
    await world.run(1_000);
    const lost = world.ledger.ofRevision(first).fates;
    expect(lost.gone).toBeGreaterThan(20);
    expect(lost.crashed).toBe(0);
    bed.model.makeStable({ kind: 'crashes', afterMs: 0, exitCode: 1 });
    await world.run(1_000);
    expect(world.ledger.ofRevision(first).fates.crashed).toBeGreaterThan(20);
  });

  it('without a route are served by nobody', async () => {
    const { world } = bedOf({ traffic: { clients: clientsOf(model, specOf(), 100) } });
    await world.run(10_000);
    const nobody = world.ledger.ofNobody();
    expect(nobody.requests).toBeGreaterThan(900);
    expect(nobody.fates.unrouted).toBe(nobody.requests);
  });

  it('to a plain Service are split by its endpoints', async () => {
    const bed = await released(specOf({ traffic: { service: {} }, replicas: 4 }));
    const { world, first, second } = bed;
    await until(bed, () => world.ledger.ofRevision(second).requests > 0);
    const before = [first, second].map((revision) => world.ledger.ofRevision(revision).requests);
    await world.run(10_000);
    const [stable, candidate] = [first, second].map(
      (revision, index) => world.ledger.ofRevision(revision).requests - before[index]!,
    );
    // One pod beside four.
    expect(candidate! / (stable! + candidate!)).toBeCloseTo(0.2, 1);
  });
});

describe('testers and copies', () => {
  it('reach the candidate, and nobody else does', async () => {
    const steps = [
      { match: { headers: [{ name: 'X-Tester', value: 'yes' }] }, hold: '30s' },
      { mirror: { duration: '30s', minRequests: 10 } },
      { weight: 50, hold: '30s' },
    ];
    const bed = await released(judged({ strategy: { canary: { steps } } }));
    const { world, second } = bed;
    await until(bed, () => world.ledger.copiesTo(second).requests > 0);
    expect(world.ledger.ofRevision(second, 'testers').requests).toBeGreaterThan(0);
    expect(world.ledger.ofRevision(second, 'users').requests).toBe(0);
    const live = world.ledger.total('users').requests;
    const copied = world.ledger.copiesTo(second).requests;
    await world.run(10_000);
    // Contour copies every request of users.
    expect(world.ledger.copiesTo(second).requests - copied).toBe(world.ledger.total('users').requests - live);
    await until(bed, () => world.ledger.ofRevision(second, 'users').requests > 0);
    expect(world.ledger.copiesTo(second).fates).toMatchObject({ noEndpoints: 0, gone: 0 });
  });

  it('copies are made only where somebody answers: none counts as a failure of the candidate', async () => {
    for (const seed of [1, 2, 3]) {
      const spec = judged({ strategy: { shadow: { duration: '60s', minRequests: 10 } } });
      // The endpoints of the mirror Service come long after those of the revision, or before them.
      const timings = { endpointsMs: 2_000 };
      const bed = bedOf(
        { seed, timings, traffic: { clients: clientsOf(model, spec, 100), quality: perfect } },
        {},
      );
      bed.model.create(spec);
      await until(bed, () => bed.model.phase === 'Healthy');
      bed.model.release('2');
      await until(bed, () => bed.model.rollouts[0]?.status?.outcome === 'Completed');
      await bed.world.run(60_000);
      const { requests, fates } = bed.world.ledger.copiesTo(bed.model.rollouts[0]!.spec.to.revision);
      expect(requests).toBeGreaterThan(5_000);
      expect(fates.answered).toBe(requests);
    }
  });

  it('clients who stay are drawn once, and again only when their backend is gone', async () => {
    const spec = specOf({
      strategy: {
        canary: {
          steps: [
            { weight: 10, hold: '60s' },
            { weight: 50, hold: '60s' },
          ],
          sticky: { cookie: { name: 'understudy' } },
        },
      },
    });
    const envoyGateway = { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' };
    const bed = bedOf(
      { gateway: envoyGateway, traffic: { clients: clientsOf(model, spec, 100), quality: perfect } },
      {},
    );
    const { world } = bed;
    bed.model.create(spec);
    await until(bed, () => bed.model.phase === 'Healthy');
    bed.model.release('2');
    await until(bed, () => bed.model.candidate !== undefined);
    const second = bed.model.candidate!;
    await until(bed, () => bed.model.percentOf(second) === 10);
    const before = world.ledger.ofRevision(second).requests;
    await world.run(30_000);
    const share = (world.ledger.ofRevision(second).requests - before) / 3_000;
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(0.05);
    await until(bed, () => bed.model.percentOf(second) === 100);
    await world.run(2_000);
    const atTheEnd = world.ledger.ofRevision(second).requests;
    await world.run(10_000);
    expect(world.ledger.ofRevision(second).requests - atTheEnd).toBeGreaterThan(900);
  });
});

describe('a run', () => {
  it('serves the same requests for the same seed, and others for another', async () => {
    const served = async (seed: number) => {
      const bed = await released(judged(), seed);
      await bed.world.run(60_000);
      return bed.world.ledger.total();
    };
    const once = await served(7);
    expect(await served(7)).toEqual(once);
    expect(await served(8)).not.toEqual(once);
  });
});
