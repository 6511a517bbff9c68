import { decide } from '../domain/decide.ts';
import type { EventIntent } from '../domain/decision.ts';
import { InvalidModelDeploymentError } from '../api/validation/parse-object.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import type { EventRecorder } from '../runtime/event-recorder.ts';
import type { Logger } from '../runtime/logger.ts';
import type { ReconcileResult, Reconciler } from '../runtime/reconciler.ts';
import type { WriteTracker } from '../runtime/write-tracker.ts';
import type { Applier } from './apply.ts';
import { type GatherDependencies, type Gathered, gather } from './gather.ts';
import { invalidSpecStatus } from './invalid-spec-status.ts';

/** Told what a pass found and did: for metrics. */
export interface PassObserver {
  passed(gathered: Gathered, status: ReturnType<typeof decide>['status']): void;
  forgotten(key: string): void;
}

export interface ReconcilerDependencies extends GatherDependencies {
  applier: Applier;
  tracker: WriteTracker;
  events: EventRecorder;
  observer: PassObserver;
  logger: Logger;
}

/** How long a pass waits for a cache to show our own last write before it goes on from what it has. */
const staleWaitMs = 100;

/** How often an object of somebody else that is in our way is looked at again. */
const conflictRetryMs = 30_000;

/** watch -> queue -> gather -> decide -> apply -> status -> events, for one ModelDeployment. */
export class ModelDeploymentReconciler implements Reconciler {
  readonly #dependencies: ReconcilerDependencies;

  constructor(dependencies: ReconcilerDependencies) {
    this.#dependencies = dependencies;
  }

  async reconcile(key: string): Promise<ReconcileResult | void> {
    const { tracker, cache } = this.#dependencies;
    const object = cache.modelDeployment(key);
    if (!object) return this.#forget(key);
    // Law 16 would refuse a write on top of an older cache; waiting for the watch is cheaper than that conflict.
    if (tracker.isStale(key)) return { requeueAfterMs: staleWaitMs };
    try {
      return await this.#pass(key);
    } catch (error) {
      if (error instanceof InvalidModelDeploymentError) return this.#reportInvalid(object, error);
      throw error;
    }
  }

  async #pass(key: string): Promise<ReconcileResult | void> {
    const { applier, foreignObjects, logger, observer } = this.#dependencies;
    const foreign = await foreignObjects.refresh(key);
    const gathered = await gather(key, this.#dependencies);
    if (!gathered || gathered.world.deployment.deleting) return;
    const decision = decide(gathered.world);
    const writes = await applier.apply(gathered, decision);
    for (const event of decision.events) this.#record(gathered.modelDeployment as KubernetesObject, event);
    observer.passed(gathered, decision.status);
    if (writes > 0) logger.info(decision.status.message ?? 'pass', { phase: decision.status.phase, writes });
    const waits = [decision.requeueAfterMs, foreign ? conflictRetryMs : undefined].filter((wait) => wait !== undefined);
    return waits.length > 0 ? { requeueAfterMs: Math.min(...waits) } : undefined;
  }

  #record(regarding: KubernetesObject, { type, reason, action, message }: EventIntent): void {
    this.#dependencies.events.record({ regarding, type, reason, action, note: message });
  }

  /** Stored under an older CRD, or written past its rules: said in a condition; it delays nobody else (law 17). */
  async #reportInvalid(object: KubernetesObject, error: InvalidModelDeploymentError): Promise<void> {
    const { applier, clock } = this.#dependencies;
    await applier.writeStatus(object, invalidSpecStatus(object, error, clock.now()));
  }

  #forget(key: string): void {
    const { measurements, foreignObjects, observer } = this.#dependencies;
    measurements.forget(key);
    foreignObjects.forget(key);
    observer.forgotten(key);
  }
}
