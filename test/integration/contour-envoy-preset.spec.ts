import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { request } from 'undici';
import { resolveAnalysis } from '../../src/api/defaults.ts';
import { judge, type Judgement } from '../../src/domain/analysis/judge.ts';
import { planMeasurements } from '../../src/domain/analysis/plan-measurements.ts';
import type { Arms } from '../../src/domain/analysis/preset.ts';
import { bestOf } from '../../src/domain/analysis/presets/counter-preset.ts';
import { contourEnvoy } from '../../src/metrics-source/presets/gateways/contour-envoy.ts';
import { PrometheusMetricsSource } from '../../src/metrics-source/prometheus-metrics-source.ts';
import { SystemClock } from '../../src/runtime/clock.ts';
import { envoy, prometheus } from '../../tools/local-cluster/binaries/catalog.ts';
import { resolvePackage } from '../../tools/local-cluster/binaries/resolve.ts';
import { gatewayCountersContract } from '../contract/gateway-counters.contract.ts';
import { closedPort, freePort } from '../support/free-port.ts';
import { type LoopbackProgram, startEnvoy, startPrometheus } from '../support/loopback-program.ts';
import { waitFor } from '../support/wait-for.ts';

jest.setTimeout(90_000);

/*
 * What a real Envoy counts for which fate of a request, by the preset. Its clusters are named as Contour names them. The first part of a
 * path picks the cluster, the second what the model server does.
 */
const scrapeIntervalMs = 1_000;
const clock = new SystemClock();
const arms: Arms = {
  namespace: 'ml',
  name: 'digits',
  candidate: { revision: 'bbbbbbbbbb', service: 'digits-bbbbbbbbbb', port: 80 },
  stable: { revision: 'aaaaaaaaaa', service: 'digits-aaaaaaaaaa', port: 80 },
};
const plan = resolveAnalysis({
  minRequests: 1,
  metrics: [
    { name: 'errors', kind: 'errorRate', max: 1 },
    {
      name: 'latency',
      kind: 'latency',
      objective: { threshold: '250ms', max: 1 },
    },
  ],
});

let backend: Server;
let proxy: LoopbackProgram;
let metrics: LoopbackProgram;
let source: PrometheusMetricsSource;
let gateway: string;
let sinceMs: number;

