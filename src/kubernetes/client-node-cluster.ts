import type { Dispatcher } from 'undici';
import type { ApiRequestObserver, ApiVerb } from './api-request-observer.ts';
import { ClusterError } from './cluster-error.ts';
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
} from './cluster.ts';
import { errorFromAnswer, errorFromTransport } from './error-mapping.ts';
import {
  applyPath,
  collectionPath,
  createPath,
  deleteBody,
  evictionBody,
  evictionPath,
  listPath,
  logPath,
  objectPath,
  watchPath,
  writePath,
} from './paths.ts';
import { laneSettings, PooledKubeConfig, type KubeConfigOptions, type Lane } from './pooled-kube-config.ts';
import { resourceKindOf, resourceKinds, type KubernetesObject, type ResourceKind } from './resource.ts';
import { reviewKinds } from './review-kinds.ts';
import { readWatchEvents } from './watch-stream.ts';

export interface ClientNodeClusterOptions {
  /** Told about each request, for metrics. */
  observer?: ApiRequestObserver;
  /** How we introduce ourselves in the API server's logs. */
  userAgent?: string;
  /** A person's token, in place of all credentials of the configuration. */
  bearerToken?: string;
  /** Somebody else, as whom the API server is to take us: it asks whether we may. */
  impersonated?: { user: string; groups: readonly string[] };
}

interface Call {
  verb: ApiVerb;
  kind: ResourceKind;
  /** For messages: `namespace/name`, or what of it is known. */
  target: string;
  method: Dispatcher.HttpMethod;
  path: string;
  body?: unknown;
  contentType?: string;
  /** A JSON patch with a `test`. */
  pinned?: boolean;
  signal?: AbortSignal | undefined;
}

/**
 * The `Cluster` port over the real API server.
 *
 * client-node loads the configuration and authenticates; the calls are untyped JSON over undici with pooled
 * connections: a typed list of 5,000 pods would block the process four times as long, and the typed classes cost more
 * memory than the rest of the controller. Redirects are not followed.
 */
export class ClientNodeCluster extends Cluster {
  readonly #config: PooledKubeConfig;
  readonly #observer: ApiRequestObserver;
  readonly #userAgent: string;
  readonly #bearerToken: string | undefined;
  readonly #impersonation: Record<string, string | string[]>;
  #withoutUser: PooledKubeConfig | undefined;

  constructor(config: PooledKubeConfig, options: ClientNodeClusterOptions = {}) {
    super();
    this.#config = config;
    this.#observer = options.observer ?? (() => undefined);
    this.#userAgent = options.userAgent ?? 'understudy';
    this.#bearerToken = options.bearerToken;
    this.#impersonation = impersonationOf(options.impersonated);
  }

  /** Loads the configuration and makes the adapter; makes no request. */
  static async connect(
    options: KubeConfigOptions & ClientNodeClusterOptions = {},
  ): Promise<ClientNodeCluster> {
    return new ClientNodeCluster(await PooledKubeConfig.load(options), options);
  }

  /** The API server's address, for messages. */
  get server(): string {
    return this.#config.origin + this.#config.pathPrefix;
  }

  /** The namespace that the configuration names as ours: the pod's own, when it runs as one. */
  get namespace(): string | undefined {
    return this.#config.namespace;
  }

