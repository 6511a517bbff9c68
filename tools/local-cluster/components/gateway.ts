import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { names, network } from '../cluster/layout.ts';
import type { ComponentSpec } from './component.ts';
import type { ComponentContext } from './context.ts';
import { statusOf } from './prometheus.ts';

const run = promisify(execFile);

/** The control plane of the gateway: it turns Gateway API objects into Envoy's configuration. */
export function contour({ files, binaries, namespace }: ComponentContext): ComponentSpec {
  const { gateway, envoyMetrics, contourXds, contourHttp } = network;
  return {
    name: 'contour',
    command: binaries.contour,
    args: [
      'serve',
      `--kubeconfig=${files.insideKubeconfig('contour')}`,
      `--config-path=${files.contourConfig}`,
      '--insecure',
      `--xds-address=${contourXds.host}`,
      `--xds-port=${contourXds.port}`,
      '--disable-leader-election',
      // Its own servers listen on all addresses by default, and so on those of pods, which then could not use the port.
      `--http-address=${contourHttp.host}`,
      `--http-port=${contourHttp.port}`,
      `--health-address=${contourHttp.host}`,
      `--health-port=${contourHttp.port}`,
      `--envoy-service-http-address=${gateway.host}`,
      `--envoy-service-http-port=${gateway.port}`,
      `--envoy-service-namespace=${names.contourNamespace}`,
      `--ingress-status-address=${gateway.host}`,
      `--stats-address=${envoyMetrics.host}`,
      `--stats-port=${envoyMetrics.port}`,
      '--kubernetes-client-qps=200',
      '--kubernetes-client-burst=400',
    ],
    environment: {
      CONTOUR_NAMESPACE: names.contourNamespace,
      POD_NAME: 'contour',
      POD_NAMESPACE: names.contourNamespace,
    },
    isReady: () => namespace.canConnect(contourXds),
    readyTimeoutMs: 30_000,
    stopTimeoutMs: 3000,
  };
}

/** The data plane of the gateway. It is ready when it answers requests, by a 404 where no route matches. */
export function envoy({ files, binaries, hostUrls }: ComponentContext): ComponentSpec {
  return {
    name: 'envoy',
    command: binaries.envoy,
    args: [
      `--config-path`,
      files.envoyBootstrap,
      '--service-cluster',
      'envoy',
      '--service-node',
      'envoy',
      // Two clusters side by side would share its region in /dev/shm otherwise.
      '--disable-hot-restart',
      '--concurrency',
      '2',
      '--log-level',
      'warning',
    ],
    isReady: async () => (await statusOf(hostUrls.gateway)) > 0,
    readyTimeoutMs: 30_000,
    stopTimeoutMs: 3000,
  };
}

/** Contour's configuration file, and Envoy's bootstrap, which Contour itself writes. */
export async function writeGatewayFiles({
  files,
  binaries,
  scrapeIntervalMs,
}: ComponentContext): Promise<void> {
  const { contourXds } = network;
  const config = { gateway: { gatewayRef: { name: names.gateway, namespace: names.gatewayNamespace } } };
  await writeFile(files.contourConfig, JSON.stringify(config));
  await run(binaries.contour, [
    'bootstrap',
    files.envoyBootstrap,
    `--xds-address=${contourXds.host}`,
    `--xds-port=${contourXds.port}`,
    `--admin-address=${files.envoyAdminSocket}`,
    `--namespace=${names.contourNamespace}`,
  ]);
  const bootstrap = JSON.parse(await readFile(files.envoyBootstrap, 'utf8')) as object;
  await writeFile(
    files.envoyBootstrap,
    JSON.stringify(withFlushInterval(bootstrap, scrapeIntervalMs), null, 2),
  );
}

/**
 * Envoy merges its latency histograms only when it flushes, every five seconds by default. With a shorter
 * scrape interval the scrapes in between would see no news.
 */
export function withFlushInterval(bootstrap: object, intervalMs: number): object {
  return { ...bootstrap, stats_flush_interval: `${Math.min(intervalMs, 5000) / 1000}s` };
}
