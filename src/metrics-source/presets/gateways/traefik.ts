import type {
  LatencySeries,
  PresetData,
  RequestCounters,
} from '../../../domain/analysis/presets/preset-data.ts';

/** The backend of a route has a long name of its own in newer releases, which ends like the short one of older ones. */
const service = '(httproute-.*-svc-)?{namespace}-{service}-(http-)?{port}@kubernetes(gateway|crd)?';

const requests = (label: string): RequestCounters => ({
  id: `traefik_service_requests_total by ${label}`,
  arms: { [label]: service },
  series: [
    {
      name: 'traefik_service_requests_total',
      labels: ['code', 'method', 'protocol'],
      where: { code: '[1-5][0-9][0-9]' },
      except: { code: '499' },
      failed: { label: 'code', pattern: '5..' },
    },
  ],
});

const latency = (label: string): LatencySeries => ({
  id: `traefik_service_request_duration_seconds by ${label}`,
  metric: 'traefik_service_request_duration_seconds',
  arms: { [label]: service },
  kind: 'histogram',
  unit: 's',
  labels: ['code', 'method', 'protocol'],
  except: { code: '499' },
});

/** A ServiceMonitor gives the target a label `service` of its own, and Prometheus renames the scraped one. */
const labels = ['service', 'exported_service'];

export const traefik: PresetData = {
  name: 'traefik',
  title: 'Traefik',
  layer: 'router',
  controllers: ['traefik.io/gateway-controller'],
  scrape: { port: '9100', path: '/metrics', needs: '`metrics.prometheus.addServicesLabels`, on by default' },
  requests: labels.map(requests),
  latency: labels.map(latency),
  caveats: [
    'Code 499 is a client that went away, and is in no count.',
    'The default buckets are few (0.1, 0.3, 1.2 and 5 s): set `metrics.prometheus.buckets` around the threshold of a latency metric.',
    'A series appears with its first request, so that the first errors of a candidate behind a gateway that just started only anchor its counter.',
  ],
};
