import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
  type Context,
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  type Span as OpenTelemetrySpan,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer as OpenTelemetryApiTracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { errorMessage, type Logger } from '../runtime/logger.ts';
import { type Span, type SpanAttributes, Tracer } from '../runtime/tracer.ts';

export interface OpenTelemetryOptions {
  /** The whole address of an OTLP receiver over HTTP, with its path. */
  endpoint: string;
  /** The share of passes that is traced, 0 to 1. */
  sampleRatio: number;
  /** The pod. */
  instance: string;
  logger: Logger;
  /** How long spans are gathered before they are sent; default 5 s. */
  sendEveryMs?: number;
  /** How long a sending may take, and at the end of the program all that is left; default 2 s. */
  sendTimeoutMs?: number;
}

/** So many spans wait to be sent at most; what comes beyond is dropped. */
const bufferSize = 2048;

/**
 * The `Tracer` port over OpenTelemetry. Load this file only where traces are asked for: its packages take memory.
 *
 * Spans are sent in the background, in batches, from a bounded buffer: a receiver that is slow, or gone, costs spans and nothing else.
 */
export class OpenTelemetryTracer extends Tracer {
  readonly #provider: TracerProvider;
  readonly #tracer: OpenTelemetryApiTracer;
  readonly #current = new AsyncLocalStorage<Context>();
  readonly #closeMs: number;

  constructor(options: OpenTelemetryOptions) {
    super();
    const { endpoint, sampleRatio, instance, logger, sendEveryMs = 5_000, sendTimeoutMs = 2_000 } = options;
    const exporter = new OTLPTraceExporter({ url: endpoint, timeoutMillis: sendTimeoutMs });
    const failed = (message: string, ...more: unknown[]) =>
      logger.debug('spans were not sent', { error: [message, ...more].join(' ') });
    const silent = () => {};
    diag.setLogger(
      { error: failed, warn: silent, info: silent, debug: silent, verbose: silent },
      { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true },
    );
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'understudy', 'service.instance.id': instance }),
      // What belongs to a pass is traced with it.
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
      spanProcessors: [
        new BatchSpanProcessor({
          exporter,
          maxQueueSize: bufferSize,
          scheduledDelayMillis: sendEveryMs,
          exportTimeoutMillis: sendTimeoutMs,
        }),
      ],
    });
    this.#tracer = this.#provider.getTracer('understudy');
    this.#closeMs = sendTimeoutMs;
  }

  span<T>(name: string, attributes: SpanAttributes, work: (span: Span) => T): T {
    const parent = this.#current.getStore() ?? ROOT_CONTEXT;
    const span = this.#tracer.startSpan(name, { attributes: attributes as Attributes }, parent);
    const told: Span = { set: (more) => span.setAttributes(more) };
    try {
      const result = this.#current.run(trace.setSpan(parent, span), () => work(told));
      if (!(result instanceof Promise)) {
        span.end();
        return result;
      }
      return result.then(
        (value: unknown) => {
          span.end();
          return value;
        },
        (error: unknown) => {
          endFailed(span, error);
          throw error;
        },
      ) as T;
    } catch (error) {
      endFailed(span, error);
      throw error;
    }
  }

  note(
    name: string,
    attributes: SpanAttributes,
    { durationMs, failure }: { durationMs: number; failure?: string },
  ): void {
    const parent = this.#current.getStore();
    if (!parent) return;
    const endMs = Date.now();
    const startTime = endMs - durationMs;
    const span = this.#tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes, startTime }, parent);
    if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
    span.end(endMs);
  }

  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#closeMs);
    });
    await Promise.race([this.#provider.shutdown().catch(() => undefined), limit]);
    clearTimeout(timer);
  }
}

function endFailed(span: OpenTelemetrySpan, error: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message: errorMessage(error) });
  span.end();
}
