import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { PrometheusMetricsSource } from '../../src/metrics-source/prometheus-metrics-source.ts';
import { SystemClock } from '../../src/runtime/clock.ts';
import { prometheus } from '../../tools/local-cluster/binaries/catalog.ts';
import { resolvePackage } from '../../tools/local-cluster/binaries/resolve.ts';
import { type LoopbackProgram, startPrometheus } from '../support/loopback-program.ts';
import { NativeHistogramServer } from '../support/native-histogram-server.ts';
import { waitFor } from '../support/wait-for.ts';

jest.setTimeout(90_000);

let histograms: NativeHistogramServer;
let program: LoopbackProgram;
let source: PrometheusMetricsSource;

beforeAll(async () => {
  const { prometheus: binary } = await resolvePackage(prometheus);
  histograms = await NativeHistogramServer.start('request_time_seconds');
  program = await startPrometheus(binary!, [
    { name: 'native', target: histograms.address, path: '/metrics' },
  ]);
  source = new PrometheusMetricsSource(
    { name: 'default', url: program.url, scrapeIntervalMs: 1_000, timeoutMs: 5_000 },
    { clock: new SystemClock() },
  );
}, 600_000);

afterAll(async () => {
  await source?.close();
  await program?.stop();
  await histograms?.stop();
}, 30_000);

it('native histograms of a real Prometheus are read as buckets, each with what lies within its bound', async () => {
  histograms.pods['a'] = [
    [-2, 5],
    [-1, 3],
  ];
  histograms.pods['b'] = [
    [-1, 1],
    [0, 4],
  ];
  const answer = await waitFor('both are scraped', async () => {
    const result = await source.instant('{__name__=~"request_time_seconds(_bucket)?"}[1m]');
    return result.kind === 'matrix' && result.series.length >= 8 ? result.series : undefined;
  });
  const last = answer.map(({ labels, samples }) => [labels['pod'], labels['le'], samples.at(-1)![1]]);
  expect(new Set(answer.map(({ labels }) => labels['__name__']))).toEqual(
    new Set(['request_time_seconds_bucket']),
  );
  expect(last).toHaveLength(8);
  expect(last).toEqual(
    expect.arrayContaining([
      ['a', '0.25', 5],
      ['a', '0.5', 8],
      ['a', '1', 8],
      ['a', '+Inf', 8],
      ['b', '0.25', 0],
      ['b', '0.5', 1],
      ['b', '1', 5],
      ['b', '+Inf', 5],
    ]),
  );
});
