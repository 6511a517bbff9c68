import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { runCaptured } from '../../src/cli/testing/run-captured.ts';
import { PrometheusMetricsSource } from '../../src/metrics-source/prometheus-metrics-source.ts';
import { SystemClock } from '../../src/runtime/clock.ts';
import { prometheus } from '../../tools/local-cluster/binaries/catalog.ts';
import { resolvePackage } from '../../tools/local-cluster/binaries/resolve.ts';
import { CounterServer } from '../support/counter-server.ts';
import { type LoopbackProgram, startPrometheus } from '../support/loopback-program.ts';
import { waitFor } from '../support/wait-for.ts';

jest.setTimeout(90_000);

/** A real Prometheus that scraped an Envoy's counters of two revisions for some seconds; then the candidate is replayed. */
const clock = new SystemClock();
const [stable, candidate] = ['bbbbbbbbbb', 'cccccccccc'];
const folder = mkdtempSync(join(tmpdir(), 'understudy-analyze-'));
const file = join(folder, 'digits.yaml');
let counters: CounterServer;
let program: LoopbackProgram;
let sinceMs: number;

const cluster = (revision: string) => `envoy_cluster_name="ml_digits-${revision}_80"`;
function serve(revision: string, good: number, bad: number): void {
  counters.add(`envoy_cluster_upstream_rq_total{${cluster(revision)}}`, good + bad);
  counters.add(`envoy_cluster_upstream_rq{${cluster(revision)},envoy_response_code="200"}`, good);
  counters.add(`envoy_cluster_upstream_rq{${cluster(revision)},envoy_response_code="503"}`, bad);
}

beforeAll(async () => {
  const { prometheus: binary } = await resolvePackage(prometheus);
  counters = await CounterServer.start();
  program = await startPrometheus(binary!, [{ name: 'gateway', target: counters.address, path: '/metrics' }]);
  writeFileSync(
    file,
    `apiVersion: understudy.dev/v1alpha1
kind: ModelDeployment
metadata: {name: digits, namespace: ml}
spec:
  serving: {workload: {template: {spec: {containers: [{name: server, image: example.com/digits:3, ports: [{containerPort: 8080}]}]}}}}
  traffic: {gatewayAPI: {parentRefs: [{name: public}]}}
  analysis: {metrics: [{name: errors, kind: errorRate}]}
`,
  );
  serve(stable!, 100, 0);
  const source = new PrometheusMetricsSource(
    { name: 'default', url: program.url, scrapeIntervalMs: 1_000, timeoutMs: 5_000 },
    { clock },
  );
  await waitFor(
    'the first scrape',
    async () => (await source.instant('envoy_cluster_upstream_rq')).kind !== 'empty',
  );
  await source.close();
  await clock.sleep(2_000);
  sinceMs = clock.now();
  for (let second = 0; second < 12; second += 1) {
    serve(stable!, 200, 1);
    if (second > 2) serve(candidate!, 20, second < 6 ? 0 : 6);
    await clock.sleep(1_000);
  }
}, 600_000);

afterAll(async () => {
  await program?.stop();
  await counters?.stop();
  rmSync(folder, { recursive: true });
}, 30_000);

const analyze = (...more: string[]) =>
  runCaptured([
    ...['analyze', '--prometheus', program.url, '-f', file],
    ...['--from', new Date(sinceMs).toISOString(), ...more],
  ]);

describe('understudy analyze beside a real Prometheus', () => {
  it('finds the revisions and how often it scraped, and fails the one whose errors rose', async () => {
    const { code, output, complaints } = await analyze();
    expect(complaints).toBe('');
    expect(output).toContain(`candidate ${candidate} (of two revisions it was seen later) beside ${stable}`);
    expect(output).toContain('a look every 1s, a scrape every 1s');
    expect(output).toMatch(
      /\nFail after \d+s, and the traffic would have gone back: errors: \d+ of \d+ requests failed/,
    );
    expect(code).toBe(0);
  });

  it('lists what there is when somebody else is asked for', async () => {
    const { code, complaints } = await analyze('--candidate', 'digits-dddddddddd');
    expect(complaints).toMatch(
      new RegExp(`no request to it was counted.*\\n.*${stable}, .*\\n.*${candidate}, `, 's'),
    );
    expect(code).toBe(3);
  });
});