  /** Ends all connections; running calls and watches fail. */
  async close(): Promise<void> {
    await Promise.all([this.#config.close(), this.#withoutUser?.close()]);
  }

  /**
   * The same API server, as the person with this token and by nothing of ours: connections of its own, without our client certificate. They
   * are shared by all people and end with `close` of this one.
   */
  asPerson(bearerToken: string): ClientNodeCluster {
    this.#withoutUser ??= this.#config.withoutUser();
    const options = { observer: this.#observer, userAgent: this.#userAgent, bearerToken };
    return new ClientNodeCluster(this.#withoutUser, options);
  }

  /** The name by which the API server knows us. Everybody who is authenticated may ask for it. */
  async whoAmI(options: { signal?: AbortSignal } = {}): Promise<string> {
    const kind = reviewKinds.selfSubjectReview;
    const status = await this.review<{ userInfo?: { username?: string } }>(kind, undefined, options);
    const name = status?.userInfo?.username;
    if (!name) throw this.#broken(reviewCall(kind, undefined), 'a SelfSubjectReview without a name');
    return name;
  }

  /** Asks a question that is never stored: a review of a token or of a right. Gives the status that answers it. */
  async review<Status>(
    kind: ResourceKind,
    spec: unknown,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<Status | undefined> {
    const answer = (await this.#json({ ...reviewCall(kind, spec), signal })) as { status?: Status } | null;
    return answer?.status;
  }

  async get(
    kind: ResourceKind,
    name: ObjectName,
    options: { signal?: AbortSignal } = {},
  ): Promise<KubernetesObject> {
    const path = objectPath(kind, name);
    return this.#object({
      verb: 'get',
      kind,
      target: text(name),
      method: 'GET',
      path,
      signal: options.signal,
    });
  }

  async list(kind: ResourceKind, options: ListOptions = {}): Promise<ListPage> {
    const target = options.namespace ?? '';
    const path = listPath(kind, options);
    const call: Call = { verb: 'list', kind, target, method: 'GET', path, signal: options.signal };
    const { metadata, items } = (await this.#json(call)) as {
      metadata?: { resourceVersion?: string; continue?: string };
      items?: KubernetesObject[];
    };
    if (!metadata?.resourceVersion) throw this.#broken(call, 'a list without a resourceVersion');
    // The items of a list of a built-in kind do not say what they are; everybody who reads them expects it.
    for (const item of items ?? []) {
      item.apiVersion ??= kind.apiVersion;
      item.kind ??= kind.kind;
    }
    const page: ListPage = { items: items ?? [], resourceVersion: metadata.resourceVersion };
    if (metadata.continue) page.continueToken = metadata.continue;
    return page;
  }

  async *watch(kind: ResourceKind, options: WatchOptions): AsyncGenerator<WatchEvent> {
    const { signal, namespace } = options;
    const path = watchPath(kind, options);
    const call: Call = { verb: 'watch', kind, target: namespace ?? '', method: 'GET', path, signal };
    const what = describe(call);
    try {
      const body = await this.#send(call, async (answer) => answer.body);
      try {
        yield* readWatchEvents(what, body);
      } finally {
        body.destroy();
      }
    } catch (error) {
      if (signal.aborted) return;
      throw errorFromTransport(what, error);
    }
  }

  async log(pod: ObjectName, options: LogOptions): Promise<string> {
    const call: Call = {
      verb: 'get',
      kind: resourceKinds.pod,
      target: `${text(pod)}/log`,
      method: 'GET',
      path: logPath(pod, options),
      signal: options.signal,
    };
    return this.#send(call, (answer) => answer.body.text());
  }

  async create(object: KubernetesObject, options: WriteOptions = {}): Promise<KubernetesObject> {
    const kind = resourceKindOf(object);
    const name = nameIn(object);
    const path = createPath(kind, name.namespace, options);
    const { signal } = options;
    return this.#object({
      verb: 'create',
      kind,
      target: text(name),
      method: 'POST',
      path,
      body: object,
      signal,
    });
  }

  async apply(object: KubernetesObject, options: WriteOptions = {}): Promise<KubernetesObject> {
    const kind = resourceKindOf(object);
    const name = nameIn(object);
    // An apply refuses managedFields, which an object that was read carries.
    const { managedFields: _, ...metadata } = object.metadata;
    if (metadata.resourceVersion && !metadata.uid) {
      const what = `apply ${kind.plural} ${text(name)}`;
      throw new ClusterError('invalid', `${what}: metadata.resourceVersion needs metadata.uid beside it`);
    }
    return this.#object({
      verb: 'apply',
      kind,
      target: text(name),
      method: 'PATCH',
      path: applyPath(kind, name, options),
      // JSON is YAML.
      contentType: 'application/apply-patch+yaml',
      body: { ...object, metadata },
      signal: options.signal,
    });
  }

