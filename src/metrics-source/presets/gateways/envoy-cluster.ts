import type {
  ArmLabels,
  LatencySeries,
  RequestCounters,
} from '../../../domain/analysis/presets/preset-data.ts';

/**
 * What Envoy counts per upstream cluster (observed with Envoy 1.40): a refused connection, a cluster without endpoints, and a reset
 * before the response are 503, a timeout is 504, all of them under the cluster that was chosen, so that they are errors of that
 * revision. A request whose client went away before the response has no code, and is in no count. A request without a route has no
 * cluster. A response that breaks off after its headers counts by its code. Timeouts, resets and refused connections are in no
 * histogram: latency judges answered requests only, the others are errors.
 *
 * Envoy shows a code, and a histogram, only after its first request. The `..._upstream_rq_total` counter is there from the
 * birth of the cluster; it is asked for beside them so that the first errors of a candidate are seen to have begun at 0.
 */
export const requestsByCluster = (arms: ArmLabels): RequestCounters => ({
  id: 'envoy_cluster_upstream_rq',
  arms,
  series: [
    {
      name: 'envoy_cluster_upstream_rq',
      labels: ['envoy_response_code'],
      where: { envoy_response_code: '[1-5][0-9][0-9]' },
      failed: { label: 'envoy_response_code', pattern: '5..' },
    },
  ],
  alive: 'envoy_cluster_upstream_rq_total',
});

export const latencyByCluster = (arms: ArmLabels): LatencySeries => ({
  id: 'envoy_cluster_upstream_rq_time',
  arms,
  kind: 'histogram',
  unit: 'ms',
  labels: [],
  alive: 'envoy_cluster_upstream_rq_total',
  leavesOutFailures: true,
});

export const envoyCaveats = [
  'Refused connections, resets, timeouts and clusters without endpoints count as 503 or 504 of the revision that was chosen, and are in no histogram.',
  'A request whose client went away before the answer is in no count; an answer that breaks off counts by its first code.',
  'Envoy brings its histograms up to date every 5 s only: latency lags behind the counters.',
] as const;
