import type { QueryResult } from '../../domain/analysis/measurement.ts';
import {
  LoopbackPrometheus,
  json,
  matrix,
  refusal,
  vector,
} from '../../metrics-source/testing/loopback-prometheus.ts';
import { MetricsError } from '../../metrics-source/metrics-error.ts';
import type { MetricsSource } from '../../metrics-source/metrics-source.ts';

/** Serves what a source knows over the HTTP API of Prometheus, on loopback. */
export async function servedHistory(source: MetricsSource): Promise<LoopbackPrometheus> {
  const server = await new LoopbackPrometheus().start();
  const ms = (form: URLSearchParams, field: string) => Number(form.get(field)) * 1_000;
  server.answer = async (request, response) => {
    const { form, path } = request;
    const query = form.get('query')!;
    const range = { startMs: ms(form, 'start'), endMs: ms(form, 'end'), stepMs: ms(form, 'step') };
    try {
      const result = path.endsWith('/query_range')
        ? await source.range(query, range)
        : await source.instant(query, { atMs: ms(form, 'time') });
      await json(documentOf(result))(request, response);
    } catch (error) {
      if (!(error instanceof MetricsError)) throw error;
      await json(refusal('bad_data', error.message), 400)(request, response);
    }
  };
  return server;
}

function documentOf(result: QueryResult): unknown {
  const point = (timeMs: number, value: number): [number, string] => [timeMs / 1_000, String(value)];
  switch (result.kind) {
    case 'value':
      return vector([{ metric: result.labels, value: point(result.timeMs, result.value) }]);
    case 'vector':
      return vector(
        result.series.map(({ labels, timeMs, value }) => ({ metric: labels, value: point(timeMs, value) })),
      );
    case 'matrix':
      return matrix(
        result.series.map(({ labels, samples }) => ({
          metric: labels,
          values: samples.map(([timeMs, value]) => point(timeMs, value)),
        })),
      );
    default:
      return vector([]);
  }
}
