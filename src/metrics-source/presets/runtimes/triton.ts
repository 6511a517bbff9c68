import type { PresetData } from '../../../domain/analysis/presets/preset-data.ts';
import { alive, byPod } from './pod-labels.ts';

const labels = ['model', 'version'];

export const triton: PresetData = {
  name: 'triton',
  title: 'Triton',
  layer: 'runtime',
  scrape: { port: '8002', path: '/metrics' },
  versionLabel: { label: 'version' },
  requests: [
    {
      id: 'nv_inference_request_success',
      arms: byPod,
      series: [
        { name: 'nv_inference_request_success', labels, failed: 'none' },
        {
          name: 'nv_inference_request_failure',
          labels: [...labels, 'reason'],
          except: { reason: 'CANCELED' },
          failed: 'all',
        },
      ],
      alive,
      errors: {
        counted: 'partly',
        because:
          'an answer that holds a TritonError counts as a success although its caller gets a 500 (triton-inference-server/server#7713), and a full queue (503) is in no count',
      },
    },
  ],
  latency: [
    // The bounds are few, and it is measured only where it was switched on.
    {
      id: 'nv_inference_request_summary_us',
      arms: byPod,
      kind: 'summary',
      unit: 'us',
      labels: [...labels, 'quantile'],
      where: { quantile: '.+' },
      leavesOutFailures: true,
    },
    {
      id: 'nv_inference_request_duration_us',
      arms: byPod,
      kind: 'mean',
      unit: 'us',
      labels,
      mean: { sum: 'nv_inference_request_duration_us', count: 'nv_inference_request_success' },
      leavesOutFailures: true,
    },
  ],
  named: {
    timeToFirstToken: [
      { id: 'nv_inference_first_response_histogram_ms', arms: byPod, kind: 'histogram', unit: 'ms' },
    ],
    queue: [
      { id: 'nv_inference_pending_request_count', arms: byPod, kind: 'gauge', combine: 'perReplica' },
      {
        id: 'nv_trt_llm_request_metrics',
        arms: byPod,
        where: { request_type: 'waiting' },
        kind: 'gauge',
        combine: 'perReplica',
      },
    ],
    cache: [
      {
        id: 'nv_trt_llm_kv_cache_block_metrics',
        arms: byPod,
        where: { kv_cache_block_type: 'fraction' },
        kind: 'gauge',
        combine: 'max',
      },
    ],
  },
  caveats: [
    'Bad shapes, bad JSON and unknown models are in no count, and a client that goes away counts as a success.',
    'Latency is of successes only: the mean is the duration divided by successes.',
    'Quantiles only with `--metrics-config summary_latencies=true`, for each pod by itself, and not beside a response cache.',
    'An ensemble counts a failure twice. With vLLM inside, `preset: vllm` reads its series.',
  ],
};
