import type { ModelDeploymentStatus } from '../api/model-deployment-status.ts';
import { InvalidModelDeploymentError } from '../api/validation/parse-object.ts';
import { answerOrphans } from '../domain/actions/answers.ts';
import type { Decide } from '../domain/decide.ts';
import type { Decision, EventIntent } from '../domain/decision.ts';
import { problemEvents } from '../domain/status/problem-events.ts';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import type { EventRecorder } from '../runtime/event-recorder.ts';
import type { Logger } from '../runtime/logger.ts';
import type { ReconcileContext, ReconcileResult, Reconciler } from '../runtime/reconciler.ts';
import type { Tracer } from '../runtime/tracer.ts';
import type { WriteTracker } from '../runtime/write-tracker.ts';
import type { Applier, ObjectReference } from './apply.ts';
import { type GatherDependencies, type Gathered, gather } from './gather.ts';
import { invalidSpecStatus } from './invalid-spec-status.ts';
import { readActions } from './objects/rollout-action.ts';
import { stalledStatus } from './stalled-status.ts';

/** What a pass found and decided; only the status where the spec cannot be read. */
export interface ToldPass {
  status: ModelDeploymentStatus;
  gathered?: Gathered;
  decision?: Decision;
}

/** Told what passes did: for metrics. Assumption: its methods do not throw. */
export interface PassObserver {
  /** After all writes of a pass, so that what it counts is counted at most once (law 13). */
  passed(key: string, told: ToldPass): void;
  /** The split of a pass was written, so long after it was decided. */
  trafficWritten?(told: Required<ToldPass>, delayMs: number): void;
  forgotten(key: string): void;
}

export interface ReconcilerDependencies extends GatherDependencies {
  applier: Applier;
  tracker: WriteTracker;
  events: EventRecorder;
  observer: PassObserver;
  decide: Decide;
  logger: Logger;
  tracer: Tracer;
}

/** How long a pass waits for the caches to show our own last writes. After that, law 16 still refuses what is stale. */
const freshnessLimitMs = 1_000;

/** How often an object of somebody else that is in our way is looked at again. */
const conflictRetryMs = 30_000;

/** watch -> queue -> gather -> decide -> apply -> status -> events, for one ModelDeployment. */
export class ModelDeploymentReconciler implements Reconciler {
  readonly #dependencies: ReconcilerDependencies;
  /** What the last pass of a key wrote. */
  readonly #written = new Map<string, ObjectReference[]>();

  constructor(dependencies: ReconcilerDependencies) {
    this.#dependencies = dependencies;
  }

  reconcile(key: string, context: ReconcileContext): Promise<ReconcileResult | void> {
    const attributes = { 'understudy.model_deployment': key, 'understudy.reconcile_id': context.reconcileId };
    return this.#dependencies.tracer.span('reconcile', attributes, () => this.#reconcile(key, context));
  }

