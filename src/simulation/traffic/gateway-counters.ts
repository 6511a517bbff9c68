import type { RoutedBackend } from '../gateway/route-table.ts';
import type { ExposedSample } from '../metrics/scrape-target.ts';
import { latencyBoundsMs } from './latency.ts';

interface ClusterCounts {
  byCode: Map<number, number>;
  /** Requests that reached a pod. */
  sent: number;
  /** Answers by bucket. */
  buckets: number[];
  sumMs: number;
}

/** Contour names a cluster of Envoy after Service and port. */
export const clusterOf = ({ namespace, service, port }: RoutedBackend): string =>
  `${namespace}_${service}_${port}`;

const requestsName = 'envoy_cluster_upstream_rq';
const timeName = 'envoy_cluster_upstream_rq_time';

/** The names of everything that is exposed. */
export const exposedNames: readonly string[] = [
  requestsName,
  `${requestsName}_total`,
  `${requestsName}_xx`,
  `${timeName}_bucket`,
  `${timeName}_sum`,
  `${timeName}_count`,
];

/**
 * What the gateway's Envoy counts, by upstream cluster, under the names that it exposes. A cluster is there for as long as a route names
 * it; a response code, and the histogram, only after the first request.
 */
export class GatewayCounters {
  readonly #clusters = new Map<string, ClusterCounts>();

  /** These clusters are there from now on, and no others. */
  keepOnly(clusters: ReadonlySet<string>): void {
    for (const name of this.#clusters.keys()) if (!clusters.has(name)) this.#clusters.delete(name);
    for (const name of clusters) if (!this.#clusters.has(name)) this.#clusters.set(name, noCounts());
  }

  /** The gateway starts again: everything is counted from 0. */
  reset(): void {
    for (const name of this.#clusters.keys()) this.#clusters.set(name, noCounts());
  }

  /** Requests that ended with this code; `sent` of them reached a pod. */
  count(cluster: string, code: number, requests: number, sent: number): void {
    const counts = this.#clusters.get(cluster);
    if (!counts || requests === 0) return;
    counts.byCode.set(code, (counts.byCode.get(code) ?? 0) + requests);
    counts.sent += sent;
  }

  /** Answers by bucket, which took `sumMs` altogether. Refused connections are in no histogram. */
  observe(cluster: string, buckets: readonly number[], sumMs: number): void {
    const counts = this.#clusters.get(cluster);
    if (!counts) return;
    for (const [index, count] of buckets.entries()) counts.buckets[index]! += count;
    counts.sumMs += sumMs;
  }

  /** What a scrape finds. */
  *expose(): Generator<ExposedSample> {
    for (const [name, counts] of this.#clusters) {
      const labels = { envoy_cluster_name: name };
      yield { labels: { __name__: `${requestsName}_total`, ...labels }, value: counts.sent };
      yield* exposeCodes(labels, counts.byCode);
      yield* exposeHistogram(labels, counts);
    }
  }
}

const noCounts = (): ClusterCounts => ({
  byCode: new Map(),
  sent: 0,
  buckets: Array.from({ length: latencyBoundsMs.length + 1 }, () => 0),
  sumMs: 0,
});

function* exposeCodes(
  labels: Readonly<Record<string, string>>,
  byCode: ReadonlyMap<number, number>,
): Generator<ExposedSample> {
  const byClass = new Map<number, number>();
  for (const [code, value] of byCode) {
    yield {
      labels: { __name__: requestsName, ...labels, envoy_response_code: `${code}` },
      value,
    };
    const codeClass = Math.floor(code / 100);
    byClass.set(codeClass, (byClass.get(codeClass) ?? 0) + value);
  }
  for (const [codeClass, value] of byClass) {
    const its = { envoy_response_code_class: `${codeClass}` };
    yield { labels: { __name__: `${requestsName}_xx`, ...labels, ...its }, value };
  }
}

function* exposeHistogram(
  labels: Readonly<Record<string, string>>,
  { buckets, sumMs }: ClusterCounts,
): Generator<ExposedSample> {
  const all = buckets.reduce((sum, count) => sum + count, 0);
  if (all === 0) return;
  let within = 0;
  for (const [index, count] of buckets.entries()) {
    within += count;
    const bound = latencyBoundsMs[index];
    const le = bound === undefined ? '+Inf' : `${bound}`;
    yield { labels: { __name__: `${timeName}_bucket`, ...labels, le }, value: within };
  }
  yield { labels: { __name__: `${timeName}_sum`, ...labels }, value: sumMs };
  yield { labels: { __name__: `${timeName}_count`, ...labels }, value: all };
}
