import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ScriptedMetricsSource, valueResult } from '../../test/doubles/scripted-metrics-source.ts';
import * as objects from '../../test/support/router-objects.ts';
import type { ModelDeploymentSpec } from '../api/model-deployment.ts';
import type { ModelRolloutStatus } from '../api/model-rollout.ts';
import type { World } from '../domain/world.ts';
import { MetricsSampler } from '../metrics-source/sampler.ts';
import { MetricsSources } from '../metrics-source/metrics-sources.ts';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import type { ClusterCache } from './cache/cluster-cache.ts';
import { Measurements } from './measurements.ts';
import { measuredWorld } from './testing/measured-world.ts';

const key = 'ml/sentiment';
const query = { name: 'health', kind: 'query', query: 'health', pass: 'result < 1.0' } as const;
const contour = 'projectcontour.io/gateway-controller';

let clock: VirtualClock;
let source: ScriptedMetricsSource;
let enqueued: string[];
let sampler: MetricsSampler;
/** The controllers of the Gateways that are there. */
let gateways: Record<string, string>;

const specWith = (spec: Partial<ModelDeploymentSpec> = {}) =>
  objects.deploymentWith({ analysis: { metrics: [query] }, ...spec } as Partial<ModelDeploymentSpec>).spec;
const gateway = (...parentRefs: { name: string; namespace?: string }[]) => ({ gatewayAPI: { parentRefs } });

const measurementsOf = (sources: ScriptedMetricsSource[] = [source]) => {
  const all = new MetricsSources(sources);
  sampler = new MetricsSampler(all, clock, (one) => enqueued.push(one));
  const cache = { gatewayController: (name: string) => gateways[name] } as unknown as ClusterCache;
  const probes = new MetricsSampler(all, clock, (one) => enqueued.push(one));
  return new Measurements({ cache, sources: all, sampler, probes });
};

const worldWith = (spec = specWith(), status: Partial<ModelRolloutStatus> = {}): World =>
  measuredWorld(clock.now(), spec, measurementsOf([]).unasked(spec), status);
const metricsOf = (measurements: Measurements, world = worldWith()) => {
  const { spec } = world.deployment;
  return measurements.gather(key, world, spec).metrics;
};

beforeEach(() => {
  clock = new VirtualClock();
  source = new ScriptedMetricsSource('default');
  enqueued = [];
  gateways = {};
});
afterEach(() => sampler.close());

describe('what a pass asks', () => {
  it('law 17: it never waits; the answer brings the key back, and the next pass has it', async () => {
    const world = worldWith();
    const measurements = measurementsOf();
    expect(metricsOf(measurements, world)).toEqual({ kind: 'pending' });
    await clock.settle();
    expect(source.asked).toEqual(['health']);
    expect(enqueued).toEqual([]);
    source.waiting[0]!.answer(valueResult(0.5));
    await clock.settle();
    expect(enqueued).toEqual([key]);
    expect(metricsOf(measurements, world)).toMatchObject({
      kind: 'measured',
      atMs: clock.now(),
      results: [{ id: 'query/health', result: { value: 0.5 } }],
    });
    expect(source.asked).toHaveLength(1);
  });

  it('asks once in each interval, on a grid of time', async () => {
    const world = worldWith();
    const measurements = measurementsOf();
    const pass = async (afterMs: number) => {
      await clock.advance(afterMs);
      metricsOf(measurements, { ...world, nowMs: clock.now() });
      await clock.settle();
      source.waiting.shift()?.answer(valueResult(0.5));
      await clock.settle();
      metricsOf(measurements, { ...world, nowMs: clock.now() });
      return source.asked.length;
    };
    expect(await pass(0)).toBe(1);
    expect(await pass(14_999)).toBe(1);
    expect(await pass(1)).toBe(2);
    expect(await pass(5_000)).toBe(2);
    expect(await pass(10_000)).toBe(3);
  });

  it('as often as the plan says, where it says so', async () => {
    const spec = specWith({ analysis: { interval: '5s', metrics: [query] } } as Partial<ModelDeploymentSpec>);
    const world = worldWith(spec);
    const measurements = measurementsOf();
    for (let second = 0; second < 10; second += 1) {
      metricsOf(measurements, { ...world, nowMs: clock.now() });
      await clock.settle();
      source.waiting.shift()?.answer(valueResult(0.5));
      await clock.settle();
      metricsOf(measurements, { ...world, nowMs: clock.now() });
      await clock.advance(1_000);
    }
    expect(source.asked).toHaveLength(2);
  });

  const others: [string, Partial<ModelRolloutStatus>][] = [
    ['another step', { step: { index: 1, enteredAt: 'x', appliedAt: '2026-01-01T00:00:00.000Z' } }],
    ['the step entered again', { step: { index: 0, enteredAt: 'x', appliedAt: '2026-01-01T00:00:00.500Z' } }],
  ];
  it.each(others)('law 10: an answer of one step is none of %s', async (_name, status) => {
    const measurements = measurementsOf();
    const world = worldWith();
    const next = { ...world, rollouts: worldWith(undefined, status).rollouts };
    metricsOf(measurements, world);
    await clock.settle();
    metricsOf(measurements, next);
    await clock.settle();
    expect(source.cancelled).toBe(1);
    expect(source.asked).toHaveLength(2);
    source.waiting.shift()!.answer(valueResult(0.5));
    await clock.settle();
    expect(metricsOf(measurements, next).kind).toBe('measured');
  });

  it('a slow answer of the same step is waited for over its slot', async () => {
    const world = worldWith();
    const measurements = measurementsOf();
    metricsOf(measurements, world);
    await clock.advance(16_000);
    expect(metricsOf(measurements, { ...world, nowMs: clock.now() })).toEqual({ kind: 'pending' });
    expect(source.asked).toHaveLength(1);
    expect(source.cancelled).toBe(0);
  });
});

