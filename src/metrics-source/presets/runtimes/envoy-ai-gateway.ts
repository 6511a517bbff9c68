import type {
  ArmLabels,
  LatencySeries,
  NamedSeries,
  PresetData,
  RequestCounters,
} from '../../../domain/analysis/presets/preset-data.ts';

/** The model's name of each backend: set it to the revision or its Service with `modelNameOverride`. */
const byModel: ArmLabels = { gen_ai_response_model: '{service}|{revision}' };

const labels = [
  ...['gen_ai_operation_name', 'gen_ai_system', 'gen_ai_system_name', 'gen_ai_provider_name'],
  ...['gen_ai_original_model', 'gen_ai_request_model', 'error_type'],
  ...['otel_scope_name', 'otel_scope_version', 'otel_scope_schema_url'],
];
/** Whether the unit is part of a name depends on the exporter. */
const suffixes = ['_seconds', ''];
const duration = (suffix: string) => `gen_ai_server_request_duration${suffix}`;

const requests = (suffix: string): RequestCounters => ({
  id: `${duration(suffix)}_count`,
  arms: byModel,
  series: [
    {
      name: `${duration(suffix)}_count`,
      labels,
      failed: { label: 'error_type', pattern: '.+' },
    },
  ],
});

const latency = (suffix: string): LatencySeries => ({
  id: duration(suffix),
  arms: byModel,
  kind: 'histogram',
  unit: 's',
  labels,
});

const histograms = (metric: string): NamedSeries[] =>
  suffixes.map((suffix) => ({ id: `${metric}${suffix}`, arms: byModel, kind: 'histogram', unit: 's' }));
const tokens: NamedSeries[] = [
  {
    id: 'gen_ai_client_token_usage_sum',
    arms: byModel,
    where: { gen_ai_token_type: 'output' },
    kind: 'rate',
  },
];

export const envoyAiGateway: PresetData = {
  name: 'envoy-ai-gateway',
  title: 'Envoy AI Gateway',
  layer: 'runtime',
  scrape: { port: '1064', path: '/metrics' },
  versionLabel: {
    label: 'gen_ai_response_model',
    but: 'only where `modelNameOverride` sets it to the revision or its Service',
  },
  requests: suffixes.map(requests),
  latency: suffixes.map(latency),
  named: {
    timeToFirstToken: histograms('gen_ai_server_time_to_first_token'),
    interTokenLatency: histograms('gen_ai_server_time_per_output_token'),
    tokensPerSecond: tokens,
    costPer1kTokens: tokens,
  },
  caveats: [
    'Every failure has an `error_type`, faults of the caller too: they count as failed.',
    'The answer names the model, so that a failure without an answer may name none, and is then in no count.',
  ],
};