  async #reconcile(key: string, { signal }: ReconcileContext): Promise<ReconcileResult | void> {
    const { tracker, cache } = this.#dependencies;
    await tracker.whenFresh(this.#written.get(key) ?? [], freshnessLimitMs, signal);
    this.#written.delete(key);
    const object = cache.modelDeployment(key);
    const written: ObjectReference[] = [];
    try {
      if (!object) return await this.#forget(key, written);
      return await this.#pass(key, object.metadata.uid ?? '', written);
    } catch (error) {
      if (!(error instanceof InvalidModelDeploymentError)) throw error;
      return object && (await this.#reportInvalid(key, object, error, written));
    } finally {
      if (written.length > 0) this.#written.set(key, written);
    }
  }

  async #pass(key: string, uid: string, written: ObjectReference[]): Promise<ReconcileResult | void> {
    const { foreignObjects, logger, observer, tracer } = this.#dependencies;
    const foreign = await foreignObjects.refresh(key, uid);
    const gathered = await tracer.span('gather', {}, () => gather(key, this.#dependencies));
    if (!gathered || gathered.world.deployment.deleting) return;
    const decision = this.#decide(gathered);
    const told = { status: decision.status, gathered, decision };
    await tracer.span('apply', {}, () => this.#apply(told, written));
    // Law 13: after the status that records them, and so at most once.
    for (const event of decision.events) this.#record(gathered.object, event);
    this.#recordProblems(gathered.object, decision.status, decision.events);
    observer.passed(key, told);
    this.#dispatch(key, uid, told);
    const { phase, message } = decision.status;
    if (written.length > 0) logger.info(message ?? 'pass', { phase, writes: written.length });
    const waits = [decision.requeueAfterMs, foreign ? conflictRetryMs : undefined].filter(
      (wait) => wait !== undefined,
    );
    return waits.length > 0 ? { requeueAfterMs: Math.min(...waits) } : undefined;
  }

  #decide(gathered: Gathered): Decision {
    const { decide, tracer } = this.#dependencies;
    return tracer.span('decide', {}, (span) => {
      const decision = said(gathered, decide(gathered.world));
      const { phase } = decision.status;
      const { judgement, rolloutStatus } = decision;
      span.set({
        ...(phase !== undefined && { 'understudy.phase': phase }),
        ...(rolloutStatus && {
          'understudy.rollout': rolloutStatus.name,
          'understudy.weight': rolloutStatus.status.weight,
        }),
        ...(judgement && { 'understudy.verdict': judgement.verdict }),
      });
      return decision;
    });
  }

  /** What the API server does not take will not be taken next time either: a person has to know, and the pass still fails. */
  async #apply(told: Required<ToldPass>, written: ObjectReference[]): Promise<void> {
    const { applier, clock, observer } = this.#dependencies;
    const { gathered, decision } = told;
    try {
      await applier.apply(gathered, decision, written, () =>
        observer.trafficWritten?.(told, clock.now() - gathered.world.nowMs),
      );
    } catch (error) {
      if (ClusterError.is(error, 'forbidden', 'invalid')) {
        const stall = {
          reason: 'WriteRefused' as const,
          message: `the API server refuses a write: ${error.message}`,
        };
        const status = stalledStatus(gathered.object, decision.status, stall, clock.now());
        await applier.writeStatus(gathered.object, status, written);
        this.#recordProblems(gathered.object, status);
      }
      throw error;
    }
  }

  /** After the status that says how far its targets have been told (law 13); nothing waits for them (law 17). */
  #dispatch(
    key: string,
    uid: string,
    { gathered: { targets }, decision: { dispatches = [] } }: Required<ToldPass>,
  ): void {
    if (targets) this.#dependencies.notifier?.dispatch(key, uid, targets, dispatches);
  }

  #record(regarding: KubernetesObject, { type, reason, action, message }: EventIntent): void {
    this.#dependencies.events.record({ regarding, type, reason, action, note: message });
  }

  /** What the live object does not say yet is news. */
  #recordProblems(
    live: KubernetesObject,
    status: ModelDeploymentStatus,
    told?: readonly EventIntent[],
  ): void {
    const before = live['status'] as ModelDeploymentStatus | undefined;
    for (const event of problemEvents(before, status, told)) this.#record(live, event);
  }

  /** Stored under an older CRD, or written past its rules: said in a condition; it delays nobody else (law 17). */
  async #reportInvalid(
    key: string,
    object: KubernetesObject,
    error: InvalidModelDeploymentError,
    written: ObjectReference[],
  ): Promise<void> {
    const { applier, clock, observer } = this.#dependencies;
    const status = invalidSpecStatus(object, error, clock.now());
    await applier.writeStatus(object, status, written);
    this.#recordProblems(object, status);
    observer.passed(key, { status });
  }

  /** It is gone, or never was. What is still asked of it gets an answer. */
  async #forget(key: string, written: ObjectReference[]): Promise<ReconcileResult | void> {
    const { birthCheck, measurements, foreignObjects, observer, clock, applier, cache, notifier, gates } =
      this.#dependencies;
    birthCheck.forget(key);
    measurements.forget(key);
    notifier?.forget(key);
    gates.forget(key);
    foreignObjects.forget(key);
    observer.forgotten(key);
    const objects = cache.actions(key);
    if (objects.length === 0) return;
    const { targetCheck, actionTrust } = this.#dependencies;
    await targetCheck.requireSeen(key, undefined, objects);
    const nowMs = clock.now();
    const { intents, nextAtMs } = answerOrphans(readActions(objects, undefined, actionTrust), nowMs);
    await applier.answer(new Map(objects.map((one) => [one.metadata.name, one])), intents, written);
    return nextAtMs === undefined ? undefined : { requeueAfterMs: nextAtMs - nowMs };
  }
}

/** A spec that cannot be followed is what a person has to know, whatever goes on beside it. */
function said({ object, world }: Gathered, decision: Decision): Decision {
  const { invalidSpec } = world.deployment;
  if (invalidSpec === undefined) return decision;
  const status = invalidSpecStatus(object, { message: invalidSpec }, world.nowMs, decision.status);
  return { ...decision, status };
}
