import { keyOf, type KubernetesObject, nameOf, resourceKinds } from '../../kubernetes/resource.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ApiRequests } from '../api-server/api-requests.ts';
import type { SimulatedApiServer } from '../api-server/simulated-api-server.ts';
import { LaggingWork } from '../lagging-work.ts';
import type { PodBehaviours } from './pod-behaviour.ts';
import { PodLife } from './pod-life.ts';

export interface NodeTimings {
  /** From a pod's creation to its node. */
  scheduleMs: () => number;
  /** How long a pod takes to end when it is asked to; never longer than its grace period. */
  shutDownMs: () => number;
}

const { pod: podKind } = resourceKinds;

/** The scheduler and all kubelets: gives pods to nodes and lets them live as the scenario says. */
export class Nodes {
  readonly #server: SimulatedApiServer;
  readonly #requests: ApiRequests;
  readonly #clock: Clock;
  readonly #behaviours: PodBehaviours;
  readonly #timings: NodeTimings;
  readonly #lives = new Map<string, PodLife>();
  readonly #scheduling: LaggingWork;
  #addresses = 0;

  constructor(server: SimulatedApiServer, clock: Clock, behaviours: PodBehaviours, timings: NodeTimings) {
    this.#server = server;
    this.#requests = server.as('kubelet');
    this.#clock = clock;
    this.#behaviours = behaviours;
    this.#timings = timings;
    this.#scheduling = new LaggingWork(clock, timings.scheduleMs, (key) => this.#behave(key));
    behaviours.onChange(() => {
      for (const { metadata } of server.list(podKind)) this.#behave(keyOf({ metadata }));
    });
    server.onChange(({ kind, type, object }) => {
      if (kind === podKind.kind) this.#changed(type, object);
    });
  }

  /** No pod gets a node until `resumeScheduling`. */
  stopScheduling(): void {
    this.#scheduling.hold();
  }

  resumeScheduling(): void {
    this.#scheduling.release();
  }

  #changed(type: string, pod: KubernetesObject): void {
    const uid = pod.metadata.uid ?? '';
    if (type === 'ADDED') {
      this.#lives.set(uid, new PodLife(this.#accessTo(pod), this.#clock, this.#nextAddress()));
      this.#scheduling.plan(keyOf(pod));
    } else if (type === 'DELETED') {
      this.#lives.get(uid)?.forget();
      this.#lives.delete(uid);
    } else if (pod.metadata.deletionTimestamp) {
      const graceMs = (pod.metadata['deletionGracePeriodSeconds'] ?? 0) * 1000;
      this.#lives.get(uid)?.end(Math.min(graceMs, this.#timings.shutDownMs()));
    }
  }

  #behave(key: string): void {
    const pod = this.#server.find(podKind, key);
    if (pod) this.#lives.get(pod.metadata.uid ?? '')?.behave(this.#behaviours.of(pod));
  }

  #accessTo({ metadata }: KubernetesObject) {
    const { uid } = metadata;
    const key = keyOf({ metadata });
    const read = () => {
      const pod = this.#server.find(podKind, key);
      return pod?.metadata.uid === uid ? pod : undefined;
    };
    return {
      read,
      bind: () => this.#patch(key, '/spec/nodeName', 'node-1'),
      writeStatus: (status: Record<string, unknown>) => {
        const pod = read();
        if (pod) this.#requests.replace({ ...pod, status }, { subresource: 'status' });
      },
      remove: () => {
        if (read()) this.#requests.delete(podKind, nameOf(key), { force: true });
      },
    };
  }

  #patch(key: string, path: string, value: unknown): void {
    this.#requests.patch(podKind, nameOf(key), [{ op: 'add', path, value }]);
  }

  #nextAddress(): string {
    this.#addresses += 1;
    return `10.244.${Math.floor(this.#addresses / 250)}.${(this.#addresses % 250) + 1}`;
  }
}
