import type {
  LatencySeries,
  PresetData,
  RequestCounters,
} from '../../../domain/analysis/presets/preset-data.ts';
import { alive, byPod } from './pod-labels.ts';

/** Labels that a service of one's own may put on its counters beside the code: none of them tells targets apart. */
const labels = [
  ...['code', 'status', 'status_code', 'http_response_status_code', 'http_status_code'],
  ...['method', 'http_method', 'http_request_method', 'verb'],
  ...['handler', 'path', 'route', 'endpoint', 'uri', 'view', 'http_route', 'url_scheme', 'http_scheme'],
  ...['network_protocol_version', 'server_address', 'server_port', 'error_type'],
  ...['otel_scope_name', 'otel_scope_version', 'otel_scope_schema_url'],
  ...['model', 'model_name', 'model_version'],
];

/** `5xx` is how some libraries group codes. */
const serverCodes = '5([0-9][0-9]|xx)';
/** All but interim answers, and 499, after which nobody waited any more. */
const answers = '[235]([0-9][0-9]|xx)|4([0-8][0-9]|9[0-8]|xx)';
/** What kubelet and Prometheus ask, where the label says so. */
const probes = '/?(health|healthz|livez?|readyz?|readiness|liveness|ping|metrics|v2/health/.*)';

/** `path` is the label that names what was asked for. */
const requests = (name: string, label: string, path = 'handler'): RequestCounters => ({
  id: `${name}, ${label}`,
  arms: byPod,
  series: [
    {
      name,
      labels,
      where: { [label]: answers },
      except: { [path]: probes },
      failed: { label, pattern: serverCodes },
    },
  ],
  alive,
});

const latency = (id: string, path = 'handler'): LatencySeries => ({
  id,
  arms: byPod,
  kind: 'histogram',
  unit: 's',
  labels,
  except: { [path]: probes },
  alive,
});

export const http: PresetData = {
  name: 'http',
  title: 'a service of your own',
  layer: 'runtime',
  scrape: { port: 'its own', path: '/metrics' },
  requests: [
    requests('http_requests_total', 'code'),
    requests('http_requests_total', 'status'),
    requests('http_requests_total', 'status_code'),
    requests('http_server_request_duration_seconds_count', 'http_response_status_code', 'http_route'),
    requests('model_requests_total', 'code'),
  ],
  latency: [
    latency('http_request_duration_seconds'),
    latency('http_server_request_duration_seconds', 'http_route'),
    latency('model_request_duration_seconds'),
  ],
  caveats: [
    'It goes by the names that are usual for counters of HTTP: `http_requests_total` of Prometheus clients, `http_server_request_duration_seconds` of OpenTelemetry, and `model_requests_total` of the example server here.',
    'Probes count where no label `handler` or `http_route` says that they are some.',
    'A call of gRPC that failed has the code 200.',
    'A crash is in no counter: the codes that a gateway counts are better.',
  ],
};
