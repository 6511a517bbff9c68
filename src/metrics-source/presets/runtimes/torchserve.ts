import type { PresetData } from '../../../domain/analysis/presets/preset-data.ts';
import { alive, byPod } from './pod-labels.ts';

const labels = ['model_name', 'model_version', 'hostname'];

export const torchserve: PresetData = {
  name: 'torchserve',
  title: 'TorchServe',
  layer: 'runtime',
  scrape: {
    port: '8082',
    path: '/metrics',
    needs: '`metrics_mode=prometheus`; without it the page is empty',
  },
  versionLabel: {
    label: 'model_version',
    but: 'it is the version in the URL of the call, and `default` where that names none',
  },
  requests: [
    {
      id: 'ts_inference_requests_total',
      arms: byPod,
      series: [
        { name: 'ts_inference_requests_total', labels, failed: 'none' },
        { name: 'Requests5XX', labels: ['Level', 'Hostname'], failed: 'all', repeats: true },
      ],
      alive,
      errors: {
        counted: 'partly',
        because:
          'failures are counted for the whole host, so that the rate holds only with one model in a pod',
      },
    },
  ],
  latency: [
    {
      id: 'ts_inference_latency_microseconds',
      arms: byPod,
      kind: 'mean',
      unit: 'us',
      labels,
      mean: { sum: 'ts_inference_latency_microseconds', count: 'ts_inference_requests_total' },
      leavesOutFailures: true,
    },
  ],
  caveats: [
    'No longer maintained.',
    'An exception and a full queue are both 503.',
    '`Requests2XX` counts pings, management calls and every scrape, and is not read.',
    'Latency is of successes only, while its divisor has all requests: failures make the mean look better.',
  ],
};
