import { randomUUID } from 'node:crypto';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import type { Clock } from './clock.ts';
import { defined } from './defined.ts';
import { requireOption, requirePositive } from './invalid-option-error.ts';
import { errorMessage, type Logger } from './logger.ts';
import { runInReconcile } from './reconcile-context.ts';
import {
  ReconcileDeadlineError,
  type Reconciler,
  type ReconcileResult,
  ShutdownError,
  TerminalError,
} from './reconciler.ts';
import type { WorkQueue } from './work-queue.ts';

/** How a pass ended; `requeue` is a conflict, which is answered by a new pass. */
export type ReconcileOutcome = 'success' | 'requeue_after' | 'requeue' | 'error';
export const reconcileOutcomes: readonly ReconcileOutcome[] = [
  'success',
  'requeue_after',
  'requeue',
  'error',
];

export interface ReconcileReport {
  outcome: ReconcileOutcome;
  durationMs: number;
  /** The error was a `TerminalError`. */
  terminal: boolean;
  /** The error was a fault of the program (a TypeError or the like), or no Error at all. */
  panic: boolean;
  /** The deadline was over before the pass ended. */
  timedOut: boolean;
}

/** Told what the workers do, for metrics. Assumption: its methods do not throw. */
export interface WorkerPoolObserver {
  reconciled?(report: ReconcileReport): void;
  active?(workers: number): void;
}

export interface WorkerPoolOptions {
  queue: WorkQueue;
  reconciler: Reconciler;
  clock: Clock;
  logger: Logger;
  /** How many passes run side by side; default 4. */
  workers?: number;
  /** How long a pass may take until its signal is aborted; default one minute. */
  deadlineMs?: number;
  /** How long `stop` waits for passes that it had to abort; default one second. */
  abortGraceMs?: number;
  observer?: WorkerPoolObserver;
  newReconcileId?: () => string;
  /** What a worker waits for between two passes; default: a turn of the event loop, so that timers and sockets are served. */
  betweenPasses?: () => Promise<void>;
}

export interface WorkerPoolFigures {
  workers: number;
  active: number;
  outcomes: Record<ReconcileOutcome, number>;
  terminalErrors: number;
  panics: number;
  timeouts: number;
}

/**
 * N async loops that take keys from a queue and reconcile them.
 *
 * Flow: take -> reconcile with a deadline -> by its outcome: success forgets the key's failures; a known wait is
 * planned after forgetting them; an error comes back after its backoff -> done.
 *
 * Guarantees: a pass that throws harms no other key (law 17) and ends no loop. Between two passes timers and sockets are served. A key is never reconciled twice at once,
 * also when a pass ignores its deadline: its loop waits for it, and the figures show it. Assumption: one pool a queue.
 * Errors: none come out of it; `stop` says whether everything ended.
 */
