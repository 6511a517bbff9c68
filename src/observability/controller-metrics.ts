import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { reconcileOutcomes, type ReconcileReport, type WorkerPoolObserver } from '../runtime/worker-pool.ts';
import type { WorkQueueFigures, WorkQueueObserver } from '../runtime/work-queue.ts';

/** What is asked of a queue and its workers when they are scraped. */
export interface ControllerFigures {
  queue(): WorkQueueFigures;
  /** How many passes may run side by side. */
  workers: number;
}

/** The observers of one controller's queue and workers. */
export interface ControllerObservers {
  queue: WorkQueueObserver;
  pool: WorkerPoolObserver;
}

const passSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * What controller-runtime tells of every controller, under our prefix. All results start at zero, so that a rate over
 * the first error is not lost.
 */
export class ControllerMetrics {
  readonly #figures = new Map<string, ControllerFigures>();
  readonly #metrics: ReturnType<typeof metricsOf>;

  constructor(registry: Registry) {
    this.#metrics = metricsOf(registry, this.#figures);
  }

  /** The observers of a controller by this name; its series start here, at zero. */
  observe(controller: string): ControllerObservers {
    const metrics = this.#metrics;
    const name = { name: controller };
    const label = { controller };
    for (const result of reconcileOutcomes) metrics.reconciles.inc({ ...label, result }, 0);
    for (const counter of [metrics.errors, metrics.terminal, metrics.panics, metrics.timeouts])
      counter.inc(label, 0);
    for (const counter of [metrics.adds, metrics.retries]) counter.inc(name, 0);
    metrics.active.set(label, 0);
    metrics.depth.set(name, 0);
    return {
      queue: {
        added: () => metrics.adds.inc(name),
        depth: (depth) => metrics.depth.set(name, depth),
        latency: (latencyMs) => metrics.queueDuration.observe(name, latencyMs / 1000),
        workDuration: (durationMs) => metrics.workDuration.observe(name, durationMs / 1000),
        retried: () => metrics.retries.inc(name),
      },
      pool: {
        reconciled: (report) => this.#reconciled(controller, report),
        active: (workers) => metrics.active.set(label, workers),
      },
    };
  }

  /** Tells where to ask for what has no events: the ages of work under way. */
  watch(controller: string, figures: ControllerFigures): void {
    this.#figures.set(controller, figures);
  }

  #reconciled(controller: string, report: ReconcileReport): void {
    const metrics = this.#metrics;
    metrics.reconciles.inc({ controller, result: report.outcome });
    metrics.duration.observe({ controller }, report.durationMs / 1000);
    if (report.outcome === 'error') metrics.errors.inc({ controller });
    if (report.terminal) metrics.terminal.inc({ controller });
    if (report.panic) metrics.panics.inc({ controller });
    if (report.timedOut) metrics.timeouts.inc({ controller });
  }
}

function metricsOf(registry: Registry, figures: ReadonlyMap<string, ControllerFigures>) {
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter({ name: `understudy_${name}`, help, labelNames, registers });
  const gauge = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Gauge({ name: `understudy_${name}`, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Histogram({ name: `understudy_${name}`, help, labelNames, registers, buckets: passSeconds });
  const asked = (
    name: string,
    help: string,
    label: 'name' | 'controller',
    ask: (of: ControllerFigures) => number,
  ) =>
    new Gauge({
      name: `understudy_${name}`,
      help,
      labelNames: [label],
      registers,
      collect() {
        for (const [controller, of] of figures) this.set({ [label]: controller }, ask(of));
      },
    });
  asked(
    'max_concurrent_reconciles',
    'How many passes may run side by side.',
    'controller',
    (of) => of.workers,
  );
  asked(
    'workqueue_unfinished_work_seconds',
    'The sum of the ages of all work under way.',
    'name',
    (of) => of.queue().unfinishedWorkMs / 1000,
  );
  asked(
    'workqueue_longest_running_processor_seconds',
    'The age of the oldest work under way.',
    'name',
    (of) => of.queue().longestRunningMs / 1000,
  );
  asked(
    'workqueue_oldest_waiting_seconds',
    'How long the key at the head of the queue has waited.',
    'name',
    (of) => of.queue().oldestWaitingMs / 1000,
  );
  return {
    reconciles: counter('reconcile_total', 'Passes by result.', ['controller', 'result']),
    errors: counter('reconcile_errors_total', 'Passes that failed.', ['controller']),
    terminal: counter('terminal_reconcile_errors_total', 'Passes that failed for good.', ['controller']),
    panics: counter('reconcile_panics_total', 'Passes that failed by a fault of the program.', [
      'controller',
    ]),
    timeouts: counter('reconcile_timeouts_total', 'Passes that were over their deadline.', ['controller']),
    duration: histogram('reconcile_duration_seconds', 'How long passes took.', ['controller']),
    active: gauge('active_workers', 'Passes under way.', ['controller']),
    depth: gauge('workqueue_depth', 'Keys that wait to be taken.', ['name']),
    adds: counter('workqueue_adds_total', 'Keys that began to wait.', ['name']),
    retries: counter('workqueue_retries_total', 'Keys that were added after a failure.', ['name']),
    queueDuration: histogram('workqueue_queue_duration_seconds', 'How long keys waited.', ['name']),
    workDuration: histogram('workqueue_work_duration_seconds', 'How long keys were worked on.', ['name']),
  };
}
