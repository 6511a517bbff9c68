import type { TracingConfig } from './config/controller-config.ts';
import type { ApiRequestObserver } from './kubernetes/api-request-observer.ts';
import type { MetricsSourceObserver } from './metrics-source/metrics-source-observer.ts';
import type { Logger } from './runtime/logger.ts';
import { noTracer, type Tracer } from './runtime/tracer.ts';

/** The tracer that the configuration asks for. Its packages are loaded only then: they take memory. */
export async function openTracer(
  { endpoint, sampleRatio }: TracingConfig,
  { instance, logger }: { instance: string; logger: Logger },
): Promise<Tracer> {
  if (endpoint === undefined) return noTracer;
  const { OpenTelemetryTracer } = await import('./observability/open-telemetry-tracer.ts');
  return new OpenTelemetryTracer({ endpoint, sampleRatio, instance, logger });
}

/** Those who hear of requests. */
export interface RequestObservers {
  api: ApiRequestObserver;
  sources: MetricsSourceObserver;
}

/** The same observers, with a span of the running pass for each request. */
export function tracedRequests(tracer: Tracer, { api, sources }: RequestObservers): RequestObservers {
  if (tracer === noTracer) return { api, sources };
  return {
    api: (request) => {
      api(request);
      const { verb, kind, code, durationMs } = request;
      const isWell = /^[123]/.test(code);
      const attributes = { 'k8s.verb': verb, 'k8s.kind': kind, 'http.response.status_code': code };
      tracer.note(`api ${verb} ${kind}`, attributes, { durationMs, ...(!isWell && { failure: code }) });
    },
    sources: {
      queried: (query) => {
        sources.queried(query);
        const { source, result, durationMs } = query;
        const attributes = { 'understudy.source': source, 'understudy.result': result };
        tracer.note('query', attributes, { durationMs, ...(result !== 'success' && { failure: result }) });
      },
    },
  };
}