export class WorkerPool {
  readonly #options: Required<Omit<WorkerPoolOptions, 'observer'>> & { observer: WorkerPoolObserver };
  readonly #running = new Map<string, AbortController>();
  readonly #outcomes: Record<ReconcileOutcome, number> = {
    success: 0,
    requeue_after: 0,
    requeue: 0,
    error: 0,
  };
  #terminalErrors = 0;
  #panics = 0;
  #timeouts = 0;
  #loops: Promise<unknown> | undefined;

  constructor(options: WorkerPoolOptions) {
    this.#options = {
      workers: 4,
      deadlineMs: 60_000,
      abortGraceMs: 1000,
      newReconcileId: randomUUID,
      betweenPasses: eventLoopTurn,
      observer: {},
      ...defined(options),
    };
    const { workers, deadlineMs } = this.#options;
    requireOption(Number.isInteger(workers) && workers > 0, 'workers', workers, 'a whole number from 1');
    requirePositive('deadlineMs', deadlineMs);
  }

  /** Starts the loops; call it once. */
  start(): void {
    if (this.#loops) throw new Error('the worker pool was started before');
    this.#loops = Promise.all(Array.from({ length: this.#options.workers }, () => this.#loop()));
  }

  /**
   * Closes the queue, waits up to `deadlineMs` for the passes under way, then aborts them and waits a moment more.
   * True when every pass has ended: only then is it certain that nothing more is written.
   */
  async stop(deadlineMs: number): Promise<boolean> {
    const { queue, abortGraceMs, logger } = this.#options;
    let drained = await queue.drain(deadlineMs);
    if (!drained) {
      logger.warn('passes are aborted: the drain deadline is over', { keys: [...this.#running.keys()] });
      for (const controller of this.#running.values()) controller.abort(new ShutdownError());
      drained = await queue.drain(abortGraceMs);
    }
    if (drained) await this.#loops;
    else logger.error('passes did not end after they were aborted', { keys: [...this.#running.keys()] });
    return drained;
  }

  figures(): WorkerPoolFigures {
    return {
      workers: this.#options.workers,
      active: this.#running.size,
      outcomes: { ...this.#outcomes },
      terminalErrors: this.#terminalErrors,
      panics: this.#panics,
      timeouts: this.#timeouts,
    };
  }

  async #loop(): Promise<void> {
    const { queue } = this.#options;
    for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
      const scope = { key, reconcileId: this.#options.newReconcileId(), lane: queue.laneOfWork(key) };
      try {
        await runInReconcile(scope, () => this.#pass(scope.key, scope.reconcileId));
      } finally {
        queue.done(key);
      }
      // A pass that asks nobody anything never waits; without this, thousands of them would keep the Lease's timer waiting.
      await this.#options.betweenPasses();
    }
  }

  async #pass(key: string, reconcileId: string): Promise<void> {
    const { clock, deadlineMs, reconciler, observer, logger } = this.#options;
    const controller = new AbortController();
    let timedOut = false;
    const cancelDeadline = clock.after(deadlineMs, () => {
      timedOut = true;
      logger.warn('a pass is over its deadline', { key, reconcileId, deadlineMs });
      controller.abort(new ReconcileDeadlineError(deadlineMs));
    });
    this.#running.set(key, controller);
    observer.active?.(this.#running.size);
    const startedMs = clock.monotonic();
    let report: Omit<ReconcileReport, 'durationMs' | 'timedOut'>;
    try {
      const result = await reconciler.reconcile(key, { signal: controller.signal, reconcileId });
      report = { outcome: this.#succeeded(key, result), terminal: false, panic: false };
    } catch (error) {
      report = this.#failed(key, reconcileId, error);
    }
    cancelDeadline();
    this.#running.delete(key);
    observer.active?.(this.#running.size);
    this.#count({ ...report, timedOut, durationMs: clock.monotonic() - startedMs });
  }

  #succeeded(key: string, result: ReconcileResult | void): ReconcileOutcome {
    const { queue } = this.#options;
    const requeueAfterMs = result ? result.requeueAfterMs : undefined;
    // A delay that is no number is thrown by addAfter, before the failures are forgotten: it is a pass that failed.
    if (requeueAfterMs !== undefined) queue.addAfter(key, requeueAfterMs);
    queue.forget(key);
    return requeueAfterMs === undefined ? 'success' : 'requeue_after';
  }

  #failed(
    key: string,
    reconcileId: string,
    error: unknown,
  ): Omit<ReconcileReport, 'durationMs' | 'timedOut'> {
    const { queue, logger } = this.#options;
    const fields = { key, reconcileId, error };
    if (error instanceof TerminalError) {
      queue.forget(key);
      logger.error(`the pass failed for good: ${error.message}`, { ...fields, reason: error.reason });
      return { outcome: 'error', terminal: true, panic: false };
    }
    const retryAfterMs = retryAfterOf(error);
    if (retryAfterMs === undefined) queue.addRateLimited(key);
    else queue.addAfter(key, retryAfterMs);
    if (ClusterError.is(error, 'conflict')) {
      logger.debug('somebody was faster: deciding again from fresh data', fields);
      return { outcome: 'requeue', terminal: false, panic: false };
    }
    const panic = isPanic(error);
    logger.error(`the pass failed${panic ? ' by a fault of the program' : ''}: ${errorMessage(error)}`, {
      ...fields,
      retryAfterMs,
      failures: queue.failuresOf(key),
    });
    return { outcome: 'error', terminal: false, panic };
  }

  #count(report: ReconcileReport): void {
    this.#outcomes[report.outcome] += 1;
    if (report.terminal) this.#terminalErrors += 1;
    if (report.panic) this.#panics += 1;
    if (report.timedOut) this.#timeouts += 1;
    this.#options.observer.reconciled?.(report);
  }
}

/** The wait that an error asks for, when it is one that can be waited for. */
function retryAfterOf(error: unknown): number | undefined {
  const wait = error instanceof Error && 'retryAfterMs' in error ? error.retryAfterMs : undefined;
  return typeof wait === 'number' && Number.isFinite(wait) && wait > 0 ? wait : undefined;
}

const isPanic = (error: unknown): boolean =>
  !(error instanceof Error) ||
  error instanceof TypeError ||
  error instanceof ReferenceError ||
  error instanceof RangeError ||
  error instanceof SyntaxError;
