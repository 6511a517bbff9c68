import type { PresetData } from '../../../domain/analysis/presets/preset-data.ts';
import { alive, byPod } from './pod-labels.ts';

const labels = [
  ...['Component', 'NodeAddress', 'SessionName', 'Version', 'WorkerId', 'application', 'method', 'route'],
  ...['status_code', 'otel_scope_name', 'otel_scope_schema_url', 'otel_scope_version'],
];
/** Ray's own health checks, and calls that no application answers, have none. */
const ofAnApplication = { application: '.+' };

export const rayServe: PresetData = {
  name: 'ray-serve',
  title: 'Ray Serve',
  layer: 'runtime',
  scrape: { port: '8080', path: '/metrics', needs: 'a scrape of each node of the Ray cluster' },
  requests: ['ray_serve_num_http_requests_total', 'ray_serve_num_http_requests'].map((name) => ({
    id: name,
    arms: byPod,
    series: [
      {
        name,
        labels,
        where: ofAnApplication,
        failed: { label: 'status_code', pattern: '5..' },
      },
    ],
    alive,
  })),
  latency: [
    {
      id: 'ray_serve_http_request_latency_ms',
      arms: byPod,
      kind: 'histogram',
      unit: 'ms',
      labels,
      where: ofAnApplication,
      alive,
    },
  ],
  named: {
    queue: [{ id: 'ray_serve_deployment_queued_queries', arms: byPod, kind: 'gauge', combine: 'perReplica' }],
  },
  caveats: [
    'Its counter of errors has faults of the caller too, so that codes of the counter of requests are read.',
    'Counters lag 8 to 9 s behind the requests.',
    'The sum of a histogram is made of the middles of its buckets: means are wrong, buckets are right.',
    'Its label `Version` is that of Ray. Revisions are told apart by the pods that are scraped: one Ray cluster for each.',
    'With a language model inside, `preset: vllm` reads the series that begin with `ray_vllm_`.',
  ],
};
