import type { PresetData } from '../../../domain/analysis/presets/preset-data.ts';

const byModel = { model: '{service}' };
const labels = ['model_internal', 'server', 'server_replica', 'method_type', 'code'];
/** The server's fault, as a code of HTTP or of gRPC. */
const serverCodes = '5..|Internal|Unknown|Unavailable|DeadlineExceeded|ResourceExhausted|Aborted|DataLoss';

export const seldon: PresetData = {
  name: 'seldon',
  title: 'Seldon Core 2',
  layer: 'runtime',
  scrape: { port: '9006', path: '/metrics', needs: 'a scrape of the agents beside the servers' },
  versionLabel: { label: 'model_internal' },
  requests: [
    {
      id: 'seldon_model_infer_total',
      arms: byModel,
      series: [{ name: 'seldon_model_infer_total', labels, failed: { label: 'code', pattern: serverCodes } }],
    },
  ],
  latency: [
    {
      id: 'seldon_model_infer_seconds_total',
      arms: byModel,
      kind: 'mean',
      unit: 's',
      labels,
      mean: { sum: 'seldon_model_infer_seconds_total', count: 'seldon_model_infer_total' },
    },
  ],
  caveats: [
    'The Model must have the name of the revision Service.',
    'Its Envoy tries up to five more times: callers see fewer failures than the model makes, and each attempt is counted.',
    'The histogram `seldon_model_infer_api_seconds` does not name the model, and is not read.',
    'Some releases of the agent put the namespace before every name: these are not found.',
  ],
};
