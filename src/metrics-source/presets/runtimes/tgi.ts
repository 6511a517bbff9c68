import type { PresetData } from '../../../domain/analysis/presets/preset-data.ts';
import { alive, byPod } from './pod-labels.ts';

const tokens = [{ id: 'tgi_request_generated_tokens_sum', arms: byPod, kind: 'rate' }] as const;

export const tgi: PresetData = {
  name: 'tgi',
  title: 'Text Generation Inference',
  layer: 'runtime',
  scrape: { port: 'the serving port', path: '/metrics' },
  requests: [
    {
      id: 'tgi_request_success',
      arms: byPod,
      series: [
        { name: 'tgi_request_success', labels: [], failed: 'none' },
        // What the caller did wrong, and callers that left while they waited, are no failures of the model.
        {
          name: 'tgi_request_failure',
          labels: ['err'],
          where: { err: 'overloaded|generation|incomplete' },
          failed: 'all',
        },
      ],
      alive,
    },
  ],
  latency: [
    {
      id: 'tgi_request_duration',
      arms: byPod,
      kind: 'histogram',
      unit: 's',
      labels: [],
      alive,
      leavesOutFailures: true,
    },
  ],
  named: {
    interTokenLatency: [
      { id: 'tgi_request_mean_time_per_token_duration', arms: byPod, kind: 'histogram', unit: 's' },
    ],
    queue: [{ id: 'tgi_queue_size', arms: byPod, kind: 'gauge', combine: 'perReplica' }],
    tokensPerSecond: tokens,
    costPer1kTokens: tokens,
  },
  caveats: [
    'In maintenance mode. No counter ends in `_total`, and no series names the model.',
    'Failures of kind `validation`, `template` and `dropped` are the caller’s, and are in no count.',
    'There is no time to first token; the queue and the prefill together come near it.',
    'The time per token is a mean of each request.',
  ],
};
