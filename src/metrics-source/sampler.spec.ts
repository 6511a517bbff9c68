import { beforeEach, describe, expect, it } from '@jest/globals';
import { ScriptedMetricsSource, valueResult } from '../../test/doubles/scripted-metrics-source.ts';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { MetricsError } from './metrics-error.ts';
import { MetricsSources } from './metrics-sources.ts';
import { MetricsSampler } from './sampler.ts';

let clock: VirtualClock;
let source: ScriptedMetricsSource;
let other: ScriptedMetricsSource;
let sampler: MetricsSampler;
let called: string[];

beforeEach(() => {
  clock = new VirtualClock();
  source = new ScriptedMetricsSource('default');
  other = new ScriptedMetricsSource('other');
  called = [];
  sampler = new MetricsSampler(new MetricsSources([source, other]), clock, (key) => called.push(key), {
    maxConcurrent: 2,
  });
});

const request = (id: string, sourceName = 'default') => ({ id, source: sourceName, query: id, atMs: 1_000 });
const settle = () => clock.advance(0);

describe('MetricsSampler', () => {
  it('starts the queries, calls when all have ended, and gives the results to the same slot', async () => {
    expect(sampler.measure('ml/a', 's1', [request('x'), request('y')])).toEqual({ kind: 'pending' });
    await settle();
    source.waiting.shift()!.answer(valueResult(1));
    await settle();
    expect(called).toEqual([]);
    source.waiting.shift()!.answer(valueResult(2));
    await settle();
    expect(called).toEqual(['ml/a']);
    const state = sampler.measure('ml/a', 's1', [request('x'), request('y')]);
    expect(state).toMatchObject({
      kind: 'measured',
      atMs: 1_000,
      results: [
        { id: 'x', result: { value: 1 } },
        { id: 'y', result: { value: 2 } },
      ],
    });
    expect(sampler.measure('ml/a', 's1', [])).toBe(state);
    expect(source.asked).toEqual(['x', 'y']);
  });

  it('asks each query of a slot once, however often a pass looks', async () => {
    for (let pass = 0; pass < 5; pass++) sampler.measure('ml/a', 's1', [request('x')]);
    await settle();
    expect(source.asked).toEqual(['x']);
  });

  it('gives a failure as a result, and the other results with it', async () => {
    sampler.measure('ml/a', 's1', [request('x'), request('y')]);
    await settle();
    source.waiting[0]!.fail(new MetricsError('badQuery', 'parse error'));
    source.waiting[1]!.answer(valueResult(2));
    await settle();
    expect(sampler.measure('ml/a', 's1', [])).toMatchObject({
      results: [
        { id: 'x', failure: { kind: 'badQuery', message: 'parse error' } },
        { id: 'y', result: { value: 2 } },
      ],
    });
  });

  it('gives any other error as a failure too', async () => {
    sampler.measure('ml/a', 's1', [request('x')]);
    await settle();
    source.waiting[0]!.fail(new TypeError('a bug'));
    await settle();
    expect(sampler.measure('ml/a', 's1', [])).toMatchObject({ results: [{ failure: { message: 'a bug' } }] });
  });

  it('drops the old slot for a new one, and does not call for it', async () => {
    sampler.measure('ml/a', 's1', [request('x')]);
    await settle();
    expect(sampler.measure('ml/a', 's2', [request('z')])).toEqual({ kind: 'pending' });
    await settle();
    expect(source.cancelled).toBe(1);
    expect(called).toEqual([]);
    source.waiting[0]!.answer(valueResult(3));
    await settle();
    expect(called).toEqual(['ml/a']);
    expect(sampler.measure('ml/a', 's2', [])).toMatchObject({ results: [{ id: 'z' }] });
  });

  it('waits for a slow answer within its scope, delivers it once, and then asks anew', async () => {
    sampler.measure('ml/a', 's1', [request('x')], 'step');
    await settle();
    expect(sampler.measure('ml/a', 's2', [request('y')], 'step')).toEqual({ kind: 'pending' });
    await settle();
    expect(source.asked).toHaveLength(1);
    expect(source.cancelled).toBe(0);
    source.waiting[0]!.answer(valueResult(3));
    await settle();
    expect(called).toEqual(['ml/a']);
    expect(sampler.measure('ml/a', 's3', [request('z')], 'step')).toMatchObject({ results: [{ id: 'x' }] });
    expect(sampler.measure('ml/a', 's3', [request('z')], 'step')).toEqual({ kind: 'pending' });
    await settle();
    expect(sampler.measure('ml/a', 's4', [request('z')], 'next step')).toEqual({ kind: 'pending' });
    await settle();
    expect(source.cancelled).toBe(1);
  });

  it('forgets a key and cancels its queries', async () => {
    sampler.measure('ml/a', 's1', [request('x')]);
    await settle();
    sampler.forget('ml/a');
    await settle();
    expect(source.cancelled).toBe(1);
    expect(called).toEqual([]);
    sampler.forget('ml/a');
    sampler.forget('ml/never');
    expect(sampler.measure('ml/a', 's1', [request('x')])).toEqual({ kind: 'pending' });
  });

  it('runs few queries at once at one source, in order, and lets no source wait for another (law 17)', async () => {
    for (const key of ['a', 'b', 'c', 'd']) sampler.measure(`ml/${key}`, 's1', [request(key)]);
    sampler.measure('ml/e', 's1', [request('e', 'other')]);
    await settle();
    expect(source.asked).toEqual(['a', 'b']);
    expect(other.asked).toEqual(['e']);
    source.waiting.shift()!.answer(valueResult(1));
    await settle();
    expect(source.asked).toEqual(['a', 'b', 'c']);
  });

  it('gives the turn of a cancelled query to the next', async () => {
    for (const key of ['a', 'b', 'c', 'd']) sampler.measure(`ml/${key}`, 's1', [request(key)]);
    await settle();
    sampler.forget('ml/c');
    sampler.forget('ml/a');
    await settle();
    expect(source.asked).toEqual(['a', 'b', 'd']);
  });

  it('ends a query that its source never ends, as a timeout', async () => {
    sampler.measure('ml/a', 's1', [request('x')]);
    await clock.advance(60_000);
    expect(called).toEqual(['ml/a']);
    expect(sampler.measure('ml/a', 's1', [])).toMatchObject({ results: [{ failure: { kind: 'timeout' } }] });
    expect(clock.pendingTimers).toBe(0);
  });

  it('has results at once where there is nothing to ask', async () => {
    sampler.measure('ml/a', 's1', []);
    await settle();
    expect(called).toEqual(['ml/a']);
    expect(sampler.measure('ml/a', 's1', [])).toEqual({ kind: 'measured', atMs: clock.now(), results: [] });
  });

  it('says when a source is unknown, or none is configured', () => {
    expect(sampler.measure('ml/a', 's1', [request('x', 'nowhere')])).toEqual({
      kind: 'unknownSource',
      name: 'nowhere',
    });
    const none = new MetricsSampler(new MetricsSources([]), clock, () => undefined);
    expect(none.measure('ml/a', 's1', [request('x')])).toEqual({ kind: 'notConfigured' });
  });

  it('keeps what is asked for, and drops what nobody asked for in ten minutes', async () => {
    for (const key of ['ml/a', 'ml/b']) sampler.measure(key, 's1', []);
    await clock.advance(400_000);
    sampler.measure('ml/b', 's1', []);
    await clock.advance(400_000);
    sampler.measure('ml/c', 's1', []);
    expect(sampler.measure('ml/b', 's1', []).kind).toBe('measured');
    expect(sampler.measure('ml/a', 's1', []).kind).toBe('pending');
  });

  it('cancels everything at the end', async () => {
    sampler.measure('ml/a', 's1', [request('x')]);
    sampler.measure('ml/b', 's1', [request('y')]);
    await settle();
    sampler.close();
    await settle();
    expect(source.cancelled).toBe(2);
    expect(called).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('MetricsSources', () => {
  it('knows its sources by name', () => {
    const sources = new MetricsSources([source, other]);
    expect(sources.names).toEqual(['default', 'other']);
    expect(sources.get('other')).toBe(other);
    expect(sources.scrapeIntervalMs('default')).toBe(15_000);
    expect(sources.scrapeIntervalMs('nowhere')).toBeUndefined();
  });

  it('refuses two of one name', () => {
    expect(() => new MetricsSources([source, new ScriptedMetricsSource('default')])).toThrow(
      /two named "default"/,
    );
  });

  it('makes a Prometheus adapter of each configured source, and closes them all', async () => {
    const configured = MetricsSources.fromConfig(
      [{ name: 'a', url: 'http://127.0.0.1:1', scrapeIntervalMs: 1_000, timeoutMs: 100 }],
      { clock },
    );
    expect(configured.scrapeIntervalMs('a')).toBe(1_000);
    await configured.close();
    await new MetricsSources([source, other]).close();
    expect([source.closed, other.closed]).toEqual([true, true]);
  });
});
