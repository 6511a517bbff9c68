import { describe, expect, it } from '@jest/globals';
import { passMetrics } from './pass-metrics.ts';
import { MetricsService } from './observability/metrics.ts';
import { type Bed, bedOf, goodImage, specOf, templateOf, until } from './simulation/testing/world-bed.ts';

const analysis = { metrics: [{ name: 'errors', kind: 'errorRate' as const }] };
const users = { name: 'users', requestsPerSecond: 200 };

interface ObservedBed extends Bed {
  metrics: MetricsService;
  /** The series of a metric: the text of its labels, and its value. */
  of: (name: string) => Promise<Record<string, number>>;
}

/** A model behind the gateway, with users, a Prometheus, and the metrics of the controller that looks after it. */
async function observed(): Promise<ObservedBed> {
  const metrics = new MetricsService();
  const target = { kind: 'host' as const, host: 'model.example.com' };
  const bed = bedOf(
    { traffic: { clients: [{ ...users, target }], prometheus: { scrapeIntervalMs: 1_000 } } },
    { passObserver: passMetrics(metrics) },
  );
  bed.model.create(specOf({ analysis, serving: { workload: { template: templateOf(goodImage) } } }));
  await until(bed, () => bed.model.phase === 'Healthy');
  const of = async (name: string) => {
    const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith(`understudy_${name}{`));
    return Object.fromEntries(
      lines.map((line) => [
        line.slice(line.indexOf('{'), line.lastIndexOf(' ')),
        Number(line.split(' ').at(-1)),
      ]),
    );
  };
  return { ...bed, metrics, of };
}

/** The values of the series whose labels say all of this, in the order of the page. */
const valuesOf = (series: Record<string, number>, ...labels: string[]): number[] =>
  Object.entries(series).flatMap(([text, value]) =>
    labels.every((label) => text.includes(label)) ? [value] : [],
  );

describe('the metrics of a rollout', () => {
  it('tell what goes on, why, what is still needed, and nothing any more when it is over', async () => {
    const bed = await observed();
    const { model, world, of } = bed;
    model.release('2');
    await until(bed, () => (model.status.analysis ?? []).length > 0);
    await world.run(15_000);

    for (const reading of ['desired', 'applied']) {
      expect(valuesOf(await of(`model_deployment_${reading}_weight_ratio`))).toEqual([0.05, 0.95]);
    }
    const [candidate, stable] = valuesOf(await of('model_deployment_observed_weight_ratio'));
    expect(candidate! + stable!).toBeCloseTo(1, 6);
    expect(valuesOf(await of('model_deployment_share_rejected'))).toEqual([0]);
    const { since, nextDecisionAt } = model.status.rollout!;
    expect(valuesOf(await of('model_deployment_step_started_timestamp_seconds'))).toEqual([
      Date.parse(since!) / 1000,
    ]);
    expect(valuesOf(await of('model_deployment_next_decision_timestamp_seconds'))).toEqual([
      Date.parse(nextDecisionAt!) / 1000,
    ]);
    const requests = await of('model_deployment_rollout_requests');
    expect(valuesOf(requests, 'arm="candidate"')[0]).toBeGreaterThan(50);
    expect(valuesOf(requests, 'arm="stable"')[0]).toBeGreaterThan(1_000);
    expect(valuesOf(await of('model_deployment_harm_needed_log_odds'))).toEqual([-Math.log(0.01)]);
    expect(valuesOf(await of('model_deployment_health_needed_log_odds'))).toEqual([-Math.log(0.05)]);
    expect(valuesOf(await of('model_deployment_health_log_odds'), 'metric="errors"')).toHaveLength(1);

    world.traffic.qualities.forRevision(model.candidate!, { errorRate: 0.3 });
    let harm = 0;
    let excess = 0;
    for (let look = 0; look < 100 && model.phase !== 'RolledBack'; look += 1) {
      [harm = harm] = valuesOf(await of('model_deployment_all_harm_log_odds'));
      [excess = excess] = valuesOf(await of('model_deployment_rollout_excess_bad_requests'));
      await world.run(1_000);
    }
    expect(harm).toBeGreaterThan(0);
    expect(excess).toBeGreaterThan(0);

    await world.run(60_000);
    const left = (await bed.metrics.text()).split('\n').filter((line) => line.includes('name="model"'));
    expect(left.filter((line) => !line.endsWith(' 0'))).toEqual([
      'understudy_model_deployment_phase{namespace="ml",name="model",phase="RolledBack"} 1',
      'understudy_model_deployment_problem{namespace="ml",name="model",condition="Stalled",reason="AnalysisFailed"} 1',
    ]);
    expect(left.filter((line) => !line.startsWith('understudy_model_deployment_p'))).toEqual([]);
    expect(await of('rollouts_ended_total')).toEqual({ '{outcome="RolledBack",reason="AnalysisFailed"}': 1 });
    expect(valuesOf(await of('rollout_duration_seconds_count'), 'outcome="RolledBack"')).toEqual([1]);
    expect(valuesOf(await of('rollout_duration_seconds_sum'), 'outcome="RolledBack"')[0]).toBeGreaterThan(15);
    expect(
      valuesOf(await of('rollouts_excess_bad_requests_total'), 'outcome="RolledBack"')[0],
    ).toBeGreaterThan(0);
    const writes = await of('traffic_write_delay_seconds_count');
    expect(valuesOf(writes, 'direction="forward"')).toEqual([1]);
    expect(valuesOf(writes, 'direction="back"')).toEqual([1]);
  });

  it('end with the ModelDeployment', async () => {
    const bed = await observed();
    bed.model.release('2');
    await until(bed, () => (bed.model.status.analysis ?? []).length > 0);
    expect(await bed.metrics.text()).toContain('name="model"');
    bed.model.remove();
    await bed.world.run(10_000);
    expect(await bed.metrics.text()).not.toContain('name="model"');
  });

  it('count an outcome once, however many passes see it', async () => {
    const bed = await observed();
    bed.model.release('2');
    await until(bed, () => bed.model.rollouts.at(-1)?.status?.outcome === 'Promoted');
    await bed.world.run(60_000);
    bed.model.edit((spec) => ({ ...spec, revisionHistoryLimit: 7 }));
    await bed.world.run(60_000);
    expect(await bed.of('rollouts_ended_total')).toEqual({ '{outcome="Promoted",reason="Promoted"}': 1 });
  });

  it('say that a spec cannot be followed', async () => {
    const bed = await observed();
    const live = bed.world.modelDeployment(bed.model.key)!;
    bed.world.server.restore({ ...live, spec: {} });
    await bed.world.run(10_000);
    expect(await bed.of('model_deployment_problem')).toEqual({
      '{namespace="ml",name="model",condition="Stalled",reason="InvalidSpec"}': 1,
    });
  });
});
