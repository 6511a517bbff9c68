import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { QueryResult } from '../../src/domain/analysis/measurement.ts';
import { PrometheusMetricsSource } from '../../src/metrics-source/prometheus-metrics-source.ts';
import { SystemClock } from '../../src/runtime/clock.ts';
import { VirtualClock } from '../../src/runtime/virtual-clock.ts';
import { SimulatedPrometheus } from '../../src/simulation/metrics/simulated-prometheus.ts';
import { prometheus } from '../../tools/local-cluster/binaries/catalog.ts';
import { resolvePackage } from '../../tools/local-cluster/binaries/resolve.ts';
import { CounterServer } from '../support/counter-server.ts';
import { type LoopbackProgram, startPrometheus } from '../support/loopback-program.ts';
import { waitFor } from '../support/wait-for.ts';

jest.setTimeout(120_000);

/*
 * The simulated Prometheus is held honest by the real one: both have the same samples, and are asked the same queries at the same
 * times.
 */
const clock = new SystemClock();
let counters: CounterServer;
let program: LoopbackProgram;
let real: PrometheusMetricsSource;
let simulated: SimulatedPrometheus;
let atMs: number;

const requests = (arm: string, code: string) => `requests_total{arm="${arm}",code="${code}"}`;
const bucket = (le: string) => `took_bucket{le="${le}"}`;

beforeAll(async () => {
  const { prometheus: binary } = await resolvePackage(prometheus);
  counters = await CounterServer.start();
  counters.add(requests('a', '200'), 5);
  program = await startPrometheus(binary!, [{ name: 'gateway', target: counters.address, path: '/metrics' }]);
  const config = { name: 'default', url: program.url, scrapeIntervalMs: 1_000, timeoutMs: 5_000 };
  real = new PrometheusMetricsSource(config, { clock });
  await waitFor('the first scrape', async () => (await real.instant('requests_total')).kind !== 'empty');
  for (let second = 0; second < 12; second += 1) {
    counters.add(requests('a', '200'), 17);
    if (second > 3) counters.add(requests('a', '500'), 2);
    counters.add(requests('b', '200'), second);
    // One counter begins again.
    if (second === 7) counters.counters.set(requests('b', '200'), 1);
    counters.add(bucket('100'), 10);
    counters.add(bucket('250'), 16);
    counters.add(bucket('+Inf'), 17);
    await clock.sleep(1_000);
  }
  atMs = clock.now();
  simulated = new SimulatedPrometheus(new VirtualClock(atMs));
  const stored = await real.instant('{__name__=~"requests_total|took_bucket|up"}[10m]', { atMs });
  if (stored.kind !== 'matrix') throw new Error(`expected samples, found ${stored.kind}`);
  for (const { labels, samples } of stored.series) {
    for (const [timeMs, value] of samples) simulated.store.append(labels, timeMs, value);
  }
}, 600_000);

afterAll(async () => {
  await real?.close();
  await program?.stop();
  await counters?.stop();
}, 30_000);

/** An answer without the order of its series, and with numbers as exact as two implementations can be. */
function comparable(result: QueryResult): unknown {
  const number = (value: number) => (Number.isFinite(value) ? Number(value.toPrecision(9)) : String(value));
  const sorted = <T extends { labels: object }>(series: readonly T[]) =>
    [...series].sort((one, other) => (keyOf(one.labels) < keyOf(other.labels) ? -1 : 1));
  const keyOf = (labels: object) => JSON.stringify(Object.entries(labels).sort());
  switch (result.kind) {
    case 'value':
      return { kind: result.kind, labels: result.labels, value: number(result.value) };
    case 'vector':
      return sorted(result.series).map(({ labels, value }) => ({ labels, value: number(value) }));
    case 'matrix':
      return sorted(result.series).map(({ labels, samples }) => ({
        labels,
        samples: samples.map(([timeMs, value]) => [timeMs, number(value)]),
      }));
    default:
      return { kind: result.kind, ...('value' in result && { value: result.value }) };
  }
}

// Nothing is asked here on which the versions of Prometheus differ: how far an increase reaches back to a counter's birth.
const queries = [
  'requests_total',
  'requests_total{arm="a",code!="200"}',
  '{__name__=~"requests_.*",arm!~"b|c"}',
  'requests_total[5s]',
  'requests_total[5s] offset 3s',
  'requests_total offset 4s',
  'rate(requests_total[7s])',
  'increase(requests_total{arm="a",code="200"}[6s])',
  'increase(requests_total{arm="b"}[9s])',
  'irate(requests_total[5s])',
  'avg_over_time(requests_total[6s])',
  'max_over_time(requests_total{arm="b"}[1m])',
  'count_over_time(requests_total[1m])',
  'sum(rate(requests_total[5s]))',
  'sum by (arm) (requests_total)',
  'avg without (code, instance) (requests_total)',
  'count(up) == 1',
  'min(requests_total) / max(requests_total)',
  'sum(rate(requests_total{code="500"}[8s])) / sum(rate(requests_total[8s]))',
  'requests_total{code="500"} / ignoring (code) requests_total{code="200"}',
  'sum by (arm) (requests_total) > on (arm) sum by (arm) (requests_total{code="200"})',
  'requests_total > bool 30',
  'requests_total and on (arm) requests_total{code="500"}',
  'requests_total unless on (arm) requests_total{code="500"}',
  'sum(nobody_total) or vector(0)',
  'histogram_quantile(0.5, took_bucket)',
  'histogram_quantile(0.99, sum by (le) (rate(took_bucket[6s])))',
  'histogram_quantile(0.9, sum by (le) (increase(took_bucket[6s])))',
  'scalar(sum(requests_total)) * 2 ^ 3 % 7',
  '-abs(sum(requests_total) - 1e6)',
  'clamp_max(requests_total, 20)',
  'clamp_min(requests_total, 20)',
  'sum(requests_total) / 0',
  'nobody_total',
  'time() - 60',
];

describe('the simulated Prometheus', () => {
  it.each(queries)('answers as the real one does: %s', async (query) => {
    const [expected, found] = await Promise.all([
      real.instant(query, { atMs }),
      simulated.instant(query, { atMs }),
    ]);
    expect(comparable(found)).toEqual(comparable(expected));
  });

  it('gives the same points of a range', async () => {
    const range = { startMs: atMs - 8_000, endMs: atMs, stepMs: 2_000 };
    const query = 'sum by (arm) (rate(requests_total{code="200"}[4s]))';
    const [expected, found] = [await real.range(query, range), await simulated.range(query, range)];
    expect(comparable(found)).toEqual(comparable(expected));
  });
});
