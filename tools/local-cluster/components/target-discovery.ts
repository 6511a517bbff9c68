import { rename, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeClient, WatchEvent } from '../cluster/kube-client.ts';
import { targetGroups, type ScrapedPod } from './scrape-targets.ts';

const retryDelayMs = 500;
const collectMs = 50;

interface PodList {
  metadata: { resourceVersion: string };
  items: ScrapedPod[];
}

/**
 * Keeps Prometheus' file of targets in step with the pods. Prometheus has a discovery of its own for this, but
 * Debian's build of it comes without; a file works with every build, and Prometheus sees its changes at once.
 */
export class TargetDiscovery {
  readonly #kube: KubeClient;
  readonly #file: string;
  readonly #end = new AbortController();
  #pods = new Map<string, ScrapedPod>();
  #written = '';
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(kube: KubeClient, file: string) {
    this.#kube = kube;
    this.#file = file;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#end.abort();
    clearTimeout(this.#timer);
    await this.#running;
    await this.#writing;
    this.#kube.close();
  }

  /** List, watch from there, and again from the start whenever the watch ends: the API server may restart. */
  async #run(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      try {
        const list = await this.#kube.get<PodList>('/api/v1/pods');
        this.#pods = new Map(list.items.map((pod) => [pod.metadata.uid, pod]));
        this.#scheduleWrite();
        const path = `/api/v1/pods?watch=true&resourceVersion=${list.metadata.resourceVersion}`;
        await this.#kube.watch<ScrapedPod>(path, (event) => this.#onEvent(event), signal);
      } catch {
        // The API server is down or has forgotten the version: listing again is the answer to both.
      }
      await sleep(retryDelayMs, undefined, { signal }).catch(() => undefined);
    }
  }

  #onEvent({ type, object }: WatchEvent<ScrapedPod>): void {
    if (type === 'ERROR') throw new Error('the watch has ended');
    if (type === 'DELETED') this.#pods.delete(object.metadata.uid);
    else this.#pods.set(object.metadata.uid, object);
    this.#scheduleWrite();
  }

  #scheduleWrite(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#writing.then(() => this.#write());
    }, collectMs);
  }

  async #write(): Promise<void> {
    const text = JSON.stringify(targetGroups(this.#pods.values()), null, 2);
    if (text === this.#written || this.#end.signal.aborted) return;
    this.#written = text;
    const temporary = `${this.#file}.part`;
    await writeFile(temporary, text)
      .then(() => rename(temporary, this.#file))
      .catch(() => {
        // The folder goes away under a cluster that ends; the next write tries again otherwise.
        this.#written = '';
      });
  }
}
