import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject, ResourceKind } from '../../src/kubernetes/resource.ts';
import { collectionPath } from './api-paths.ts';
import type { RestAccess } from './rest-client.ts';

/** One version of an object as it was written. */
export interface Version {
  atMs: number;
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: KubernetesObject;
}

type Listener = (version: Version) => void;

/**
 * Every version of an object that was ever written, seen by a watch: what the controller said in between counts too, not
 * only where it ended. Goes on where it was after the API server's restart.
 */
export class ObjectHistory {
  readonly versions: Version[] = [];
  readonly #access: RestAccess;
  readonly #path: string;
  readonly #agent: Agent;
  readonly #end = new AbortController();
  readonly #listeners = new Set<Listener>();
  readonly #running: Promise<void>;
  #from = '0';

  private constructor(access: RestAccess, kind: ResourceKind, selector: string, namespace: string) {
    this.#access = access;
    this.#path = `${collectionPath(kind, namespace)}?watch=true&${selector}`;
    this.#agent = new Agent({ ca: readFileSync(access.caFile), keepAlive: true });
    this.#running = this.#run();
  }

  /** Of one object, from its version of now on, if there is one. */
  static of(access: RestAccess, kind: ResourceKind, name: string, namespace = 'default'): ObjectHistory {
    return new ObjectHistory(access, kind, `fieldSelector=metadata.name%3D${name}`, namespace);
  }

  /** Of all objects of a kind with a label. */
  static labelled(
    access: RestAccess,
    kind: ResourceKind,
    label: string,
    namespace = 'default',
  ): ObjectHistory {
    return new ObjectHistory(access, kind, `labelSelector=${encodeURIComponent(label)}`, namespace);
  }

  /** The objects as they were written, without those of deletions. */
  get objects(): KubernetesObject[] {
    return this.versions.filter(({ type }) => type !== 'DELETED').map(({ object }) => object);
  }

  /**
   * Resolves with the first version, from now on or from before, that is as asked, and in the very moment in which it is
   * seen. `at` is called right then.
   */
  until(
    what: string,
    is: (version: Version) => boolean,
    { timeoutMs = 60_000, at = () => undefined }: { timeoutMs?: number; at?: Listener } = {},
  ): Promise<Version> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#listeners.delete(look);
        const last = JSON.stringify(this.versions.at(-1)?.object);
        reject(new Error(`waited ${timeoutMs} ms until ${what}; the last version is ${last}`));
      }, timeoutMs);
      const look = (version: Version): boolean => {
        if (!is(version)) return false;
        clearTimeout(timer);
        this.#listeners.delete(look);
        at(version);
        resolve(version);
        return true;
      };
      if (!this.versions.some(look)) this.#listeners.add(look);
    });
  }

  async stop(): Promise<void> {
    this.#end.abort();
    this.#agent.destroy();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      // A watch ends by itself after some minutes, and with the API server.
      await this.#watch().catch(() => undefined);
      await sleep(100, undefined, { signal }).catch(() => undefined);
    }
  }

  async #watch(): Promise<void> {
    const lines = createInterface({ input: await this.#open() });
    for await (const line of lines) {
      const { type, object } = JSON.parse(line) as Version | { type: 'ERROR'; object: KubernetesObject };
      if (type === 'ERROR') {
        // The API server has forgotten this version: it begins again with what there is now.
        this.#from = '0';
        return;
      }
      this.#see({ atMs: Date.now(), type, object });
    }
  }

  #see(version: Version): void {
    const { resourceVersion = '', uid } = version.object.metadata;
    this.#from = resourceVersion;
    const known = this.versions.some(
      ({ object: { metadata } }) => metadata.uid === uid && metadata.resourceVersion === resourceVersion,
    );
    if (known) return;
    this.versions.push(version);
    for (const listener of [...this.#listeners]) listener(version);
  }

  #open(): Promise<IncomingMessage> {
    const { apiServerUrl, adminToken } = this.#access;
    return new Promise((resolve, reject) => {
      const call = request(
        `${apiServerUrl}${this.#path}&resourceVersion=${this.#from}`,
        {
          agent: this.#agent,
          headers: { authorization: `Bearer ${adminToken}`, accept: 'application/json' },
          signal: this.#end.signal,
        },
        (response) => {
          response.on('error', () => undefined);
          if (response.statusCode === 200) return resolve(response);
          response.resume();
          if (response.statusCode === 410) this.#from = '0';
          reject(new Error(`watch: ${response.statusCode}`));
        },
      );
      call.on('error', reject);
      call.end();
    });
  }
}
