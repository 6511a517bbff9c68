import { ApiError, untilAnswered, type ApiClient } from './api-client.ts';
import type { ConfigMap, KubernetesObject, Secret } from './kubernetes-types.ts';
import { watchResource } from './resource-watch.ts';

/** The ConfigMap that holds the cluster's certificate authority, in each namespace. */
const rootCaName = 'kube-root-ca.crt';

export type ConfigKind = 'ConfigMap' | 'Secret';

/**
 * ConfigMaps and Secrets for pods. They are read from the API server when they are needed, so that a pod
 * never starts with an old one; a watch of their metadata says when to read again.
 */
export class ConfigObjects {
  private readonly client: ApiClient;
  private readonly rootCa: string;
  private readonly signal: AbortSignal;
  private readonly listeners = new Set<(key: string | undefined) => void>();

  constructor(client: ApiClient, rootCa: string, signal: AbortSignal) {
    this.client = client;
    this.rootCa = rootCa;
    this.signal = signal;
  }

  /** Follows both kinds until the signal aborts. */
  async follow(): Promise<void> {
    await Promise.all([this.followKind('ConfigMap', 'configmaps'), this.followKind('Secret', 'secrets')]);
  }

  /** The listener gets `objectKey(...)` of what changed, or undefined when anything can have changed. */
  onChange(listener: (key: string | undefined) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** A controller publishes the cluster's authority a moment after the namespace exists; pods need not wait. */
  async configMap(namespace: string, name: string): Promise<ConfigMap | undefined> {
    const found = await this.read<ConfigMap>('configmaps', namespace, name);
    if (found !== undefined || name !== rootCaName) return found;
    return { metadata: { name, namespace, uid: '' }, data: { 'ca.crt': this.rootCa } };
  }

  secret(namespace: string, name: string): Promise<Secret | undefined> {
    return this.read<Secret>('secrets', namespace, name);
  }

  private async read<T>(plural: string, namespace: string, name: string): Promise<T | undefined> {
    const path = `/api/v1/namespaces/${namespace}/${plural}/${encodeURIComponent(name)}`;
    try {
      return await untilAnswered(`read of ${path}`, this.signal, () => this.client.get<T>(path));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  private followKind(kind: ConfigKind, plural: string): Promise<void> {
    const tell = (key: string | undefined) => this.listeners.forEach((listener) => listener(key));
    return watchResource<KubernetesObject>(
      this.client,
      { path: `/api/v1/${plural}`, metadataOnly: true },
      {
        onList: () => tell(undefined),
        onChange: ({ metadata }) => tell(objectKey(kind, metadata.namespace, metadata.name)),
        // Running pods keep the last content of what was deleted, as with the kubelet.
        onDelete: () => undefined,
      },
      this.signal,
    );
  }
}

export function objectKey(kind: ConfigKind, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}
