import type { Labels } from '../../domain/analysis/measurement.ts';
import type {
  Arm,
  ArmName,
  Arms,
  BucketRole,
  CounterFamily,
  CounterPreset,
  RequestRole,
} from '../../domain/analysis/preset.ts';
import { oneOf } from './promql.ts';

/**
 * Contour's data plane is Envoy, which counts per upstream cluster; Contour names a cluster after Service and port. One revision
 * has one Service, so that a cluster is a revision.
 *
 * What counts (observed with Envoy 1.40): a refused connection, a cluster without endpoints, and a reset before the
 * response are 503, a timeout is 504, all of them under the cluster that was chosen, so that they are errors of that
 * revision. A request whose client went away before the response has no code, and is in no count. A request without a
 * route has no cluster. A response that breaks off after its headers counts by its code. Timeouts, resets and refused
 * connections are in no histogram: latency judges answered requests only, the others are errors.
 *
 * Envoy shows a code, and a histogram, only after its first request. The `..._upstream_rq_total` counter is there from the
 * birth of the cluster; it is asked for beside them so that the first errors of a candidate are seen to have begun at 0.
 */
export const contourEnvoy: CounterPreset = {
  name: 'contour-envoy',

  requests(arms: Arms): CounterFamily<RequestRole> {
    const armOf = armsByCluster(arms);
    return {
      selector: selector(requestCounter, arms),
      ownLabels: [nameLabel, clusterLabel, codeLabel],
      partLabels: [nameLabel, codeLabel],
      read(labels) {
        const arm = armOf(labels);
        const code = Number(labels[codeLabel]);
        if (!arm || labels[nameLabel] !== requestCounter || !(code >= 100 && code <= 599)) return undefined;
        return { arm, bad: code >= 500 };
      },
    };
  },

  latency(arms: Arms): CounterFamily<BucketRole> {
    const armOf = armsByCluster(arms);
    return {
      selector: selector(latencyBuckets, arms),
      ownLabels: [nameLabel, clusterLabel, boundLabel],
      partLabels: [nameLabel, boundLabel],
      read(labels) {
        const arm = armOf(labels);
        if (!arm || labels[nameLabel] !== latencyBuckets) return undefined;
        const bound = labels[boundLabel] ?? '';
        const upperBoundMs = bound === '+Inf' ? Infinity : bound === '' ? NaN : Number(bound);
        return Number.isNaN(upperBoundMs) ? undefined : { arm, upperBoundMs };
      },
    };
  },
};

const nameLabel = '__name__';
const clusterLabel = 'envoy_cluster_name';
const codeLabel = 'envoy_response_code';
const boundLabel = 'le';
const requestCounter = 'envoy_cluster_upstream_rq';
const latencyBuckets = 'envoy_cluster_upstream_rq_time_bucket';
const sinceBirth = 'envoy_cluster_upstream_rq_total';

/** Neither namespaces nor Services can hold an underscore, so that this is unique. */
const clusterOf = (namespace: string, { service, port }: Arm): string => `${namespace}_${service}_${port}`;

function selector(counter: string, { namespace, candidate, stable }: Arms): string {
  const clusters = [clusterOf(namespace, candidate), clusterOf(namespace, stable)];
  return `{${oneOf(nameLabel, [counter, sinceBirth])},${oneOf(clusterLabel, clusters)}}`;
}

function armsByCluster({ namespace, candidate, stable }: Arms): (labels: Labels) => ArmName | undefined {
  const arms = new Map<string, ArmName>([
    [clusterOf(namespace, stable), 'stable'],
    [clusterOf(namespace, candidate), 'candidate'],
  ]);
  return (labels) => arms.get(labels[clusterLabel] ?? '');
}
