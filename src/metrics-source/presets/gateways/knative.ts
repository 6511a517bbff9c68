import type { PresetData } from '../../../domain/analysis/presets/preset-data.ts';

const older = { namespace_name: '{namespace}', revision_name: '{service}' };
const current = { k8s_namespace_name: '{namespace}', kn_revision_name: '{service}' };

const olderLabels = [
  ...['configuration_name', 'container_name', 'pod_name', 'service_name'],
  ...['response_code', 'response_code_class'],
];
const currentLabels = [
  ...['kn_service_name', 'kn_configuration_name', 'k8s_pod_name', 'k8s_container_name'],
  ...['http_request_method', 'http_response_status_code', 'url_scheme', 'network_protocol_name'],
  ...['network_protocol_version', 'server_address', 'server_port', 'otel_scope_name', 'otel_scope_version'],
];

const invocations = 'kn_serving_invocation_duration_seconds';

export const knative: PresetData = {
  name: 'knative',
  title: 'Knative',
  layer: 'router',
  scrape: {
    port: '9091',
    path: '/metrics',
    needs: '`request-metrics-protocol: prometheus` in `config-observability` since the move to OpenTelemetry',
  },
  versionLabel: { label: 'kn_revision_name, before that revision_name' },
  requests: [
    {
      id: `${invocations}_count`,
      arms: current,
      series: [
        {
          name: `${invocations}_count`,
          labels: currentLabels,
          where: { http_response_status_code: '[1-5][0-9][0-9]' },
          failed: { label: 'http_response_status_code', pattern: '5..' },
        },
      ],
    },
    {
      id: 'revision_request_count',
      arms: older,
      series: [
        {
          name: 'revision_request_count',
          labels: olderLabels,
          where: { response_code: '[1-5][0-9][0-9]' },
          failed: { label: 'response_code', pattern: '5..' },
        },
      ],
    },
  ],
  latency: [
    { id: invocations, arms: current, kind: 'histogram', unit: 's', labels: currentLabels },
    { id: 'revision_request_latencies', arms: older, kind: 'histogram', unit: 'ms', labels: olderLabels },
  ],
  caveats: [
    'The Knative revision must have the name of the revision Service.',
    'The queue-proxy of each pod counts what reached it: what the activator gave up on is in no count.',
    'Milliseconds became seconds with the move to OpenTelemetry.',
  ],
};
