import type { NamedSeries, PresetData } from '../../../domain/analysis/presets/preset-data.ts';
import { alive, byPod } from './pod-labels.ts';

/** vLLM itself, as OpenShift AI exposes it, and under Ray. */
const prefixes = ['vllm:', 'kserve_vllm:', 'ray_vllm_'];
const labels = ['model_name', 'engine'];

const named = <Rest extends object>(metrics: readonly string[], rest: Rest) =>
  metrics.flatMap((metric) => prefixes.map((prefix) => ({ id: `${prefix}${metric}`, arms: byPod, ...rest })));
const histograms = (...metrics: string[]): NamedSeries[] =>
  named(metrics, { kind: 'histogram' as const, unit: 's' as const });
const tokens = 'generation_tokens_total';

export const vllm: PresetData = {
  name: 'vllm',
  title: 'vLLM',
  layer: 'runtime',
  scrape: { port: '8000', path: '/metrics' },
  requests: [
    {
      id: 'http_requests_total',
      arms: byPod,
      series: [
        {
          name: 'http_requests_total',
          labels: ['handler', 'method', 'status'],
          where: { handler: '/v1/.*', method: 'POST' },
          failed: { label: 'status', pattern: '5..' },
        },
      ],
      alive,
    },
    ...prefixes.map((prefix) => ({
      id: `${prefix}request_success_total`,
      arms: byPod,
      series: [
        {
          name: `${prefix}request_success_total`,
          labels: [...labels, 'finished_reason'],
          failed: 'none' as const,
        },
      ],
      alive,
      errors: {
        counted: 'no' as const,
        because: 'it has no counter of failed requests (vllm-project/vllm#9346)',
      },
    })),
  ],
  latency: prefixes.map((prefix) => ({
    id: `${prefix}e2e_request_latency_seconds`,
    arms: byPod,
    kind: 'histogram' as const,
    unit: 's' as const,
    labels,
    alive,
    leavesOutFailures: true as const,
  })),
  named: {
    timeToFirstToken: histograms('time_to_first_token_seconds'),
    interTokenLatency: histograms('inter_token_latency_seconds', 'time_per_output_token_seconds'),
    queue: named(['num_requests_waiting'], { kind: 'gauge', combine: 'perReplica' }),
    cache: named(['kv_cache_usage_perc', 'gpu_cache_usage_perc'], { kind: 'gauge', combine: 'max' }),
    tokensPerSecond: named([tokens], { kind: 'rate' }),
    costPer1kTokens: named([tokens], { kind: 'rate' }),
  },
  caveats: [
    'The lowest bucket of the latency ends at 0.3 s.',
    'A stream has its 200 before its first token: what fails later is in no code.',
    'Before vllm-project/vllm#44303 some faults of the caller were counted as 5xx.',
    'The time between tokens is that between events of a stream, so that speculative decoding makes it longer.',
    'Renamed: `time_per_output_token_seconds` became `inter_token_latency_seconds` in 0.11, `gpu_cache_usage_perc` became `kv_cache_usage_perc`.',
  ],
};
