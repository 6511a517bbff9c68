import type { RolloutDetail } from '../schemas.ts';

type Metric = RolloutDetail['metrics'][number];

export const counted = (requests: number, bad: number) => ({ requests, bad, share: bad / requests });

/** Half of a proof is there, and nothing against the candidate. */
export const errors: Metric = {
  metric: 'errors',
  kind: 'errorRate',
  verdict: 'Inconclusive',
  words:
    '3 of 250 requests failed (1.2 %), the stable revision 0.9 %; harm 1.4 : 1 of 100 : 1, health 6 : 1 of 20 : 1',
  asked: 'share of failed requests',
  value: 0.012,
  dryRun: false,
  thresholds: [{ value: 0.02, says: 'max 2 %', kind: 'max' }],
  tolerance: 1.1,
  passMargin: 2,
  candidate: counted(250, 3),
  stable: counted(760, 7),
  whole: { candidate: counted(310, 3), stable: counted(2_100, 19) },
  harm: { ln: 0.34, lnNeeded: 4.6, words: '1.4 : 1', neededWords: '100 : 1', progress: 0.07 },
  health: { ln: 1.8, lnNeeded: 3, words: '6 : 1', neededWords: '20 : 1', progress: 0.6 },
};
export const latency: Metric = {
  ...errors,
  metric: 'latency',
  kind: 'latency',
  verdict: 'Pass',
  words: 'healthy: 41 : 1',
  asked: 'share of requests slower than 500 ms',
  value: 0.02,
  thresholds: [{ value: 0.05, says: 'max 5 %', kind: 'max' }],
  passMargin: 1.5,
  candidate: counted(250, 5),
  stable: counted(760, 16),
  health: { ln: 3.7, lnNeeded: 3, words: '41 : 1', neededWords: '20 : 1', progress: 1 },
};
export const cache: Metric = {
  metric: 'cache',
  kind: 'query',
  verdict: 'Pass',
  words: '0.71 passes: result < 0.9',
  asked: 'max(vllm:kv_cache_usage_perc{revision="b81e0c4d5e"})',
  value: 0.71,
  dryRun: true,
  thresholds: [],
  query: { measurements: 5, failures: 0, failureLimit: 3, lastValue: 0.71 },
};
