import { describe, expect, it } from '@jest/globals';
import { labels } from '../../src/api/group.ts';
import { ClusterError } from '../../src/kubernetes/cluster-error.ts';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { canary, fourReplicas, plainServices, scenarios, type Scenario, weight } from './bed/scenario.ts';

const { begin, serving } = scenarios();

const { httpRoute, service } = resourceKinds;

const errors = { name: 'errors', kind: 'errorRate' as const, max: 0.05 };

/** What the apex Service selects: a revision, or `live`. */
const selected = ({ world, model }: Scenario): string => {
  const selector = world.server.find(service, model.key)?.['spec'].selector ?? {};
  return selector[labels.revision] ?? (selector[labels.live] ? 'live' : '');
};

/** Selectors of the revisions' own Services, in words. */
const ownSelectors = ({ world, model }: Scenario): string[] =>
  [...world.server.list(service)]
    .filter(({ metadata }) => metadata.name !== model.key.split('/')[1])
    .map(({ metadata, spec }) => `${metadata.name} -> ${spec.selector[labels.revision]}`)
    .sort();

describe('an HTTPRoute', () => {
  it('S57: carries a good revision from 10 to 50 percent and on, and a bad one back to 100/0', async () => {
    const scenario = await serving({
      ...canary([weight(10), weight(30), weight(50)]),
      analysis: { minRequests: 50, metrics: [errors] },
    });
    const { world, model } = scenario;
    const second = await scenario.release('2');
    expect(await scenario.outcome()).toBe('Promoted');
    expect(scenario.weightsOf(second)).toEqual([0, 100, 300, 500, 1000]);
    await scenario.until(() => model.phase === 'Healthy');

    const third = await scenario.release('3');
    world.traffic.qualities.forRevision(third, { errorRate: 0.5 });
    expect(await scenario.outcome()).toBe('RolledBack');
    expect(scenario.newest!.status!.message).toMatch(/^analysis failed: errors: /);
    expect(scenario.weightsOf(third)).toEqual([0, 100, 0]);
    expect(model.percentOf(second)).toBe(100);
    const { fates, requests } = world.ledger.ofRevision(third);
    expect(fates.failed).toBeGreaterThan(0);
    expect(requests).toBeLessThan(1_000);
  });

  it('S59: that is removed from a settled spec leaves everything to the plain Service', async () => {
    const scenario = await serving(canary([weight(50)]));
    const { model } = scenario;
    model.edit((spec) => ({ ...spec, ...plainServices }));
    scenario.sendRequests();
    await scenario.until(() => model.route === undefined, 60_000);
    await scenario.run(60_000);
    expect([model.phase, selected(scenario), model.rollouts]).toEqual(['Healthy', model.stable, []]);
  });

  it('S59: that is removed in the middle lets the plan go on by plain Services, and the old revision goes', async () => {
    const scenario = await serving(canary([weight(50, '2m')]));
    const { model } = scenario;
    const first = model.stable;
    const second = await scenario.release('2');
    await scenario.until(() => model.percentOf(second) === 50);
    model.edit((spec) => ({ ...spec, ...plainServices }));
    scenario.sendRequests();
    expect(await scenario.outcome()).toBe('Promoted');
    await scenario.until(() => model.podsOf(first).length === 0);
    expect([model.route, selected(scenario), model.stable]).toEqual([undefined, second, second]);
  });

  it('S61: behind a gateway that is slow goes 75/25 and 0/100 twice, and no revision Service is ever another one', async () => {
    const scenario = await serving(canary([weight(25)]), {
      timings: { acknowledgeMs: 8_000, programMs: 5_000, endpointsMs: 4_000 },
    });
    const { world, model } = scenario;
    const first = model.stable;
    const selectors = new Set(ownSelectors(scenario));
    world.server.onChange(({ kind }) => {
      if (kind === 'Service') for (const one of ownSelectors(scenario)) selectors.add(one);
    });
    const second = await scenario.release('2');
    expect(await scenario.outcome()).toBe('Promoted');
    const third = await scenario.release('3');
    expect(await scenario.outcome()).toBe('Promoted');
    expect(scenario.weightsOf(second)).toEqual([0, 250, 1000, 750, 0]);
    expect(scenario.weightsOf(third)).toEqual([0, 250, 1000]);
    expect([...selectors].sort()).toEqual(
      [first, second, third].map((revision) => `model-${revision} -> ${revision}`).sort(),
    );
  });

  it('S72: whose write is refused is not reported as applied, and no step is left', async () => {
    const scenario = await serving(canary([weight(25), weight(50)]));
    const { world, model } = scenario;
    const second = await scenario.release('2');
    await scenario.until(() => model.percentOf(second) === 25);
    let refused = 0;
    world.server.admit((user, { kind }) => {
      if (kind !== httpRoute.kind || !user.startsWith('understudy')) return;
      refused += 1;
      throw new ClusterError('forbidden', 'admission webhook "no.example.com" denied the request', {
        status: 403,
      });
    });
    await scenario.run(300_000);
    expect(refused).toBeGreaterThan(0);
    expect(model.percentOf(second)).toBe(25);
    expect(model.status.traffic).toMatchObject({ desired: 50, applied: 25 });
    expect(model.condition('TrafficApplied')).toMatch(/^False/);
    expect(model.condition('Stalled')).toBe('True WriteRefused');
    expect(model.status.message).toContain('admission webhook "no.example.com" denied the request');
    expect(scenario.newest!.status!.step).toMatchObject({ index: 1 });
    expect(scenario.newest!.status!.step.appliedAt).toBeUndefined();
    world.server.admit(() => {});
    expect(await scenario.outcome()).toBe('Promoted');
    expect(scenario.weightsOf(second)).toEqual([0, 250, 500, 1000]);
  });

  it('S72: that somebody edits by hand is repaired, and said to be', async () => {
    const scenario = await serving(canary([weight(25, '5m')]));
    const { world, model } = scenario;
    const first = model.stable;
    const second = await scenario.release('2');
    await scenario.until(() => model.percentOf(second) === 25);
    await scenario.run(5_000);
    model.editRoute({ [first]: 10, [second]: 90 });
    await scenario.until(() => model.percentOf(second) === 25, 10_000);
    const events = [...world.server.list(resourceKinds.event)];
    expect(events.map((event) => event['reason'])).toContain('TrafficRepaired');
    expect(await scenario.outcome()).toBe('Promoted');
  });
});

describe('the apex Service', () => {
  it('S65: has its port and protocol from the first apply on, and selects the stable', async () => {
    const scenario = begin();
    const { world, model } = scenario;
    model.create(
      fourReplicas({ service: { port: 8081, targetPort: 'http', appProtocol: 'kubernetes.io/h2c' } }),
    );
    await scenario.until(() => model.phase === 'Healthy');
    const apex = world.server.find(service, model.key)!['spec'];
    expect(apex.ports).toMatchObject([{ port: 8081, targetPort: 'http', appProtocol: 'kubernetes.io/h2c' }]);
    expect(selected(scenario)).toBe(model.stable);
  });
});
