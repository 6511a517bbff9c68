import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { ControllerConfig } from '../config/controller-config.ts';
import type { EventRecorder } from '../runtime/event-recorder.ts';
import type { Election } from '../runtime/leader-election-options.ts';
import type { GateAsker } from '../gates/gate-asker.ts';
import type { Notifier } from '../notifications/notifier.ts';
import type { Logger } from '../runtime/logger.ts';
import { spreadDelayMs } from '../runtime/resync-spread.ts';
import type { WorkQueue } from '../runtime/work-queue.ts';
import type { WorkerPool } from '../runtime/worker-pool.ts';
import type { ClusterCache } from './cache/cluster-cache.ts';
import { laneOf } from './lane-of.ts';
import type { Measurements } from './measurements.ts';
import type { ShardedWork } from './sharded-work.ts';

/** What runs in the controller, in the order in which it is started. */
export interface ControllerParts {
  config: ControllerConfig;
  logger: Logger;
  cache: ClusterCache;
  queue: WorkQueue;
  /** Which keys are worked on here. */
  work: ShardedWork;
  pool: WorkerPool;
  events: EventRecorder;
  measurements: Measurements;
  notifier?: Notifier;
  gates: GateAsker;
  election: Election;
}

/** Told what happens here. */
export interface ControllerHooks {
  /** A stop begins: from now on nobody should send this process anything. */
  onStopping?: () => void;
  /** Nothing runs any more and the Lease is given back. */
  onStopped?: () => Promise<void>;
  /** A burst of work is over that only a start brings: the caches are filled, or a new leader has looked at everything once. */
  onBurstOver?: () => void;
}

/** Events are for people and come last: they get this part of the time that a stop may take. */
const eventsShare = 0.1;

/**
 * Starts and stops the controller with the program.
 *
 * Start: the caches fill at once, also on a standby, so that a takeover begins with warm ones; passes begin when this process
 * leads something and the caches are in step. Nothing here blocks the program's start: readiness tells when it is done.
 *
 * Stop: intake ends and running passes are waited for, then events are written, then the watches end, and the Lease is given
 * back as the very last write (law 16).
 */
@Injectable()
export class ControllerService
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  readonly #parts: ControllerParts;
  readonly #hooks: ControllerHooks;
  #stopping = false;
  #working = false;

  constructor(parts: ControllerParts, hooks: ControllerHooks = {}) {
    this.#parts = parts;
    this.#hooks = hooks;
  }

  onApplicationBootstrap(): void {
    const { cache, work, election } = this.#parts;
    cache.onChange((key) => work.changed(key));
    cache.start();
    void cache.whenSynced().then(() => this.#hooks.onBurstOver?.());
    election.start();
  }

  /** This process leads from now on: everything, or shards as it gets them. */
  lead(): void {
    void this.#work().catch((error: unknown) => {
      this.#parts.logger.error('the workers could not be started', { error });
      process.exitCode = 1;
      process.kill(process.pid, 'SIGTERM');
    });
  }

  /** The workers run: this process leads, and its caches are filled. */
  get working(): boolean {
    return this.#working;
  }

  /**
   * Looks once more at ModelDeployments that are worked on here, in case that a change was missed: at those that roll out, spread over the
   * period; at those at rest, spread over the round that `roundMsOf` gives for so many, where one begins now. One at rest costs
   * no request (law 15), and lets everything that is more urgent pass. Nothing happens on a standby.
   */
  resync(periodMs: number, roundMsOf: (resting: number) => number | undefined): void {
    if (!this.#working || this.#stopping) return;
    const { cache, queue, work } = this.#parts;
    const keys = cache.modelDeploymentKeys().filter((key) => work.owns(key));
    const urgent = new Set(keys.filter((key) => laneOf(cache.modelDeployment(key)) === 'urgent'));
    for (const key of urgent) queue.addAfter(key, spreadDelayMs(key, periodMs));
    const roundMs = roundMsOf(keys.length - urgent.size);
    if (roundMs === undefined) return;
    for (const key of keys) {
      if (!urgent.has(key)) queue.addAfter(key, spreadDelayMs(key, roundMs), 'background');
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping = true;
    this.#hooks.onStopping?.();
    const { pool, queue, events, config } = this.#parts;
    const graceMs = config.shutdownGraceMs;
    if (this.#working) await pool.stop(graceMs * (1 - 2 * eventsShare));
    else queue.shutDown();
    await events.stop(graceMs * eventsShare);
  }

  async onApplicationShutdown(): Promise<void> {
    const { cache, election, measurements, notifier, gates } = this.#parts;
    measurements.close();
    notifier?.close();
    gates.close();
    await cache.stop();
    await election.stop();
    await this.#hooks.onStopped?.();
  }

  async #work(): Promise<void> {
    const { cache, pool, queue, logger } = this.#parts;
    await cache.whenSynced();
    if (this.#stopping) return;
    this.#working = true;
    pool.start();
    logger.info('leading: the workers have started');
    void queue.whenIdle().then(() => this.#hooks.onBurstOver?.());
  }
}