describe('when there is nothing to ask', () => {
  const closed: [string, Partial<ModelRolloutStatus>][] = [
    ['the rollout has ended', { phase: 'Ended' }],
    ['the candidate has no traffic', { weight: 0 }],
    ['the split is not acknowledged yet', { step: { index: 0, enteredAt: '2026-01-01T00:00:00Z' } }],
  ];
  it.each(closed)('%s: what was asked before is forgotten', async (_name, status) => {
    const measurements = measurementsOf();
    const open = worldWith();
    const shut = { ...open, rollouts: worldWith(undefined, status).rollouts };
    metricsOf(measurements, open);
    await clock.settle();
    expect(metricsOf(measurements, shut)).toEqual({ kind: 'pending' });
    await clock.settle();
    expect(source.cancelled).toBe(1);
    expect(source.asked).toHaveLength(1);
  });

  it('no rollout: nothing is asked', async () => {
    const measurements = measurementsOf();
    expect(metricsOf(measurements, { ...worldWith(), rollouts: [] })).toEqual({ kind: 'pending' });
    await clock.settle();
    expect(source.asked).toEqual([]);
  });

  it('a ModelDeployment that is gone: its queries end', async () => {
    const measurements = measurementsOf();
    metricsOf(measurements);
    await clock.settle();
    measurements.forget(key);
    await clock.settle();
    expect(source.cancelled).toBe(1);
    expect(enqueued).toEqual([]);
  });
});

describe('what cannot be asked is said', () => {
  it('no source at all', () => {
    expect(metricsOf(measurementsOf([]))).toEqual({ kind: 'notConfigured' });
    expect(measurementsOf([]).unasked(specWith()).metrics).toEqual({ kind: 'notConfigured' });
  });

  it('a source that the controller does not have', async () => {
    const spec = specWith({ analysis: { source: 'mine', metrics: [query] } } as Partial<ModelDeploymentSpec>);
    expect(metricsOf(measurementsOf(), worldWith(spec))).toEqual({ kind: 'unknownSource', name: 'mine' });
    await clock.settle();
    expect(source.asked).toEqual([]);
  });

  const counted: Partial<ModelDeploymentSpec> = {
    analysis: { metrics: [{ name: 'errors', kind: 'errorRate', max: 0.01 }] },
  };
  it('the first parent that is known counts, in its own namespace or in that of the ModelDeployment', () => {
    const traffic = gateway({ name: 'odd', namespace: 'gateway' }, { name: 'public' });
    const spec = specWith({ ...counted, traffic } as Partial<ModelDeploymentSpec>);
    const view = () => measurementsOf().gather(key, worldWith(spec), spec);
    expect(view().preset).toBeUndefined();
    gateways = { 'gateway/odd': 'example.com/unknown', 'gateway/public': contour };
    expect(view().preset).toBeUndefined();
    gateways = { 'ml/public': contour };
    expect(view().preset?.requests).toBeInstanceOf(Function);
    expect(view().metrics).toEqual({ kind: 'pending' });
  });

  it('the scrape interval is that of the source, else fifteen seconds', () => {
    const slow = Object.assign(new ScriptedMetricsSource('default'), { scrapeIntervalMs: 60_000 });
    expect(measurementsOf([slow]).unasked(specWith()).scrapeIntervalMs).toBe(60_000);
    expect(measurementsOf([]).unasked(specWith()).scrapeIntervalMs).toBe(15_000);
  });
});

describe('when a rollout begins', () => {
  const errors = { name: 'errors', kind: 'errorRate', max: 0.02 } as const;
  const spec = () => specWith({ analysis: { metrics: [errors] } });
  const preparing = (): World => {
    const { step, ...status } = worldWith().rollouts[0]!.status;
    return worldWith(spec(), {
      ...status,
      phase: 'Preparing',
      weight: 0,
      step: { ...step, appliedAt: undefined },
    });
  };
  const historyOf = (measurements: Measurements) => {
    const world = preparing();
    return measurements.gather(key, world, world.deployment.spec).history;
  };

  it("law 17: what the stable's pods did is asked for once, and no pass waits for it", async () => {
    const measurements = measurementsOf();
    expect(historyOf(measurements)).toEqual({ kind: 'pending' });
    expect(historyOf(measurements)).toEqual({ kind: 'pending' });
    await clock.settle();
    expect(source.asked).toHaveLength(1);
    expect(source.asked[0]).toContain(objects.stable);
    source.waiting[0]!.answer({ kind: 'empty', warnings: [] });
    await clock.settle();
    expect(enqueued).toEqual([key]);
    expect(historyOf(measurements)).toMatchObject({
      kind: 'measured',
      results: [{ result: { kind: 'empty' } }],
    });
  });

  it('a source that is not there is no reason to wait', () => {
    const measurements = measurementsOf([new ScriptedMetricsSource('other')]);
    expect(historyOf(measurements)).toEqual({
      kind: 'unavailable',
      because: 'the controller has no metrics source named default',
    });
  });
});
