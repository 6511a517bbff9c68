import { writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { names, network } from '../cluster/layout.ts';
import type { ComponentSpec } from './component.ts';
import type { ComponentContext } from './context.ts';

export function prometheus({ files, binaries, hostUrls }: ComponentContext): ComponentSpec {
  return {
    name: 'prometheus',
    command: binaries.prometheus,
    args: [
      `--config.file=${files.prometheusConfig}`,
      `--storage.tsdb.path=${files.prometheusData}`,
      '--storage.tsdb.retention.time=1d',
      `--web.listen-address=${network.prometheus.host}:${network.prometheus.port}`,
      // By default it looks at new targets only every five seconds.
      '--scrape.discovery-reload-interval=1s',
      '--log.level=warn',
    ],
    isReady: async () => (await statusOf(`${hostUrls.prometheus}/-/ready`)) === 200,
    readyTimeoutMs: 30_000,
    stopTimeoutMs: 3000,
  };
}

/**
 * Prometheus' configuration as an object; JSON is YAML. It scrapes Envoy, and the pods that the file of targets
 * names.
 */
export function prometheusConfig(scrapeIntervalMs: number, targetsFile: string): object {
  return {
    global: {
      scrape_interval: `${scrapeIntervalMs}ms`,
      scrape_timeout: `${scrapeIntervalMs}ms`,
      evaluation_interval: `${scrapeIntervalMs}ms`,
    },
    scrape_configs: [
      {
        job_name: 'envoy',
        metrics_path: '/stats/prometheus',
        static_configs: [
          {
            targets: [`${network.envoyMetrics.host}:${network.envoyMetrics.port}`],
            labels: { namespace: names.contourNamespace, pod: 'envoy' },
          },
        ],
      },
      { job_name: 'pods', file_sd_configs: [{ files: [targetsFile], refresh_interval: '5s' }] },
    ],
  };
}

export async function writePrometheusFiles({ files, scrapeIntervalMs }: ComponentContext): Promise<void> {
  const config = prometheusConfig(scrapeIntervalMs, files.scrapeTargets);
  await Promise.all([
    writeFile(files.prometheusConfig, JSON.stringify(config, null, 2)),
    writeFile(files.scrapeTargets, '[]'),
  ]);
}

/** The status of a plain GET, 0 if there is no answer. Keeps no connection. */
export function statusOf(url: string): Promise<number> {
  return new Promise((resolve) => {
    const call = get(url, { agent: false, timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(0));
  });
}
