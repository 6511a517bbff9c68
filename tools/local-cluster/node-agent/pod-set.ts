import { ApiError, untilAnswered } from './api-client.ts';
import type { Pod } from './kubernetes-types.ts';
import { log } from './log.ts';
import type { PodAddresses } from './pod-addresses.ts';
import { PodRunner, type PodServices } from './pod-runner.ts';

interface Entry {
  runner: PodRunner;
  address: string;
}

/** The pods that are bound to this node: starts, updates and ends them as the watch tells. */
export class PodSet {
  private readonly services: PodServices;
  private readonly addresses: PodAddresses;
  private readonly entries = new Map<string, Entry>();

  constructor(services: PodServices, addresses: PodAddresses) {
    this.services = services;
    this.addresses = addresses;
  }

  observeAll(pods: Pod[]): void {
    const present = new Set(pods.map((pod) => pod.metadata.uid));
    for (const uid of this.entries.keys()) {
      if (!present.has(uid)) this.abandon(uid);
    }
    // Those that had an address before an earlier agent ended come first, or a new pod could take it.
    for (const pod of [...pods].sort((a, b) => Number(!a.status?.podIP) - Number(!b.status?.podIP))) {
      try {
        this.observe(pod);
      } catch (error) {
        log(`${pod.metadata.namespace}/${pod.metadata.name} could not be started`, error);
      }
    }
  }

  observe(pod: Pod): void {
    const { uid, deletionTimestamp } = pod.metadata;
    const entry = this.entries.get(uid);
    if (entry) {
      entry.runner.update(pod);
      if (deletionTimestamp !== undefined) this.forgetAfter(uid, entry.runner.delete());
    } else if (deletionTimestamp !== undefined) {
      // Deleted before it was started here, or finished under an earlier agent: nothing runs.
      void this.confirmDeletion(pod);
    } else if (pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed') {
      this.start(pod);
    }
  }

  observeGone(pod: Pod): void {
    this.abandon(pod.metadata.uid);
  }

  /** Ends all processes; the API server is told nothing, the pods are not deleted. */
  async shutDown(graceSeconds: number): Promise<void> {
    await Promise.all([...this.entries.values()].map(({ runner }) => runner.abandon(graceSeconds)));
  }

  private start(pod: Pod): void {
    const address = this.addresses.allocate(pod.status?.podIP);
    try {
      const place = { podIp: address, hostIp: this.services.config.nodeAddress };
      this.entries.set(pod.metadata.uid, { runner: new PodRunner(pod, place, this.services), address });
    } catch (error) {
      this.addresses.release(address);
      throw error;
    }
  }

  private abandon(uid: string): void {
    const entry = this.entries.get(uid);
    if (entry) this.forgetAfter(uid, entry.runner.abandon());
  }

  /** The address is free again only when no process can hold it. */
  private forgetAfter(uid: string, ended: Promise<void>): void {
    ended
      .catch((error: unknown) => log(`pod ${uid} did not end in order`, error))
      .finally(() => {
        const entry = this.entries.get(uid);
        if (entry) this.addresses.release(entry.address);
        this.entries.delete(uid);
      });
  }

  private async confirmDeletion(pod: Pod): Promise<void> {
    const { namespace, name, uid } = pod.metadata;
    const { client, signal } = this.services;
    try {
      await untilAnswered(`deletion of ${namespace}/${name}`, signal, () =>
        client.delete(`/api/v1/namespaces/${namespace}/pods/${name}`, {
          gracePeriodSeconds: 0,
          preconditions: { uid },
        }),
      );
    } catch (error) {
      const gone = error instanceof ApiError && (error.status === 404 || error.status === 409);
      if (!gone) log(`${namespace}/${name} could not be deleted`, error);
    }
  }
}
