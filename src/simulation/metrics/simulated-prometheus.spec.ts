import { beforeEach, describe, expect, it } from '@jest/globals';
import { failureOf } from '../../../test/contract/metrics-source.contract.ts';
import { VirtualClock } from '../../runtime/virtual-clock.ts';
import type { ScrapeTarget } from './scrape-target.ts';
import { SimulatedPrometheus } from './simulated-prometheus.ts';

let clock: VirtualClock;
let source: SimulatedPrometheus;
let total: number | undefined;
const target: ScrapeTarget = {
  job: 'gateway',
  instance: '10.244.0.2:8002',
  expose: () => (total === undefined ? [] : [{ labels: { __name__: 'requests_total' }, value: total }]),
};
beforeEach(() => {
  clock = new VirtualClock();
  source = new SimulatedPrometheus(clock, { scrapeIntervalMs: 10_000, scrapeOffsetMs: 3_000 });
  source.scraper.add(target);
  total = 0;
});

/** Lets time pass; one request a second. */
async function serve(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    if (total !== undefined) total += 1;
    await clock.advance(1_000);
  }
}
const samples = async (query = 'requests_total[10m]') => {
  const result = await source.instant(query);
  return result.kind === 'matrix' ? result.series[0]!.samples.map(([, value]) => value) : result.kind;
};
const value = async (query: string) => {
  const result = await source.instant(query);
  return result.kind === 'value' ? result.value : result.kind;
};

describe('scrapes', () => {
  it('come once in each interval, at their place in it, with the labels of their target', async () => {
    await serve(30);
    const result = await source.instant('requests_total[1m]');
    if (result.kind !== 'matrix') throw new Error(result.kind);
    expect(result.series).toHaveLength(1);
    expect(result.series[0]!.labels).toEqual({
      __name__: 'requests_total',
      job: 'gateway',
      instance: '10.244.0.2:8002',
    });
    const startMs = clock.now() - 30_000;
    expect(result.series[0]!.samples).toEqual([
      [startMs + 3_000, 3],
      [startMs + 13_000, 13],
      [startMs + 23_000, 23],
    ]);
  });

  it('that find nobody end the series of their target, and say so', async () => {
    await serve(10);
    source.scraper.lose(target);
    await serve(10);
    expect([await value('requests_total'), await value('up')]).toEqual(['empty', 0]);
    source.scraper.find(target);
    await serve(10);
    expect([await value('requests_total'), await value('up')]).toEqual([23, 1]);
    expect(await samples()).toEqual([3, 23]);
  });

  it('end a series that its target no longer exposes', async () => {
    await serve(10);
    total = undefined;
    await serve(10);
    expect(await value('requests_total')).toBe('empty');
  });

  it('stop while Prometheus is down: what it knows grows old', async () => {
    await serve(10);
    source.scraper.stop();
    await serve(200);
    expect([await value('requests_total'), await samples('requests_total[1m]')]).toEqual([3, 'empty']);
    await serve(100);
    expect(await value('requests_total')).toBe('empty');
    source.scraper.start();
    await serve(10);
    expect(await value('requests_total')).toBe(313);
  });

  it('can be stored later than they were taken', async () => {
    source.scraper.storeLate(20_000);
    await serve(20);
    expect(await samples()).toBe('empty');
    await serve(10);
    expect(await samples()).toEqual([3]);
  });

  it('show a counter that began again', async () => {
    await serve(20);
    total = 0;
    await serve(10);
    expect(await samples()).toEqual([3, 13, 3]);
    // 10 before it began again, 3 after; stretched to the ends of the time asked for.
    expect(await value('increase(requests_total[30s])')).toBeCloseTo(19.5);
  });

  it('are forgotten after the time of retention', async () => {
    const short = new SimulatedPrometheus(clock, { scrapeIntervalMs: 1_000, retentionMs: 60_000 });
    short.scraper.add(target);
    await serve(1_000);
    const [series] = short.store.select(({ __name__ }) => __name__ === 'requests_total');
    expect(series!.samples.length).toBeLessThan(400);
  });
});

describe('faults', () => {
  beforeEach(() => serve(20));

  it.each([
    ['unreachable', 'unreachable'],
    ['serverError', 'serverError'],
  ] as const)('%s is a failure of that kind', async (kind, failure) => {
    source.misbehave({ kind });
    expect((await failureOf(source.instant('up'))).kind).toBe(failure);
    source.misbehave(undefined);
    expect(await value('up')).toBe(1);
  });

  it('a slow answer comes, unless it takes longer than anybody waits', async () => {
    source.misbehave({ kind: 'slow', byMs: 8_000 });
    const answer = source.instant('requests_total[1m]');
    await clock.advance(8_000);
    expect(await answer).toMatchObject({ kind: 'matrix' });
    source.misbehave({ kind: 'slow', byMs: 20_000 });
    const failure = failureOf(source.instant('up'));
    await clock.advance(10_000);
    expect((await failure).kind).toBe('timeout');
  });

  it('empty, NaN and duplicated answers are what they are called', async () => {
    source.misbehave({ kind: 'empty' });
    expect(await samples()).toBe('empty');
    source.misbehave({ kind: 'nan' });
    expect([await samples(), await value('up')]).toEqual([[NaN, NaN], 'nan']);
    source.misbehave({ kind: 'duplicated' });
    expect(await samples()).toEqual([13, 13, 3, 3]);
  });

  it('can befall some queries only', async () => {
    source.misbehave({ kind: 'unreachable' }, (query) => query.includes('bucket'));
    expect(await value('up')).toBe(1);
    expect((await failureOf(source.instant('took_bucket'))).kind).toBe('unreachable');
  });
});
