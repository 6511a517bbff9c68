import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The server's own metrics. Only inferences are counted: probes and scrapes would drown them. */
export class Telemetry {
  private readonly registry = new Registry();
  private readonly requests: Counter<'code'>;
  private readonly durations: Histogram;
  private readonly inferences: Counter;

  constructor(model: { readonly name: string; readonly version: string; readonly description: string }) {
    const registers = [this.registry];
    this.registry.setDefaultLabels({ model_name: model.name, model_version: model.version });
    this.requests = new Counter({
      name: 'model_requests_total',
      help: 'Inference requests that were answered, by HTTP status code; 499 when the client left first.',
      labelNames: ['code'],
      registers,
    });
    this.durations = new Histogram({
      name: 'model_request_duration_seconds',
      help: 'Time from the arrival of an inference request to the end of its answer.',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    });
    this.inferences = new Counter({
      name: 'model_inferences_total',
      help: 'Images that were classified.',
      registers,
    });
    new Gauge({
      name: 'model_info',
      help: 'Always 1; its labels say which model is served.',
      labelNames: ['description'],
      registers,
    }).set({ description: model.description }, 1);
  }

  /** Counts one inference request; `images` were classified for it. */
  record(code: number, durationSeconds: number, images: number): void {
    this.requests.inc({ code: String(code) });
    this.durations.observe(durationSeconds);
    this.inferences.inc(images);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** The metrics in the text format of Prometheus. */
  scrape(): Promise<string> {
    return this.registry.metrics();
  }
}
