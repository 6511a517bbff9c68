import type { KubernetesObject } from '../../kubernetes/resource.ts';
import type { Clock } from '../../runtime/clock.ts';
import { isSame } from '../api-server/json-value.ts';
import type { PodBehaviour } from './pod-behaviour.ts';
import { type PodFacts, podStatus, unschedulableStatus } from './pod-status.ts';

/** How a life reads and writes its pod. */
export interface PodAccess {
  /** The pod as it is stored; undefined when it is gone. */
  read(): KubernetesObject | undefined;
  bind(): void;
  writeStatus(status: Record<string, unknown>): void;
  /** Takes it away for good. */
  remove(): void;
}

/** kubelet's waits between restarts. */
const firstBackoffMs = 10_000;
const longestBackoffMs = 300_000;
/** A pod that is ready sooner than this is not told of as running first. */
const tellRunningMs = 1000;

/** One pod on its node, from its binding to its end. */
export class PodLife {
  readonly #access: PodAccess;
  readonly #clock: Clock;
  readonly #ip: string;
  #behaviour: PodBehaviour | undefined;
  #facts: PodFacts = { state: { waiting: { reason: 'ContainerCreating' } }, ready: false, restarts: 0 };
  #cancel = () => {};
  #ending = false;

  constructor(access: PodAccess, clock: Clock, ip: string) {
    this.#access = access;
    this.#clock = clock;
    this.#ip = ip;
  }

  /** From now on it behaves like this; the same again changes nothing. */
  behave(behaviour: PodBehaviour): void {
    if (this.#ending || isSame(behaviour, this.#behaviour)) return;
    this.#behaviour = behaviour;
    this.#cancel();
    if (behaviour.kind === 'unschedulable' && !this.#isBound) {
      this.#access.writeStatus(unschedulableStatus(behaviour.message, this.#clock.now()));
      return;
    }
    if (!this.#isBound) this.#access.bind();
    this.#follow(behaviour);
  }

  /** Asked to end: it is gone after `afterMs`. */
  end(afterMs: number): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#cancel();
    this.#cancel = this.#clock.after(afterMs, () => this.#access.remove());
  }

  /** It is gone already. */
  forget(): void {
    this.#ending = true;
    this.#cancel();
  }

  get #isBound(): boolean {
    return this.#access.read()?.['spec']?.nodeName !== undefined;
  }

  #follow(behaviour: PodBehaviour): void {
    switch (behaviour.kind) {
      case 'ready':
        if (behaviour.afterMs > tellRunningMs) this.#tell({ state: { running: true }, ready: false });
        return this.#later(behaviour.afterMs, () => this.#tell({ state: { running: true }, ready: true }));
      case 'neverReady':
      case 'unschedulable':
        return this.#tell({ state: { running: true }, ready: false });
      case 'neverPulls':
        return this.#tell({
          state: { waiting: { reason: 'ErrImagePull', message: 'not found' } },
          ready: false,
        });
      case 'crashes':
        return this.#run(behaviour);
    }
  }

  /** One run of a container that ends by itself, and the wait after it. */
  #run(behaviour: PodBehaviour & { kind: 'crashes' }): void {
    const { afterMs, readyAfterMs = Infinity, exitCode } = behaviour;
    const crash = () => {
      const restarts = this.#facts.restarts + 1;
      const waiting = { reason: 'CrashLoopBackOff', message: 'back-off restarting failed container' };
      this.#tell({ state: { waiting }, ready: false, restarts, lastExitCode: exitCode });
      const backoffMs = Math.min(longestBackoffMs, firstBackoffMs * 2 ** (restarts - 1));
      this.#later(backoffMs, () => this.#run(behaviour));
    };
    this.#tell({ state: { running: true }, ready: false });
    if (readyAfterMs >= afterMs) return this.#later(afterMs, crash);
    this.#later(readyAfterMs, () => {
      this.#tell({ state: { running: true }, ready: true });
      this.#later(afterMs - readyAfterMs, crash);
    });
  }

  #later(delayMs: number, work: () => void): void {
    this.#cancel = this.#clock.after(delayMs, work);
  }

  #tell(facts: Partial<PodFacts>): void {
    this.#facts = { ...this.#facts, ip: this.#ip, ...facts };
    const pod = this.#access.read();
    if (pod) this.#access.writeStatus(podStatus(pod, this.#facts, this.#clock.now()));
  }
}
