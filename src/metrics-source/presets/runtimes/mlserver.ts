import type { PresetData } from '../../../domain/analysis/presets/preset-data.ts';
import { alive, byPod } from './pod-labels.ts';

const byModel = ['model', 'version'];
const byPath = ['app_name', 'method', 'path', 'status_code'];
const inference = { path: '.*/infer' };

export const mlserver: PresetData = {
  name: 'mlserver',
  title: 'MLServer',
  layer: 'runtime',
  scrape: { port: '8082', path: '/metrics' },
  versionLabel: {
    label: 'version',
    but: 'it is the version in the URL of the call, and `None` where that names none',
  },
  requests: [
    {
      id: 'rest_server_requests_total',
      arms: byPod,
      series: [
        {
          name: 'rest_server_requests_total',
          labels: byPath,
          where: inference,
          failed: { label: 'status_code', pattern: '5..' },
        },
      ],
      alive,
    },
    {
      id: 'model_infer_request_success_total',
      arms: byPod,
      series: [
        { name: 'model_infer_request_success_total', labels: byModel, failed: 'none' },
        { name: 'model_infer_request_failure_total', labels: byModel, failed: 'all' },
      ],
      alive,
      errors: {
        counted: 'partly',
        because: 'calls of unknown models count as failures, and bodies that cannot be read are in no count',
      },
    },
  ],
  latency: [
    ...['rest_server_request_duration_seconds', 'rest_server_requests_duration_seconds'].map((id) => ({
      id,
      arms: byPod,
      kind: 'histogram' as const,
      unit: 's' as const,
      labels: byPath,
      where: inference,
      alive,
    })),
    {
      id: 'model_infer_request_duration',
      arms: byPod,
      kind: 'mean',
      unit: 's',
      labels: byModel,
      mean: { sum: 'model_infer_request_duration_sum', count: 'model_infer_request_duration_count' },
    },
  ],
  caveats: [
    'Calls over gRPC are in the counters of models only, so that those are read where no call came over REST.',
    '`/v2/models/{model_name}/ready` is counted like a request, and left out by its path.',
    'The documentation has the histogram’s name in the plural, the server in the singular; both are tried.',
  ],
};
