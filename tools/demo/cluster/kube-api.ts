import { setTimeout as sleep } from 'node:timers/promises';
import { errorFromAnswer, errorFromTransport } from '../../../src/kubernetes/error-mapping.ts';
import { ClusterError } from '../../../src/kubernetes/cluster-error.ts';
import { collectionPath, objectPath } from '../../../src/kubernetes/paths.ts';
import { PooledKubeConfig } from '../../../src/kubernetes/pooled-kube-config.ts';
import type { KubernetesObject, ResourceKind } from '../../../src/kubernetes/resource.ts';
import { readWatchEvents } from '../../../src/kubernetes/watch-stream.ts';

/** As `kubectl apply --server-side` does, so that a person can go on with kubectl and meets no conflict. */
const fieldManager = 'kubectl';
const callTimeoutMs = 30_000;
const watchSeconds = 300;
const retryDelayMs = 200;

/** One object, by its kind and name. */
export interface ObjectAddress {
  readonly kind: ResourceKind;
  readonly namespace: string;
  readonly name: string;
}

/** The API server as the demo's user sees it: whatever a kubeconfig can name, any kind, nothing retried. */
export class KubeApi {
  readonly #config: PooledKubeConfig;
  /** Kinds by `apiVersion kind`, as the server names them. */
  readonly #kinds = new Map<string, ResourceKind>();

  private constructor(config: PooledKubeConfig) {
    this.#config = config;
  }

  /** Reads the kubeconfig; makes no request. Throws `ClusterError`. */
  static async connect(kubeconfigPath: string): Promise<KubeApi> {
    return new KubeApi(await PooledKubeConfig.load({ kubeconfig: kubeconfigPath }));
  }

  /** The server's version, such as `v1.36.2`. */
  async version(): Promise<string> {
    return ((await this.#json('GET', '/version')) as { gitVersion: string }).gitVersion;
  }

  /** An object, or undefined when it is not there. */
  async get({ kind, namespace, name }: ObjectAddress): Promise<KubernetesObject | undefined> {
    try {
      return (await this.#json('GET', objectPath(kind, { namespace, name }))) as KubernetesObject;
    } catch (error) {
      if (ClusterError.is(error, 'notFound')) return undefined;
      throw error;
    }
  }

  async list(kind: ResourceKind, namespace?: string): Promise<KubernetesObject[]> {
    const { items } = (await this.#json('GET', collectionPath(kind, namespace))) as {
      items: KubernetesObject[];
    };
    return items;
  }

  /** As `kubectl apply --server-side --force-conflicts`, of an object of any kind that the server serves. */
  async apply(object: KubernetesObject): Promise<KubernetesObject> {
    const path = await this.#pathOf(object);
    const query = `?fieldManager=${fieldManager}&force=true&fieldValidation=Strict`;
    return (await this.#json('PATCH', path + query, object)) as KubernetesObject;
  }

  /** Deletes an object; one that is gone already is no error. */
  async remove(object: KubernetesObject): Promise<void> {
    try {
      await this.#json('DELETE', await this.#pathOf(object));
    } catch (error) {
      if (!ClusterError.is(error, 'notFound')) throw error;
    }
  }

  /** The kind that the server serves under this name; undefined when it serves none. */
  async findKind(apiVersion: string, kind: string): Promise<ResourceKind | undefined> {
    const known = this.#kinds.get(`${apiVersion} ${kind}`);
    if (known) return known;
    const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const answer = await this.#json('GET', path).catch((error: unknown) => {
      if (ClusterError.is(error, 'notFound')) return { resources: [] };
      throw error;
    });
    type Resource = { name: string; kind: string; namespaced: boolean };
    for (const { name, kind: served, namespaced } of (answer as { resources: Resource[] }).resources) {
      if (name.includes('/')) continue;
      this.#kinds.set(`${apiVersion} ${served}`, { apiVersion, kind: served, plural: name, namespaced });
    }
    return this.#kinds.get(`${apiVersion} ${kind}`);
  }

  /**
   * Calls `onChange` with the object now and after each change (undefined: it is not there), until `signal` ends it.
   * A broken watch is begun again, and what broke it is told to `onError`.
   */
  async follow(
    address: ObjectAddress,
    onChange: (object: KubernetesObject | undefined) => void,
    signal: AbortSignal,
    onError: (error: unknown) => void = () => undefined,
  ): Promise<void> {
    const collection = collectionPath(address.kind, address.namespace);
    const selector = `fieldSelector=${encodeURIComponent(`metadata.name=${address.name}`)}`;
    while (!signal.aborted) {
      try {
        const list = (await this.#json('GET', `${collection}?${selector}`)) as {
          metadata: { resourceVersion: string };
          items: KubernetesObject[];
        };
        onChange(list.items[0]);
        const from = `resourceVersion=${list.metadata.resourceVersion}&timeoutSeconds=${watchSeconds}`;
        await this.#watch(`${collection}?watch=true&${selector}&${from}`, onChange, signal);
      } catch (error) {
        if (signal.aborted) return;
        onError(error);
      }
      await sleep(retryDelayMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** The end of what a container printed; undefined when the server cannot say. */
  async podLog(namespace: string, pod: string): Promise<string | undefined> {
    const path = `/api/v1/namespaces/${namespace}/pods/${pod}/log?tailLines=5000`;
    return await this.#send('GET', path).catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.#config.close();
  }

  async #watch(
    path: string,
    onChange: (object: KubernetesObject | undefined) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { dispatcher, headers } = await this.#config.connect('watches');
    const answer = await dispatcher.request({
      origin: this.#config.origin,
      path: this.#config.pathPrefix + path,
      method: 'GET',
      headers,
      headersTimeout: callTimeoutMs,
      bodyTimeout: 0,
      signal,
    });
    const what = `watch ${path}`;
    if (answer.statusCode !== 200) {
      const body = await answer.body.text();
      throw errorFromAnswer(what, { status: answer.statusCode, headers: answer.headers, body });
    }
    for await (const event of readWatchEvents(what, answer.body)) {
      if (event.type !== 'BOOKMARK') onChange(event.type === 'DELETED' ? undefined : event.object);
    }
  }

  async #pathOf(object: KubernetesObject): Promise<string> {
    const kind = await this.findKind(object.apiVersion, object.kind);
    const { name, namespace = '' } = object.metadata;
    if (kind) return objectPath(kind, { name, namespace });
    throw new ClusterError('notFound', `the API server does not serve ${object.apiVersion} ${object.kind}`);
  }

  async #json(method: 'GET' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<unknown> {
    return JSON.parse(await this.#send(method, path, body)) as unknown;
  }

  async #send(method: 'GET' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<string> {
    const what = `${method} ${path.split('?')[0]}`;
    try {
      const { dispatcher, headers } = await this.#config.connect('calls');
      const answer = await dispatcher.request({
        origin: this.#config.origin,
        path: this.#config.pathPrefix + path,
        method,
        headers: {
          ...headers,
          accept: 'application/json, */*',
          // JSON is YAML.
          ...(body === undefined ? {} : { 'content-type': 'application/apply-patch+yaml' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(callTimeoutMs),
      });
      const text = await answer.body.text();
      if (answer.statusCode >= 200 && answer.statusCode < 300) return text;
      throw errorFromAnswer(what, { status: answer.statusCode, headers: answer.headers, body: text });
    } catch (error) {
      throw errorFromTransport(what, error);
    }
  }
}
