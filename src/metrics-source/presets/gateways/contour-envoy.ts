import type { PresetData } from '../../../domain/analysis/presets/preset-data.ts';
import { envoyCaveats, latencyByCluster, requestsByCluster } from './envoy-cluster.ts';

/**
 * Contour names a cluster of its Envoy after Service and port, and one revision has one Service, so that a cluster is a revision.
 * Neither namespaces nor Services can hold an underscore, so that the name is unique.
 */
const byCluster = { envoy_cluster_name: '{namespace}_{service}_{port}' };

export const contourEnvoy: PresetData = {
  name: 'contour-envoy',
  title: 'Contour',
  layer: 'router',
  controllers: ['projectcontour.io/gateway-controller'],
  scrape: { port: '8002', path: '/stats/prometheus' },
  requests: [requestsByCluster(byCluster)],
  latency: [latencyByCluster(byCluster)],
  caveats: envoyCaveats,
};
