import type { PresetData } from '../../../domain/analysis/presets/preset-data.ts';
import { alive, byPod } from './pod-labels.ts';

/** Codes that are the server's fault. The others are OK, or the caller's: an invalid argument, an unknown model. */
const serverCodes = [
  ...['UNKNOWN', 'DEADLINE_EXCEEDED', 'RESOURCE_EXHAUSTED', 'ABORTED'],
  ...['UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS'],
];

export const tensorflowServing: PresetData = {
  name: 'tensorflow-serving',
  title: 'TensorFlow Serving',
  layer: 'runtime',
  scrape: {
    port: '8501',
    path: '/monitoring/prometheus/metrics',
    needs: 'a file for `--monitoring_config_file`',
  },
  requests: [
    {
      id: ':tensorflow:serving:request_count',
      arms: byPod,
      series: [
        {
          name: ':tensorflow:serving:request_count',
          labels: ['model_name', 'status'],
          except: { status: 'CANCELLED' },
          failed: { label: 'status', pattern: serverCodes.join('|') },
        },
      ],
      alive,
    },
  ],
  latency: [
    {
      id: ':tensorflow:serving:request_latency',
      arms: byPod,
      kind: 'histogram',
      unit: 'us',
      labels: ['model_name', 'API', 'entrypoint'],
      alive,
    },
  ],
  caveats: [
    'No series names the version of the model.',
    'Names begin with a colon: PromQL takes them only as `{__name__="..."}`.',
    'Calls that were cancelled are in no count; invalid arguments and unknown models are the caller’s fault.',
  ],
};