beforeAll(async () => {
  const { envoy: proxyBinary } = await resolvePackage(envoy);
  const { prometheus: metricsBinary } = await resolvePackage(prometheus);
  backend = createServer((incoming, response) => {
    const does = incoming.url!.split('/')[2];
    if (does === 'reset') return void incoming.socket.destroy();
    if (does === 'slow') return void setTimeout(() => response.end('late'), 600);
    if (does === 'never') return;
    response.statusCode = Number(does);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(backend, 'listening');
  const listenerPort = await freePort();
  gateway = `http://127.0.0.1:${listenerPort}`;
  proxy = await startEnvoy(
    proxyBinary!,
    envoyResources(listenerPort, (backend.address() as AddressInfo).port, closedPort),
  );
  const target = new URL(proxy.url).host;
  metrics = await startPrometheus(metricsBinary!, [{ name: 'envoy', target, path: '/stats/prometheus' }]);
  source = new PrometheusMetricsSource(
    { name: 'default', url: metrics.url, scrapeIntervalMs, timeoutMs: 5_000 },
    { clock },
  );
  const clusters = 'count(envoy_cluster_upstream_rq_total{envoy_cluster_name=~"ml_digits.*"}) == 2';
  await waitFor('both clusters are scraped', async () => (await source.instant(clusters)).kind === 'value');
  sinceMs = clock.now();
}, 600_000);

afterAll(async () => {
  await source?.close();
  await metrics?.stop();
  await proxy?.stop();
  backend?.closeAllConnections();
  backend?.close();
}, 30_000);

it('charges to a revision what happened at its backend, and nothing else', async () => {
  await send('stable/200', 7);
  await send('candidate/200', 5);
  await send('candidate/404', 1);
  await send('candidate/500', 2);
  expect(await send('candidate/reset', 1)).toEqual([503]);
  expect(await send('candidate/never', 1)).toEqual([504]);
  expect(await send('refused/200', 2)).toEqual([503, 503]);
  await send('candidate/slow', 3);
  expect(await send('nowhere/200', 4)).toEqual([404, 404, 404, 404]);
  await abandon('candidate/slow', 3);

  await waitFor('all requests are counted', async () => {
    const judgement = await look();
    const counted = judgement.evidence.metrics;
    const slowCounted = (counted.latency?.candidate?.bad ?? 0) >= 3;
    return (counted.errors?.candidate?.requests ?? 0) >= 15 && slowCounted ? judgement : undefined;
  });
  // Aborts of the client and requests without a route would follow by now; nothing more comes.
  await clock.sleep(3 * scrapeIntervalMs);
  const last = await look();
  expect(last.evidence.metrics.errors).toMatchObject({
    candidate: { requests: 15, bad: 6 },
    stable: { requests: 7, bad: 0 },
  });
  // Answered requests only: 5 + 1 + 2 at once, 3 late.
  expect(last.evidence.metrics.latency).toMatchObject({
    candidate: { requests: 11, bad: 3 },
    stable: { requests: 7, bad: 0 },
  });
});

const paths = {
  answered: 'candidate/200',
  failed: 'candidate/500',
  refused: 'refused/200',
  unrouted: 'nowhere/200',
};

gatewayCountersContract('a real Envoy', () => ({
  arms,
  source,
  sinceMs,
  now: () => clock.now(),
  send: async (fate, about) => (await send(paths[fate], about)).length,
  scraped: () => clock.sleep(3 * scrapeIntervalMs),
}));

async function look(): Promise<Judgement> {
  const input = {
    plan,
    evidence: undefined,
    arms,
    preset: bestOf(contourEnvoy),
    stepIndex: 0,
    sinceMs,
    scrapeIntervalMs,
  };
  const nowMs = clock.now();
  const results = await Promise.all(
    planMeasurements({ ...input, nowMs }).map(async ({ id, query, atMs }) => ({
      id,
      result: await source.instant(query, { atMs }),
    })),
  );
  return judge({ ...input, nowMs, measurements: { kind: 'measured', atMs: nowMs, results } });
}

/** Sends requests one after the other and gives their statuses. */
async function send(path: string, count: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let i = 0; i < count; i++) {
    const { statusCode, body } = await request(`${gateway}/${path}`);
    await body.dump();
    statuses.push(statusCode);
  }
  return statuses;
}

/** Sends requests and goes away before their answers. */
async function abandon(path: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await expect(request(`${gateway}/${path}`, { signal: AbortSignal.timeout(150) })).rejects.toThrow();
  }
}

/** One listener; paths pick the stable's cluster, the candidate's, or the candidate's with a port where nobody listens. */
function envoyResources(listenerPort: number, backendPort: number, deadPort: number): object {
  const address = (port: number) => ({ socket_address: { address: '127.0.0.1', port_value: port } });
  const cluster = (name: string, statName: string, port: number) => ({
    name,
    alt_stat_name: statName,
    connect_timeout: '1s',
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: address(port) } }] }],
    },
  });
  const candidate = 'ml_digits-bbbbbbbbbb_80';
  const type = (name: string) => `type.googleapis.com/envoy.extensions.filters.${name}`;
  const manager = {
    '@type': type('network.http_connection_manager.v3.HttpConnectionManager'),
    stat_prefix: 'gateway',
    route_config: {
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          routes: ['stable', 'candidate', 'refused'].map((name) => ({
            match: { prefix: `/${name}/` },
            route: { cluster: name, timeout: '1s' },
          })),
        },
      ],
    },
    http_filters: [
      { name: 'envoy.filters.http.router', typed_config: { '@type': type('http.router.v3.Router') } },
    ],
  };
  return {
    listeners: [
      {
        address: address(listenerPort),
        filter_chains: [
          { filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager }] },
        ],
      },
    ],
    clusters: [
      cluster('stable', 'ml_digits-aaaaaaaaaa_80', backendPort),
      cluster('candidate', candidate, backendPort),
      cluster('refused', candidate, deadPort),
    ],
  };
}
