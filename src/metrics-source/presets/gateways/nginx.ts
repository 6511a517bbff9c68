import type {
  LatencySeries,
  PresetData,
  RequestCounters,
} from '../../../domain/analysis/presets/preset-data.ts';

const series = ['host', 'ingress', 'path', 'method', 'status', 'canary'];
const controller = ['controller_class', 'controller_namespace', 'controller_pod'];

const requests = (prefix: string): RequestCounters => ({
  id: `nginx_ingress_controller_requests by ${prefix}service`,
  arms: { [`${prefix}namespace`]: '{namespace}', [`${prefix}service`]: '{service}' },
  series: [
    {
      name: 'nginx_ingress_controller_requests',
      labels: [...series, ...controller],
      where: { status: '[1-5][0-9][0-9]' },
      except: { status: '499' },
      failed: { label: 'status', pattern: '5..' },
    },
  ],
});

const latency = (prefix: string): LatencySeries => ({
  id: `nginx_ingress_controller_request_duration_seconds by ${prefix}service`,
  metric: 'nginx_ingress_controller_request_duration_seconds',
  arms: { [`${prefix}namespace`]: '{namespace}', [`${prefix}service`]: '{service}' },
  kind: 'histogram',
  unit: 's',
  labels: [...series, ...controller],
  except: { status: '499' },
});

/** Prometheus renames scraped labels that the target has too, unless the scrape says `honorLabels`. */
const prefixes = ['', 'exported_'];

export const nginx: PresetData = {
  name: 'nginx',
  title: 'ingress-nginx',
  layer: 'router',
  scrape: { port: '10254', path: '/metrics', needs: '`--enable-metrics`' },
  requests: prefixes.map(requests),
  latency: prefixes.map(latency),
  caveats: [
    'Only the Ingress controller counts by Service. NGINX Gateway Fabric without NGINX Plus counts no backend apart, so no GatewayClass has this preset: name it.',
    'Code 499 is a client that went away, and is in no count.',
    'Series of an Ingress are deleted with it, and an Ingress without a host is in no count unless `--metrics-per-host=false`.',
  ],
};
