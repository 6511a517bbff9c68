import type {
  ArmLabels,
  LatencySeries,
  PresetData,
  RequestCounters,
} from '../../../domain/analysis/presets/preset-data.ts';

const destination = {
  destination_service_namespace: '{namespace}',
  destination_service_name: '{service}',
};

/** Istio's standard labels beside those that name the revision. */
const labels = [
  ...['source_workload', 'source_workload_namespace', 'source_principal', 'source_app', 'source_version'],
  ...['source_cluster', 'source_canonical_service', 'source_canonical_revision'],
  ...['destination_workload', 'destination_workload_namespace', 'destination_principal', 'destination_app'],
  ...['destination_version', 'destination_service', 'destination_cluster'],
  ...['destination_canonical_service', 'destination_canonical_revision'],
  ...['request_protocol', 'response_code', 'grpc_response_status', 'response_flags'],
  'connection_security_policy',
];

const requests = (reporter: string): RequestCounters => ({
  id: `istio_requests_total, reporter ${reporter}`,
  arms: { reporter, ...destination },
  series: [
    {
      name: 'istio_requests_total',
      labels,
      where: { response_code: '[1-5][0-9][0-9]' },
      failed: { label: 'response_code', pattern: '5..' },
    },
  ],
  ...(reporter === 'destination' && {
    errors: {
      counted: 'partly' as const,
      because: 'the side of the destination does not see refused connections and time-outs',
    },
  }),
});

const latency = (reporter: string): LatencySeries => ({
  id: `istio_request_duration_milliseconds, reporter ${reporter}`,
  metric: 'istio_request_duration_milliseconds',
  arms: { reporter, ...destination } satisfies ArmLabels,
  kind: 'histogram',
  unit: 'ms',
  labels,
  where: { response_code: '[1-5][0-9][0-9]' },
});

const reporters = ['source', 'waypoint', 'destination'];

export const istio: PresetData = {
  name: 'istio',
  title: 'Istio',
  layer: 'router',
  controllers: ['istio.io/gateway-controller'],
  scrape: { port: '15020', path: '/stats/prometheus' },
  versionLabel: {
    label: 'destination_version',
    but: 'it is the label `version` of the pod, which need not change with a revision',
  },
  requests: reporters.map(requests),
  latency: reporters.map(latency),
  caveats: [
    'Each request is counted by its sender and by its receiver: only one reporter is read, the gateway (`source`) where it reports, then the waypoint, then the receiving sidecar.',
    'A call of gRPC that failed has the code 200 and its own `grpc_response_status`: it does not count as failed.',
    'Code 0 is a client that went away, and is in no count.',
  ],
};
