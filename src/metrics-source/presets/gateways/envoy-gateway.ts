import type { PresetData } from '../../../domain/analysis/presets/preset-data.ts';
import { envoyCaveats, latencyByCluster, requestsByCluster } from './envoy-cluster.ts';

/**
 * One cluster for all backends of a rule is the default, `httproute/<namespace>/<route>/rule/<n>`, and says nothing of revisions. A
 * statistics name that holds several backends (joined by a bar) is not read: it would count one revision for the other.
 */
const byBackend = { envoy_cluster_name: '([^|]*/)?{namespace}/{service}(:{port})?' };

export const envoyGateway: PresetData = {
  name: 'envoy-gateway',
  title: 'Envoy Gateway',
  layer: 'router',
  controllers: ['gateway.envoyproxy.io/gatewayclass-controller'],
  needsSetup:
    'it counts all backends of a rule as one cluster, unless each backend has a cluster with a statistics name that ends with namespace/Service',
  scrape: { port: '19001', path: '/stats/prometheus' },
  requests: [requestsByCluster(byBackend)],
  latency: [latencyByCluster(byBackend)],
  caveats: [
    'All backends of a rule share one cluster (envoyproxy/gateway#6742, #7017, both open when looked up), so revisions cannot be told apart by default.',
    'Backends with filters of their own get clusters of their own, but `clusterStatName` with `%BACKEND_REFS%` then names all backends in each of them (envoyproxy/gateway#7008): such names are not read.',
    ...envoyCaveats,
  ],
};
