import type { PresetData } from '../../../domain/analysis/presets/preset-data.ts';

const backend = { backend_namespace: '{namespace}', backend_name: '{service}' };
const older = { direction: 'outbound', dst_namespace: '{namespace}', dst_service: '{service}' };

const routeLabels = [
  ...['parent_group', 'parent_kind', 'parent_namespace', 'parent_name', 'parent_port', 'parent_section_name'],
  ...['route_group', 'route_kind', 'route_namespace', 'route_name'],
  ...['backend_group', 'backend_kind', 'backend_port', 'backend_section_name'],
];
const olderLabels = [
  ...['authority', 'target_addr', 'target_ip', 'target_port', 'tls', 'server_id', 'no_tls_reason'],
  ...['dst_deployment', 'dst_pod', 'dst_pod_template_hash', 'dst_serviceaccount', 'dst_control_plane_ns'],
];

const responses = 'outbound_http_route_backend_response_statuses_total';

export const linkerd: PresetData = {
  name: 'linkerd',
  title: 'Linkerd',
  layer: 'router',
  controllers: ['linkerd.io/policy-controller'],
  scrape: { port: '4191', path: '/metrics', needs: 'a proxy at the callers: the gateway must be meshed' },
  requests: [
    {
      id: responses,
      arms: backend,
      series: [
        // Without an answer there is a word for the error and no status.
        {
          name: responses,
          labels: [...routeLabels, 'http_status', 'error'],
          where: { error: '.+' },
          failed: 'all',
        },
        {
          name: responses,
          labels: [...routeLabels, 'http_status', 'error'],
          where: { http_status: '[1-5][0-9][0-9]' },
          failed: { label: 'http_status', pattern: '5..' },
        },
      ],
    },
    {
      id: 'response_total',
      arms: older,
      series: [
        {
          name: 'response_total',
          labels: [...olderLabels, 'status_code', 'grpc_status', 'classification', 'error'],
          failed: { label: 'classification', pattern: 'failure' },
        },
      ],
    },
  ],
  latency: [
    {
      id: 'outbound_http_route_backend_response_duration_seconds',
      arms: backend,
      kind: 'histogram',
      unit: 's',
      labels: routeLabels,
    },
    {
      id: 'response_latency_ms',
      arms: older,
      kind: 'histogram',
      unit: 'ms',
      labels: [...olderLabels, 'status_code', 'grpc_status'],
    },
  ],
  caveats: [
    'The series of backends count each attempt: a request that was retried with success is a failure and a success.',
    'The callers count, each in its own proxy: requests of callers without a proxy are in no count.',
    '`response_total` is of older releases, and by the Service that was called and not by the backend of a route.',
  ],
};
