import { ApiError, untilAnswered, type ApiClient } from './api-client.ts';
import type { Condition, Pod, PodStatus } from './kubernetes-types.ts';
import { log } from './log.ts';
import { pause } from './pause.ts';

const coalesceMs = 20;

/** Writes a pod's status when it differs from what was written last, one write at a time, the newest last. */
export class PodStatusWriter {
  private readonly client: ApiClient;
  private readonly pod: Pod;
  private readonly signal: AbortSignal;
  private readonly compute: (previous: PodStatus | undefined) => PodStatus;
  private last: PodStatus | undefined;
  private dirty = false;
  private closed = false;
  private writing: Promise<void> | undefined;

  constructor(
    client: ApiClient,
    pod: Pod,
    compute: (previous: PodStatus | undefined) => PodStatus,
    signal: AbortSignal,
  ) {
    this.client = client;
    this.pod = pod;
    this.compute = compute;
    this.signal = signal;
  }

  changed(): void {
    this.dirty = true;
    this.writing ??= this.write().finally(() => (this.writing = undefined));
  }

  /** Resolves when everything that is known is written. */
  async settled(): Promise<void> {
    while (this.writing) await this.writing;
  }

  /** No more writes: the pod is gone from the API server. */
  close(): void {
    this.closed = true;
  }

  /** What is true by now: while the API server was away a pod may have lost its readiness and found it again. */
  private async writeOnce(path: string, uid: string | undefined): Promise<void> {
    this.dirty = false;
    const status = this.compute(this.last ?? this.pod.status);
    if (JSON.stringify(status) === JSON.stringify(this.last)) return;
    await this.client.patch(path, { metadata: { uid }, status: toPatch(status) }, 'strategic-merge-patch');
    this.last = status;
  }

  private async write(): Promise<void> {
    const { name, namespace, uid } = this.pod.metadata;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`;
    while (this.dirty && !this.closed && !this.signal.aborted) {
      // Changes come in bursts: running, started and ready within one turn.
      await pause(coalesceMs, this.signal);
      try {
        await untilAnswered(`status of ${namespace}/${name}`, this.signal, () => this.writeOnce(path, uid));
      } catch (error) {
        const gone = error instanceof ApiError && (error.status === 404 || error.status === 409);
        if (!gone) log(`status of ${namespace}/${name} was refused`, error);
        if (gone) this.closed = true;
      }
    }
  }
}

/** Conditions are merged by type, so what a condition no longer has must be taken away; addresses are replaced. */
function toPatch(status: PodStatus): object {
  const clear = (condition: Condition) => ({ reason: null, message: null, ...condition });
  const whole = (list: { ip: string }[] = []) => [...list, { $patch: 'replace' }];
  return {
    ...status,
    conditions: status.conditions?.map(clear),
    podIPs: whole(status.podIPs),
    hostIPs: whole(status.hostIPs),
  };
}
