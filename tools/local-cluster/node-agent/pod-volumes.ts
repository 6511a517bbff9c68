import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiClient } from './api-client.ts';
import { AtomicFolder } from './atomic-folder.ts';
import { objectKey, type ConfigObjects } from './config-objects.ts';
import type { PodPlace } from './field-reference.ts';
import type { Container, Pod, ProjectedSource, Volume } from './kubernetes-types.ts';
import { describeError, log } from './log.ts';
import type { BindMount } from './mount-plan.ts';
import { ServiceAccountToken } from './service-account-token.ts';
import {
  configMapKeys,
  downwardPayload,
  keysPayload,
  secretKeys,
  VolumeError,
  type Payload,
} from './volume-payload.ts';

export interface VolumeServices {
  client: ApiClient;
  objects: ConfigObjects;
  signal: AbortSignal;
}

const defaultMode = 0o644;
const renewalRetryMs = 10_000;

/** The volumes of one pod as folders on this machine, kept up to date while the pod lives. */
export class PodVolumes {
  private pod: Pod;
  private readonly place: PodPlace;
  private readonly folder: string;
  private readonly services: VolumeServices;
  private readonly folders = new Map<string, AtomicFolder>();
  private readonly tokens = new Map<string, ServiceAccountToken>();
  private readonly uses = new Set<string>();
  private readonly unsubscribe: () => void;
  private renewal: NodeJS.Timeout | undefined;
  private refreshing: Promise<void> | undefined;
  private refreshAgain = false;
  private closed = false;

  constructor(pod: Pod, place: PodPlace, folder: string, services: VolumeServices) {
    this.pod = pod;
    this.place = place;
    this.folder = folder;
    this.services = services;
    this.unsubscribe = services.objects.onChange((key) => {
      if (this.uses.size > 0 && (key === undefined || this.uses.has(key))) this.refresh();
    });
  }

  /** Makes and fills all volumes; throws `VolumeError` where one cannot be. */
  async fill(): Promise<void> {
    for (const volume of this.pod.spec.volumes ?? []) {
      if (this.closed) return;
      if (volume.hostPath) checkHostPath(volume);
      else if (volume.emptyDir) mkdirSync(this.pathOf(volume.name), { recursive: true });
      else await this.write(volume);
    }
    this.planRenewal();
  }

  /** What a container mounts, for its mount plan. */
  mountsOf(container: Container): BindMount[] {
    return (container.volumeMounts ?? []).map((mount) => {
      const volume = this.pod.spec.volumes?.find((v) => v.name === mount.name);
      if (!volume) throw new VolumeError(`volumeMounts: the pod has no volume ${mount.name}`);
      const base = volume.hostPath?.path ?? this.pathOf(volume.name);
      const source = mount.subPath === undefined ? base : join(base, mount.subPath);
      if (mount.subPath !== undefined && volume.emptyDir) mkdirSync(source, { recursive: true });
      const writable = volume.emptyDir !== undefined || volume.hostPath !== undefined;
      return { source, target: mount.mountPath, readOnly: mount.readOnly === true || !writable };
    });
  }

