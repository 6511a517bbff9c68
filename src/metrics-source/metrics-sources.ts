import type { MetricsSourceConfig } from '../config/controller-config.ts';
import type { CircuitState } from '../runtime/circuit-breaker.ts';
import type { MetricsSource } from './metrics-source.ts';
import { type PrometheusDependencies, PrometheusMetricsSource } from './prometheus-metrics-source.ts';
import { SharedQueries } from './shared-queries.ts';

/** The configured sources by name. A ModelDeployment can only name one of these: no spec brings an address of its own. */
export class MetricsSources {
  readonly #sources: ReadonlyMap<string, MetricsSource>;

  constructor(sources: Iterable<MetricsSource>) {
    const byName = new Map<string, MetricsSource>();
    for (const source of sources) {
      if (byName.has(source.name)) throw new DuplicateSourceError(source.name);
      byName.set(source.name, source);
    }
    this.#sources = byName;
  }

  /** One Prometheus adapter for each configured source, which is asked the same question once. */
  static fromConfig(
    configs: readonly MetricsSourceConfig[],
    dependencies: PrometheusDependencies,
  ): MetricsSources {
    return new MetricsSources(
      configs.map((config) => new SharedQueries(new PrometheusMetricsSource(config, dependencies))),
    );
  }

  /** Empty when no source is configured: then gates pass by hold and readiness. */
  get names(): readonly string[] {
    return [...this.#sources.keys()];
  }

  get(name: string): MetricsSource | undefined {
    return this.#sources.get(name);
  }

  /** How often the named source scrapes; undefined for an unknown one. */
  scrapeIntervalMs(name: string): number | undefined {
    return this.#sources.get(name)?.scrapeIntervalMs;
  }

  /** The circuits of those that have one. */
  circuits(): { target: string; state: CircuitState }[] {
    return [...this.#sources.values()].flatMap(({ name, circuit }) =>
      circuit === undefined ? [] : [{ target: name, state: circuit }],
    );
  }

  /** Closes all sources; none is used after that. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#sources.values()].map((source) => source.close()));
  }
}

export class DuplicateSourceError extends Error {
  override readonly name = 'DuplicateSourceError';
  readonly reason = 'DuplicateSource';

  constructor(source: string) {
    super(`sources: found two named ${JSON.stringify(source)}; accepted are names that differ`);
  }
}
