import type { PresetData } from '../../../domain/analysis/presets/preset-data.ts';
import { alive, byPod } from './pod-labels.ts';

const labels = ['endpoint', 'http_response_code', 'runner_name', 'service_name', 'service_version'];
const probes = { endpoint: '/(readyz|livez|healthz|metrics)' };
/** Since 1.2, and before. */
const prefixes = ['bentoml_service', 'bentoml_api_server'];

export const bentoml: PresetData = {
  name: 'bentoml',
  title: 'BentoML',
  layer: 'runtime',
  scrape: { port: '3000', path: '/metrics' },
  versionLabel: { label: 'service_version', but: 'it is `not available` where a bento was not built' },
  requests: prefixes.map((prefix) => ({
    id: `${prefix}_request_total`,
    arms: byPod,
    series: [
      {
        name: `${prefix}_request_total`,
        labels,
        except: probes,
        failed: { label: 'http_response_code', pattern: '5..' },
      },
    ],
    alive,
  })),
  latency: prefixes.map((prefix) => ({
    id: `${prefix}_request_duration_seconds`,
    arms: byPod,
    kind: 'histogram' as const,
    unit: 's' as const,
    labels,
    except: probes,
    alive,
  })),
  caveats: [
    'Probes are counted as requests, and left out by their paths.',
    'A time-out is 504 and counts as failed; the limit of concurrency is 429 and does not.',
  ],
};