  /** Labels and annotations of the pod can have changed. */
  update(pod: Pod): void {
    const before = this.pod.metadata;
    this.pod = pod;
    const { labels, annotations } = pod.metadata;
    if (JSON.stringify([before.labels, before.annotations]) !== JSON.stringify([labels, annotations]))
      this.refresh();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.renewal);
    this.unsubscribe();
  }

  remove(): void {
    this.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private pathOf(volume: string): string {
    return join(this.folder, volume);
  }

  /** Fills once more, and once after that where a change came meanwhile; a failure keeps the old content. */
  private refresh(): void {
    if (this.closed) return;
    if (this.refreshing) {
      this.refreshAgain = true;
      return;
    }
    this.refreshing = this.fill()
      .catch((error: unknown) => {
        log(`volumes of ${this.pod.metadata.namespace}/${this.pod.metadata.name} keep their content`, error);
        this.planRenewal();
      })
      .finally(() => {
        this.refreshing = undefined;
        if (this.refreshAgain) {
          this.refreshAgain = false;
          this.refresh();
        }
      });
  }

  private planRenewal(): void {
    clearTimeout(this.renewal);
    if (this.tokens.size === 0 || this.closed) return;
    const nextMs = Math.min(...[...this.tokens.values()].map((token) => token.renewAtMs));
    // A renewal that just failed is due in the past: it is tried again after a while, not at once.
    const delayMs = Math.max(nextMs - Date.now(), renewalRetryMs);
    this.renewal = setTimeout(() => this.refresh(), Math.min(delayMs, 2 ** 31 - 1));
    this.renewal.unref();
  }

  private async write(volume: Volume): Promise<void> {
    const payload = await this.payloadOf(volume);
    if (this.closed) return;
    const folder = this.folders.get(volume.name) ?? new AtomicFolder(this.pathOf(volume.name));
    this.folders.set(volume.name, folder);
    folder.write(payload);
  }

  private async payloadOf(volume: Volume): Promise<Payload> {
    if (volume.configMap) {
      return this.sourcePayload(volume.name, { configMap: volume.configMap }, volume.configMap.defaultMode);
    }
    if (volume.secret) {
      const { secretName: name, items, optional } = volume.secret;
      return this.sourcePayload(
        volume.name,
        { secret: { name, items, optional } },
        volume.secret.defaultMode,
      );
    }
    if (volume.downwardAPI) {
      return this.sourcePayload(
        volume.name,
        { downwardAPI: volume.downwardAPI },
        volume.downwardAPI.defaultMode,
      );
    }
    if (volume.projected) {
      const all: Payload = new Map();
      for (const [index, source] of (volume.projected.sources ?? []).entries()) {
        const part = await this.sourcePayload(
          `${volume.name}/${index}`,
          source,
          volume.projected.defaultMode,
        );
        for (const [path, file] of part) all.set(path, file);
      }
      return all;
    }
    const type = Object.keys(volume).find((key) => key !== 'name') ?? 'none';
    throw new VolumeError(
      `volume ${volume.name}: type ${type} is not supported; ` +
        'accepted are emptyDir, hostPath, configMap, secret, downwardAPI and projected',
    );
  }

  private async sourcePayload(
    key: string,
    source: Pick<ProjectedSource, 'configMap' | 'secret' | 'downwardAPI' | 'serviceAccountToken'>,
    mode = defaultMode,
  ): Promise<Payload> {
    const { namespace } = this.pod.metadata;
    const { objects, client, signal } = this.services;
    if (source.configMap) {
      const name = source.configMap.name ?? '';
      this.uses.add(objectKey('ConfigMap', namespace, name));
      const keys = configMapKeys(await objects.configMap(namespace, name));
      return keysPayload(`ConfigMap ${namespace}/${name}`, keys, source.configMap, mode);
    }
    if (source.secret) {
      const name = source.secret.name ?? '';
      this.uses.add(objectKey('Secret', namespace, name));
      const keys = secretKeys(await objects.secret(namespace, name));
      return keysPayload(`Secret ${namespace}/${name}`, keys, source.secret, mode);
    }
    if (source.serviceAccountToken) {
      const wanted = source.serviceAccountToken;
      const token = this.tokens.get(key) ?? new ServiceAccountToken(client, wanted, signal);
      this.tokens.set(key, token);
      return new Map([[wanted.path, { content: Buffer.from(await token.read(this.pod)), mode }]]);
    }
    if (source.downwardAPI) return downwardPayload(this.pod, this.place, source.downwardAPI.items, mode);
    throw new VolumeError(`volume ${key}: source ${Object.keys(source).join(', ')} is not supported`);
  }
}

function checkHostPath(volume: Volume): void {
  const { path = '', type = '' } = volume.hostPath ?? {};
  try {
    if (type.endsWith('OrCreate')) mkdirSync(path, { recursive: true });
    statSync(path);
  } catch (error) {
    throw new VolumeError(`volume ${volume.name}: hostPath ${path}: ${describeError(error)}`);
  }
}
