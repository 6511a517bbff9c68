import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ApiRequest } from '../kubernetes/api-request-observer.ts';
import type { MetricsSourceObserver, SourceQuery } from '../metrics-source/metrics-source-observer.ts';
import type { NotifierObserver } from '../notifications/notifier.ts';
import type { RequestLimitObserver } from '../runtime/request-limit.ts';
import { circuitStates, type CircuitState } from '../runtime/circuit-breaker.ts';

const requestSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Requests that the controller makes: to the API server, and to metrics sources. */
export class RequestMetrics {
  readonly #apiRequests;
  readonly #apiDuration;
  readonly #limitWait;
  readonly #queries;
  readonly #queryDuration;
  readonly #notifications;
  #circuits: () => { target: string; state: CircuitState }[] = () => [];

  constructor(registry: Registry) {
    const registers = [registry];
    this.#apiRequests = new Counter({
      name: 'understudy_api_requests_total',
      help: 'Requests to the API server by verb, kind and HTTP code; code "none" when there was no answer.',
      labelNames: ['verb', 'kind', 'code'] as const,
      registers,
    });
    this.#apiDuration = new Histogram({
      name: 'understudy_api_request_duration_seconds',
      help: 'How long requests to the API server took; of a watch, until its answer began.',
      labelNames: ['verb', 'kind'] as const,
      buckets: requestSeconds,
      registers,
    });
    this.#limitWait = new Histogram({
      name: 'understudy_api_request_wait_seconds',
      help: 'How long requests of passes waited for their turn under `apiServer.requestsPerSecond`, by how urgent the pass was.',
      labelNames: ['lane'] as const,
      buckets: requestSeconds,
      registers,
    });
    this.#queries = new Counter({
      name: 'understudy_metrics_source_requests_total',
      help: 'Queries to a metrics source by result.',
      labelNames: ['source', 'result'] as const,
      registers,
    });
    this.#queryDuration = new Histogram({
      name: 'understudy_metrics_source_request_duration_seconds',
      help: 'How long queries to a metrics source took.',
      labelNames: ['source'] as const,
      buckets: requestSeconds,
      registers,
    });
    this.#notifications = new Counter({
      name: 'understudy_notifications_total',
      help: 'Attempts to bring a notification to its target, by type of target and result.',
      labelNames: ['type', 'result'] as const,
      registers,
    });
    const circuits = () => this.#circuits();
    new Gauge({
      name: 'understudy_circuit_state',
      help: '1 for the state of the circuit breaker of a target that the controller calls.',
      labelNames: ['target', 'state'] as const,
      registers,
      collect() {
        this.reset();
        for (const { target, state } of circuits()) {
          for (const each of circuitStates) this.set({ target, state: each }, each === state ? 1 : 0);
        }
      },
    });
  }

  /** For the adapter of the cluster port. */
  readonly api = ({ verb, kind, code, durationMs }: ApiRequest): void => {
    this.#apiRequests.inc({ verb, kind, code });
    this.#apiDuration.observe({ verb, kind }, durationMs / 1000);
  };

  /** For the limit of requests to the API server. */
  readonly notifier: NotifierObserver = {
    sent: (type, result) => this.#notifications.inc({ type, result }),
  };

  readonly limit: RequestLimitObserver = ({ lane, waitedMs }) =>
    this.#limitWait.observe({ lane }, waitedMs / 1000);

  /** For the metrics sources. */
  readonly sources: MetricsSourceObserver = {
    queried: ({ source, result, durationMs }: SourceQuery): void => {
      this.#queries.inc({ source, result });
      this.#queryDuration.observe({ source }, durationMs / 1000);
    },
  };

  /** Series of a configured source start at zero. */
  startSource(source: string): void {
    this.#queries.inc({ source, result: 'success' }, 0);
  }

  /** Tells where to ask for the states of circuit breakers. */
  watchCircuits(states: () => { target: string; state: CircuitState }[]): void {
    this.#circuits = states;
  }
}
