import type { PresetData } from '../../../domain/analysis/presets/preset-data.ts';
import { alive, byPod } from './pod-labels.ts';

const labels = ['model_name'];

export const kserve: PresetData = {
  name: 'kserve',
  title: 'KServe',
  layer: 'runtime',
  scrape: { port: '8080', path: '/metrics' },
  requests: [
    {
      id: 'request_preprocess_seconds_count',
      arms: byPod,
      // Each request that could be decoded is preprocessed; only some of the failures come as far as the prediction.
      series: [{ name: 'request_preprocess_seconds_count', labels, failed: 'none' }],
      alive,
      errors: { counted: 'no', because: 'it has no counter of failed requests' },
    },
  ],
  latency: [{ id: 'request_predict_seconds', arms: byPod, kind: 'histogram', unit: 's', labels, alive }],
  caveats: [
    'Requests that cannot be decoded (400) and unknown models (404) are in no count.',
    'Preprocessed less postprocessed requests are those that failed or are still under way: a bound for people, and no gate, since a slow model would look broken.',
    'Latency is that of the prediction alone, of failed ones too.',
    'With `workers` above 1 each scrape is answered by one of them, and nothing tells which (kserve/kserve#2979): the counters jump, and what is counted is made up. Serve with one worker.',
  ],
};
