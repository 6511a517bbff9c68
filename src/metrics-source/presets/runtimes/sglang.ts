import type { PresetData } from '../../../domain/analysis/presets/preset-data.ts';
import { alive, byPod } from './pod-labels.ts';

const labels = ['model_name', 'engine_type', 'tp_rank', 'pp_rank', 'dp_rank', 'moe_ep_rank'];
const gauge = { arms: byPod, kind: 'gauge' } as const;
const histogram = { arms: byPod, kind: 'histogram', unit: 's' } as const;
const tokens = [{ id: 'sglang:generation_tokens_total', arms: byPod, kind: 'rate' }] as const;

export const sglang: PresetData = {
  name: 'sglang',
  title: 'SGLang',
  layer: 'runtime',
  scrape: { port: '30000', path: '/metrics', needs: '`--enable-metrics`' },
  requests: [
    {
      id: 'sglang:num_requests_total',
      arms: byPod,
      series: [
        { name: 'sglang:num_requests_total', labels, failed: 'none' },
        { name: 'sglang:num_aborted_requests_total', labels, failed: 'all', repeats: true },
      ],
      alive,
      errors: {
        counted: 'partly',
        because:
          'its aborts are signals to cancel, of clients that went away too, and miss what the queue rejected (sgl-project/sglang#34132, #34320)',
      },
    },
  ],
  latency: [
    {
      id: 'sglang:e2e_request_latency_seconds',
      arms: byPod,
      kind: 'histogram',
      unit: 's',
      labels,
      alive,
      leavesOutFailures: true,
    },
  ],
  named: {
    timeToFirstToken: [{ id: 'sglang:time_to_first_token_seconds', ...histogram }],
    interTokenLatency: [
      { id: 'sglang:inter_token_latency_seconds', ...histogram },
      { id: 'sglang:time_per_output_token_seconds', ...histogram },
    ],
    queue: [{ id: 'sglang:num_queue_reqs', ...gauge, combine: 'perReplica' }],
    cache: [{ id: 'sglang:token_usage', ...gauge, combine: 'max' }],
    tokensPerSecond: tokens,
    costPer1kTokens: tokens,
  },
  caveats: [
    'A request that asks for several answers (`n`) counts several times (sgl-project/sglang#6140).',
    'Some series exist once for each rank of the model.',
    'A stream has its 200 before its first token: what fails later is in no code.',
  ],
};
