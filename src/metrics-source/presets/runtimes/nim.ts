import type { PresetData } from '../../../domain/analysis/presets/preset-data.ts';
import { alive, byPod } from './pod-labels.ts';

const labels = ['model_name'];
const gauge = { arms: byPod, kind: 'gauge' } as const;
const histogram = { arms: byPod, kind: 'histogram', unit: 's' } as const;
const tokens = [{ id: 'generation_tokens_total', arms: byPod, kind: 'rate' }] as const;

export const nim: PresetData = {
  name: 'nim',
  title: 'NVIDIA NIM',
  layer: 'runtime',
  scrape: { port: '8000', path: '/v1/metrics' },
  requests: [
    {
      id: 'request_success_total',
      arms: byPod,
      series: [
        { name: 'request_success_total', labels, failed: 'none' },
        { name: 'request_failure_total', labels, failed: 'all' },
      ],
      alive,
      errors: { counted: 'partly', because: 'what it counts as a failure was not checked against a server' },
    },
  ],
  latency: [{ id: 'e2e_request_latency_seconds', ...histogram, labels, alive }],
  named: {
    timeToFirstToken: [{ id: 'time_to_first_token_seconds', ...histogram }],
    interTokenLatency: [{ id: 'time_per_output_token_seconds', ...histogram }],
    queue: [{ id: 'num_requests_waiting', ...gauge, combine: 'perReplica' }],
    cache: [{ id: 'gpu_cache_usage_perc', ...gauge, combine: 'max' }],
    tokensPerSecond: tokens,
    costPer1kTokens: tokens,
  },
  caveats: [
    'Its names have no prefix and are other programs’ too: they are read of pods of this ModelDeployment only.',
    'Newer releases may have vLLM’s names: then `preset: vllm` fits.',
  ],
};
