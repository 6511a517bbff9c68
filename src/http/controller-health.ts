import type { Clock } from '../runtime/clock.ts';
import type { ReflectorStatus } from '../runtime/reflector/reflector-options.ts';
import type { WorkQueueFigures } from '../runtime/work-queue.ts';
import { HealthState, type HealthCheck } from './health-state.ts';

export interface ControllerHealthOptions {
  clock: Clock;
  /** The caches; the process is ready when each has been filled once. */
  reflectors: () => readonly Pick<ReflectorStatus, 'kind' | 'hasSynced' | 'failure'>[];
  /** The queue, while workers take from it; undefined on a standby, where keys may wait for ever. */
  queue: () => Pick<WorkQueueFigures, 'oldestWaitingMs' | 'longestRunningMs'> | undefined;
  /** A key that waits longer says that no worker lives. Above the deadline of a pass, which is a minute. */
  longestWaitMs?: number;
  /** A pass that runs longer has ignored its deadline for good. */
  longestRunMs?: number;
  /** The event loop must beat at least this often. */
  longestPauseMs?: number;
}

const beatMs = 1000;

/**
 * Health of the controller: alive while the event loop beats and the workers work; ready while the caches are filled and
 * nobody stops it. A standby is ready: it could lead at any moment.
 */
export class ControllerHealth extends HealthState {
  readonly #options: Required<ControllerHealthOptions>;
  #lastBeatMs: number;
  #cancelBeat: (() => void) | undefined;
  #shuttingDown = false;

  constructor(options: ControllerHealthOptions) {
    super();
    this.#options = { longestWaitMs: 300_000, longestRunMs: 300_000, longestPauseMs: 15_000, ...options };
    this.#lastBeatMs = options.clock.monotonic();
  }

  /** Starts the heartbeat of the event loop; `stop` ends it. */
  start(): void {
    this.#lastBeatMs = this.#options.clock.monotonic();
    this.#cancelBeat ??= this.#beatLater();
  }

  stop(): void {
    this.#cancelBeat?.();
    this.#cancelBeat = undefined;
  }

  /** From now on the process is not ready: it takes no new work. It stays alive until it ends. */
  beginShutdown(): void {
    this.#shuttingDown = true;
  }

  liveness(): HealthCheck[] {
    const { clock, longestPauseMs, longestWaitMs, longestRunMs } = this.#options;
    // The pause that just ended counts as well: the beat may be late behind this very question.
    const pauseMs = clock.monotonic() - this.#lastBeatMs;
    const queue = this.#shuttingDown ? undefined : this.#options.queue();
    const waitMs = queue?.oldestWaitingMs ?? 0;
    const runMs = queue?.longestRunningMs ?? 0;
    return [
      check('eventLoop', pauseMs <= longestPauseMs, `the last beat was ${seconds(pauseMs)} ago`),
      check('queue', waitMs <= longestWaitMs, `the oldest key has waited ${seconds(waitMs)}`),
      check('workers', runMs <= longestRunMs, `the longest pass has run ${seconds(runMs)}`),
    ];
  }

  readiness(): HealthCheck[] {
    const caches = this.#options.reflectors().map(({ kind, hasSynced, failure }) => {
      const trouble = failure ? `; failing: ${failure.message}` : '';
      return check(`cache ${kind}`, hasSynced, `${hasSynced ? 'filled' : 'not filled yet'}${trouble}`);
    });
    const running = check('running', !this.#shuttingDown, this.#shuttingDown ? 'shutting down' : 'running');
    return [running, ...caches];
  }

  #beatLater(): () => void {
    return this.#options.clock.after(beatMs, () => {
      this.#lastBeatMs = this.#options.clock.monotonic();
      this.#cancelBeat = this.#beatLater();
    });
  }
}

const check = (name: string, ok: boolean, message: string): HealthCheck => ({ name, ok, message });

const seconds = (durationMs: number): string => `${(durationMs / 1000).toFixed(1)} s`;