  async patch(
    kind: ResourceKind,
    name: ObjectName,
    operations: JsonPatchOperation[],
    options: WriteOptions = {},
  ): Promise<KubernetesObject> {
    return this.#object({
      verb: 'patch',
      kind,
      target: text(name),
      method: 'PATCH',
      path: writePath(kind, name, options),
      contentType: 'application/json-patch+json',
      body: operations,
      pinned: operations.some(({ op }) => op === 'test'),
      signal: options.signal,
    });
  }

  async replace(object: KubernetesObject, options: WriteOptions = {}): Promise<KubernetesObject> {
    const kind = resourceKindOf(object);
    const name = nameIn(object);
    const path = writePath(kind, name, options);
    const { signal } = options;
    return this.#object({
      verb: 'update',
      kind,
      target: text(name),
      method: 'PUT',
      path,
      body: object,
      signal,
    });
  }

  async delete(kind: ResourceKind, name: ObjectName, options: DeleteOptions = {}): Promise<void> {
    await this.#json({
      verb: 'delete',
      kind,
      target: text(name),
      method: 'DELETE',
      path: objectPath(kind, name),
      body: deleteBody(options),
      signal: options.signal,
    });
  }

  async evict(pod: ObjectName, options: EvictOptions = {}): Promise<void> {
    await this.#json({
      verb: 'evict',
      kind: resourceKinds.pod,
      target: text(pod),
      method: 'POST',
      path: evictionPath(pod, options),
      body: evictionBody(pod, options),
      signal: options.signal,
    });
  }

  async #object(call: Call): Promise<KubernetesObject> {
    const object = (await this.#json(call)) as KubernetesObject | null;
    if (!object?.metadata?.name) throw this.#broken(call, 'an object without a name');
    return object;
  }

  #json(call: Call): Promise<unknown> {
    return this.#send(call, async (answer) => JSON.parse(await answer.body.text()) as unknown);
  }

  /** Sends one request; a success is read by `read`, everything else becomes a `ClusterError`. */
  async #send<T>(call: Call, read: (answer: Dispatcher.ResponseData) => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    const what = describe(call);
    let code = 'none';
    try {
      const lane = laneOf(call);
      const { dispatcher, headers } = await this.#config.connect(lane);
      const answer = await dispatcher.request({
        origin: this.#config.origin,
        path: this.#config.pathPrefix + call.path,
        method: call.method,
        headers: { ...this.#credentials(headers), ...this.#impersonation, ...this.#headersFor(call) },
        body: call.body === undefined ? null : JSON.stringify(call.body),
        headersTimeout: laneSettings[lane].headersTimeoutMs,
        bodyTimeout: laneSettings[lane].bodyTimeoutMs,
        signal: call.signal ?? null,
      });
      code = String(answer.statusCode);
      if (answer.statusCode >= 200 && answer.statusCode < 300) return await read(answer);
      const failed = { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
      throw errorFromAnswer(what, failed, call.pinned);
    } catch (error) {
      throw errorFromTransport(what, error);
    } finally {
      const durationMs = performance.now() - startedMs;
      this.#observer({ verb: call.verb, kind: call.kind.kind, code, durationMs });
    }
  }

  #credentials(ours: Record<string, string>): Record<string, string> {
    return this.#bearerToken === undefined ? ours : { authorization: `Bearer ${this.#bearerToken}` };
  }

  #headersFor(call: Call): Record<string, string> {
    const headers: Record<string, string> = { accept: 'application/json', 'user-agent': this.#userAgent };
    if (call.body !== undefined) headers['content-type'] = call.contentType ?? 'application/json';
    return headers;
  }

  #broken(call: Call, found: string): ClusterError {
    return new ClusterError('unreachable', `${describe(call)}: ${this.server} answered with ${found}`);
  }
}

function impersonationOf(who: ClientNodeClusterOptions['impersonated']): Record<string, string | string[]> {
  if (!who) return {};
  return {
    'impersonate-user': who.user,
    ...(who.groups.length > 0 && { 'impersonate-group': [...who.groups] }),
  };
}

const reviewCall = (kind: ResourceKind, spec: unknown): Call => ({
  verb: 'create',
  kind,
  target: '',
  method: 'POST',
  path: collectionPath(kind),
  body: { apiVersion: kind.apiVersion, kind: kind.kind, ...(spec !== undefined && { spec }) },
});

function laneOf(call: Call): Lane {
  if (call.verb === 'watch') return 'watches';
  return call.kind.kind === resourceKinds.lease.kind ? 'lease' : 'calls';
}

function describe(call: Call): string {
  return `${call.verb} ${call.kind.plural}${call.target ? ` ${call.target}` : ''}`;
}

function text(name: ObjectName): string {
  return name.namespace ? `${name.namespace}/${name.name}` : name.name;
}

function nameIn(object: KubernetesObject): ObjectName {
  return { namespace: object.metadata.namespace ?? '', name: object.metadata.name };
}
