import { describe, expect, it } from '@jest/globals';
import type { Bed } from '../testing/world-bed.ts';
import { bedOf, specOf, until } from '../testing/world-bed.ts';
import { goodQuality } from '../traffic/answer-quality.ts';
import { clientsOf } from '../traffic/clients-of.ts';
import type { SimulatedWorld } from '../world.ts';
import type { AnswerFault } from './answer-faults.ts';

const spec = specOf({
  analysis: {
    minRequests: 50,
    metrics: [
      { name: 'errors', kind: 'errorRate', max: 0.02 },
      { name: 'latency', kind: 'latency', objective: { threshold: '250ms', max: 0.05 } },
    ],
  },
});

/** A candidate is at 25 percent and does well. */
async function canary(): Promise<Bed & { second: string }> {
  const clients = clientsOf({ namespace: 'ml', name: 'model' }, spec, 100);
  const bed = bedOf({ traffic: { clients, quality: { ...goodQuality, errorRate: 0 } } }, {});
  bed.model.create(spec);
  await until(bed, () => bed.model.phase === 'Healthy');
  bed.model.release('2');
  await until(bed, () => bed.model.candidate !== undefined);
  const second = bed.model.candidate!;
  await until(bed, () => bed.model.percentOf(second) === 25);
  await bed.world.run(5_000);
  return { ...bed, second };
}

const answers =
  (fault: AnswerFault) =>
  (world: SimulatedWorld): (() => void) => {
    world.prometheus.misbehave(fault);
    return () => world.prometheus.misbehave(undefined);
  };
const stops = (world: SimulatedWorld) => {
  world.prometheus.scraper.stop();
  return () => world.prometheus.scraper.start();
};

describe('a metrics backend that is ill (law 9)', () => {
  it.each<[string, (world: SimulatedWorld) => () => void]>([
    ['unreachable', answers({ kind: 'unreachable' })],
    ['an error', answers({ kind: 'serverError' })],
    ['too slow', answers({ kind: 'slow', byMs: 20_000 })],
    ['empty', answers({ kind: 'empty' })],
    ['NaN', answers({ kind: 'nan' })],
    ['stale', stops],
  ])('%s: the step holds, and goes on when it is well again', async (_, fallIll) => {
    const bed = await canary();
    const { world, model, second } = bed;
    const recover = fallIll(world);
    // What was measured up to now may still be fresh enough for the gate that is open.
    await world.run(60_000);
    const percent = model.percentOf(second);
    expect(percent).toBeLessThanOrEqual(50);
    await world.run(180_000);
    expect([model.percentOf(second), model.condition('AnalysisAvailable')]).toEqual([
      percent,
      expect.stringMatching(/^False/),
    ]);
    recover();
    await until(bed, () => model.phase === 'Healthy');
    expect(model.stable).toBe(second);
  });

  it.each<[string, (world: SimulatedWorld) => void]>([
    ['samples that come late', (world) => world.prometheus.scraper.storeLate(12_000)],
    ['samples that come twice', (world) => world.prometheus.misbehave({ kind: 'duplicated' })],
    ['a gateway that starts again', (world) => world.traffic.restartGateway()],
  ])('%s: it counts no request twice, and goes on', async (_, befall) => {
    const bed = await canary();
    const { world, model, second } = bed;
    befall(world);
    let most = 0;
    await until(bed, () => {
      const { evidence } = model.rollouts[0]!.status?.analysis ?? {};
      const counted = evidence?.metrics['errors']?.candidate?.requests ?? 0;
      most = Math.max(most, counted);
      if (counted > world.ledger.ofRevision(second).requests) throw new Error(`${counted} requests`);
      return model.phase === 'Healthy';
    });
    expect(most).toBeGreaterThan(0);
    expect(model.stable).toBe(second);
  });
});
