import type { ModelDeploymentStatus } from '../../../src/api/model-deployment-status.ts';
import { resourceKinds, type KubernetesObject } from '../../../src/kubernetes/resource.ts';
import type { KubeApi } from '../cluster/kube-api.ts';

/** A moment at which the live route gave a revision another share. */
export interface WeightChange {
  readonly atMs: number;
  /** In percent. */
  readonly weight: number;
}

/** What was waited for did not come; the message says what was there instead. */
export class WaitTimeout extends Error {
  override readonly name = 'WaitTimeout';
}

export interface Observed {
  readonly generation: number;
  readonly status: ModelDeploymentStatus;
}

interface Waiter {
  readonly check: () => void;
}

/**
 * Follows one ModelDeployment and its HTTPRoute through watches, and keeps what the demo measures: when the route gave
 * each revision which share, as this process saw it.
 */
export class RolloutObserver {
  readonly #weights = new Map<string, WeightChange[]>();
  readonly #waiters = new Set<Waiter>();
  readonly #name: string;
  readonly #now: () => number;
  /** Told after each change of the ModelDeployment. */
  onChange: () => void = () => undefined;
  #observed: Observed = { generation: 0, status: {} };
  #lastError: unknown;

  constructor(name: string, now: () => number = Date.now) {
    this.#name = name;
    this.#now = now;
  }

  get status(): ModelDeploymentStatus {
    return this.#observed.status;
  }

  /** Starts to watch; ends with the signal. */
  follow(api: KubeApi, namespace: string, signal: AbortSignal): void {
    const onError = (error: unknown) => (this.#lastError = error);
    const { modelDeployment, httpRoute } = resourceKinds;
    const at = { namespace, name: this.#name };
    void api.follow(
      { kind: modelDeployment, ...at },
      (object) => this.sawDeployment(object),
      signal,
      onError,
    );
    void api.follow({ kind: httpRoute, ...at }, (object) => this.sawRoute(object), signal, onError);
  }

  sawDeployment(object: KubernetesObject | undefined): void {
    this.#observed = {
      generation: object?.metadata.generation ?? 0,
      status: (object?.['status'] ?? {}) as ModelDeploymentStatus,
    };
    for (const { check } of this.#waiters) check();
    this.onChange();
  }

  sawRoute(object: KubernetesObject | undefined): void {
    const atMs = this.#now();
    const shares = sharesOf(object, this.#name);
    for (const revision of new Set([...shares.keys(), ...this.#weights.keys()])) {
      const weight = shares.get(revision) ?? 0;
      const changes = this.#weights.get(revision) ?? [];
      if ((changes.at(-1)?.weight ?? 0) !== weight)
        this.#weights.set(revision, [...changes, { atMs, weight }]);
    }
  }

  /** The shares that a revision had, from a time on, one after the other. */
  weightsOf(revision: string, fromMs = 0): readonly WeightChange[] {
    return (this.#weights.get(revision) ?? []).filter(({ atMs }) => atMs >= fromMs);
  }

  /**
   * Resolves when the status, of this generation or a later one, is as asked. Throws `WaitTimeout`, or the signal's
   * reason.
   */
  async until(
    what: string,
    is: (status: ModelDeploymentStatus) => boolean,
    options: { generation: number; timeoutMs: number; signal: AbortSignal },
  ): Promise<ModelDeploymentStatus> {
    const { generation, timeoutMs, signal } = options;
    signal.throwIfAborted();
    return await new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        signal.removeEventListener('abort', aborted);
        settle();
      };
      const aborted = () => end(() => reject(signal.reason as Error));
      const timer = setTimeout(
        () =>
          end(() =>
            reject(new WaitTimeout(`${what} did not come within ${timeoutMs / 1_000} s; ${this.#found()}`)),
          ),
        timeoutMs,
      );
      const check = () => {
        const { status, generation: current } = this.#observed;
        if (current >= generation && (status.observedGeneration ?? 0) >= generation && is(status))
          end(() => resolve(status));
      };
      const waiter: Waiter = { check };
      this.#waiters.add(waiter);
      signal.addEventListener('abort', aborted);
      check();
    });
  }

  #found(): string {
    const { phase, message } = this.status;
    const error =
      this.#lastError instanceof Error ? `; last error of a watch: ${this.#lastError.message}` : '';
    return `found phase ${phase ?? 'none'}: ${message ?? 'no message'}${error}`;
  }
}

/** The share of each revision that a route names, in percent of the sum of its weights. */
export function sharesOf(route: KubernetesObject | undefined, name: string): Map<string, number> {
  const rules = (route?.['spec']?.rules ?? []) as { backendRefs?: { name: string; weight?: number }[] }[];
  const backends = rules.flatMap(({ backendRefs }) => backendRefs ?? []);
  const total = backends.reduce((sum, { weight }) => sum + (weight ?? 1), 0);
  const prefix = `${name}-`;
  return new Map(
    backends
      .filter((backend) => backend.name.startsWith(prefix))
      .map(({ name: service, weight }) => [
        service.slice(prefix.length),
        total === 0 ? 0 : Math.round((1_000 * (weight ?? 1)) / total) / 10,
      ]),
  );
}
