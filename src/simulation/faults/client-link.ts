import {
  Cluster,
  type DeleteOptions,
  type EvictOptions,
  type JsonPatchOperation,
  type ListOptions,
  type ListPage,
  type LogOptions,
  type ObjectName,
  type WatchEvent,
  type WatchOptions,
  type WriteOptions,
} from '../../kubernetes/cluster.ts';
import { ClusterError } from '../../kubernetes/cluster-error.ts';
import { keyOf, type KubernetesObject, type ResourceKind, resourceKinds } from '../../kubernetes/resource.ts';
import type { Clock } from '../../runtime/clock.ts';
import { type FaultPlan, isWrite, noFaults, type SentRequest } from './fault-plan.ts';
import { lateStream } from './late-stream.ts';

/** Called right before a write is done and right after it; true: the client dies at this very place. */
export type CrashHook = (moment: 'before' | 'after', write: SentRequest) => boolean;

const never = <T>(): Promise<T> => new Promise<T>(() => {});

/**
 * The cluster behind the network of one client, which loses, delays and refuses as its plan says.
 *
 * A request that was sent arrives, also when the client has given it up meanwhile. Once `cut`, nothing goes through in either
 * direction and no call ends: for a client that was killed.
 */
export class ClientLink extends Cluster {
  readonly #cluster: Cluster;
  readonly #clock: Clock;
  readonly #cutting = new AbortController();
  /** Exchanged by the scenario at any time. */
  plan: FaultPlan;
  crash: CrashHook = () => false;

  constructor(cluster: Cluster, clock: Clock, plan: FaultPlan = noFaults) {
    super();
    this.#cluster = cluster;
    this.#clock = clock;
    this.plan = plan;
  }

  cut(): void {
    this.#cutting.abort();
  }

  get(kind: ResourceKind, name: ObjectName): Promise<KubernetesObject> {
    return this.#send('get', kind, name, {}, () => this.#cluster.get(kind, name));
  }

  list(kind: ResourceKind, { signal: _, ...options }: ListOptions = {}): Promise<ListPage> {
    return this.#send('list', kind, undefined, {}, () => this.#cluster.list(kind, options));
  }

  async *watch(kind: ResourceKind, options: WatchOptions): AsyncGenerator<WatchEvent> {
    await this.#send('watch', kind, undefined, {}, () => Promise.resolve());
    yield* lateStream((signal) => this.#cluster.watch(kind, { ...options, signal }), {
      clock: this.#clock,
      lagMs: () => this.plan.watchLagMs(kind.kind),
      breaksAfterMs: this.plan.watchBreaksAfterMs(kind.kind),
      leaving: [options.signal, this.#cutting.signal],
    });
    // What was cut never tells that it ended.
    if (this.#cutting.signal.aborted) await never();
  }

  log(pod: ObjectName, { signal: _, ...options }: LogOptions): Promise<string> {
    return this.#send('get', resourceKinds.pod, pod, {}, () => this.#cluster.log(pod, options));
  }

  create(object: KubernetesObject, options: WriteOptions = {}): Promise<KubernetesObject> {
    return this.#send('create', object, object.metadata, options, (sent) =>
      this.#cluster.create(object, sent),
    );
  }

  apply(object: KubernetesObject, options: WriteOptions = {}): Promise<KubernetesObject> {
    return this.#send('apply', object, object.metadata, options, (sent) => this.#cluster.apply(object, sent));
  }

  patch(
    kind: ResourceKind,
    name: ObjectName,
    operations: JsonPatchOperation[],
    options: WriteOptions = {},
  ): Promise<KubernetesObject> {
    return this.#send('patch', kind, name, options, (sent) =>
      this.#cluster.patch(kind, name, operations, sent),
    );
  }

  replace(object: KubernetesObject, options: WriteOptions = {}): Promise<KubernetesObject> {
    return this.#send('replace', object, object.metadata, options, (sent) =>
      this.#cluster.replace(object, sent),
    );
  }

  delete(kind: ResourceKind, name: ObjectName, { signal: _, ...options }: DeleteOptions = {}): Promise<void> {
    return this.#send('delete', kind, name, {}, () => this.#cluster.delete(kind, name, options));
  }

  evict(pod: ObjectName, { signal: _, ...options }: EvictOptions = {}): Promise<void> {
    const { dryRun } = options;
    return this.#send('evict', resourceKinds.pod, pod, { dryRun }, () => this.#cluster.evict(pod, options));
  }

  async #send<T>(
    verb: SentRequest['verb'],
    { kind }: { kind: string },
    name: { namespace?: string; name: string } | undefined,
    { signal: _, ...options }: WriteOptions,
    done: (options: WriteOptions) => Promise<T>,
  ): Promise<T> {
    const key = name ? keyOf({ metadata: name }) : '';
    const request: SentRequest = {
      verb,
      kind,
      key,
      subresource: options.subresource,
      dryRun: options.dryRun ?? false,
    };
    const crashes = (moment: 'before' | 'after') => isWrite(request) && this.crash(moment, request);
    const latencyMs = this.plan.latencyMs(request);
    if (latencyMs > 0) await this.#clock.sleep(latencyMs);
    if (this.#cutting.signal.aborted || crashes('before')) return never();
    const fault = this.plan.fault(request);
    if (fault?.kind === 'refused') throw fault.error;
    if (fault && !fault.done) return this.#giveUp(request, fault.afterMs);
    const answer = await done(options);
    if (this.#cutting.signal.aborted || crashes('after')) return never();
    return fault ? this.#giveUp(request, fault.afterMs) : answer;
  }

  async #giveUp(request: SentRequest, afterMs: number): Promise<never> {
    await this.#clock.sleep(afterMs);
    throw new ClusterError('unreachable', `${request.verb} ${request.kind} ${request.key}: no answer came`);
  }
}
