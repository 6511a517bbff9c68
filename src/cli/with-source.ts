import { MetricsError } from '../metrics-source/metrics-error.ts';
import type { MetricsSource } from '../metrics-source/metrics-source.ts';
import { PrometheusMetricsSource } from '../metrics-source/prometheus-metrics-source.ts';
import { SystemClock } from '../runtime/clock.ts';
import { type PrometheusChoice, sourceConfigOf, withPrometheusAdvice } from './prometheus-flags.ts';
import { UsageError } from './usage-error.ts';

/** Runs work with the Prometheus that the flags name, if they do. What it cannot answer is a `UsageError` that says where to look. */
export async function withSource<T>(
  prometheus: PrometheusChoice | undefined,
  work: (source: MetricsSource | undefined) => Promise<T>,
): Promise<T> {
  if (!prometheus) return await work(undefined);
  const source = new PrometheusMetricsSource(sourceConfigOf(prometheus, 'default'), {
    clock: new SystemClock(),
  });
  try {
    return await work(source);
  } catch (error) {
    if (!(error instanceof MetricsError)) throw error;
    throw new UsageError(withPrometheusAdvice(error.message, prometheus.url), { cause: error });
  } finally {
    await source.close();
  }
}
