import type {
  LatencySeries,
  PresetData,
  RequestCounters,
} from '../../../domain/analysis/presets/preset-data.ts';

const service = '{namespace}\\.{service}\\.(pnum-)?{port}';
const controllerLabels = ['route', 'workspace', 'consumer'];

const current = (label: string): RequestCounters => ({
  id: `kong_http_requests_total by ${label}`,
  arms: { [label]: service },
  series: [
    {
      name: 'kong_http_requests_total',
      labels: [...controllerLabels, 'code', 'source'],
      where: { code: '[1-5][0-9][0-9]' },
      except: { code: '499' },
      failed: { label: 'code', pattern: '5..' },
    },
  ],
});

const older = (label: string): RequestCounters => ({
  id: `kong_http_status by ${label}`,
  arms: { [label]: service },
  series: [
    {
      name: 'kong_http_status',
      labels: [...controllerLabels, 'code'],
      where: { code: '[1-5][0-9][0-9]' },
      except: { code: '499' },
      failed: { label: 'code', pattern: '5..' },
    },
  ],
});

const histogram = (label: string, metric: string, where?: LatencySeries['where']): LatencySeries => ({
  id: `${metric} by ${label}`,
  metric,
  arms: { [label]: service },
  kind: 'histogram',
  unit: 'ms',
  labels: [...controllerLabels, ...(where ? ['type'] : [])],
  where,
});

const labels = ['service', 'exported_service'];

export const kong: PresetData = {
  name: 'kong',
  title: 'Kong',
  layer: 'router',
  controllers: ['konghq.com/kic-gateway-controller'],
  needsSetup: 'it makes one Kong service of all backends of an HTTPRoute rule, and counts by Kong service',
  scrape: {
    port: '8100',
    path: '/metrics',
    needs: 'the prometheus plugin with `status_code_metrics` and `latency_metrics`',
  },
  requests: [...labels.map(current), ...labels.map(older)],
  latency: [
    ...labels.map((label) => histogram(label, 'kong_request_latency_ms')),
    ...labels.map((label) => histogram(label, 'kong_latency', { type: 'request' })),
  ],
  caveats: [
    'Revisions are told apart only where each has a Kong service of its own (an Ingress each); weighted backends of one HTTPRoute rule are one Kong service.',
    'Latency is that of the whole request at Kong, plugins included.',
    '`kong_http_status` and `kong_latency` are of Kong 2.',
  ],
};
