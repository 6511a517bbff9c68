import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type KubernetesObject } from '../../src/kubernetes/resource.ts';
import { processIdOf } from '../../tools/local-cluster/node-agent/container-id.ts';
import type { LocalCluster } from '../../tools/local-cluster/local-cluster.ts';
import { readExposition } from './exposition.ts';
import type { ObjectHistory } from './object-history.ts';
import { waitFor } from './wait-for.ts';

interface ContainerStatus {
  state: { running?: object; terminated?: Ended };
  lastState: { terminated?: Ended };
  containerID?: string;
}
interface Ended {
  exitCode: number;
  containerID?: string;
}

const httpPort = 8080;

export const containerOf = ({ status }: KubernetesObject): ContainerStatus | undefined =>
  (status?.containerStatuses as ContainerStatus[] | undefined)?.[0];

/** One run of the controller in a pod, from the start of its process to its end. The same pod runs it again when it ends by itself. */
export class ControllerRun {
  /** The pod's name; the Lease and events name it. */
  readonly pod: string;
  /** Where it serves health, metrics and the dashboard, for the host. */
  readonly address: string;
  readonly pid: number;
  readonly #containerId: string;
  readonly #history: ObjectHistory;
  readonly #logs: string;

  private constructor(pod: KubernetesObject, address: string, history: ObjectHistory, cluster: LocalCluster) {
    this.pod = pod.metadata.name;
    this.address = address;
    this.#containerId = containerOf(pod)!.containerID!;
    this.pid = processIdOf(this.#containerId);
    this.#history = history;
    this.#logs = join(cluster.podLogsPath, pod.metadata.namespace!, this.pod);
  }

  /** Of the container that runs in this pod. Resolves when it is ready, by its own word: the probe asks for it every two seconds only. */
  static async of(
    pod: KubernetesObject,
    history: ObjectHistory,
    cluster: LocalCluster,
    timeoutMs: number,
  ): Promise<ControllerRun> {
    const port = await cluster.forward({ host: pod['status'].podIP as string, port: httpPort });
    const run = new ControllerRun(pod, `http://127.0.0.1:${port}`, history, cluster);
    await waitFor(
      `the controller in pod ${run.pod} is ready`,
      async () => {
        if (run.ended) throw new Error(`it has ended with ${run.#end?.exitCode}:\n${run.log.slice(-2_000)}`);
        return (await fetch(`${run.address}/readyz`)).ok;
      },
      { timeoutMs, everyMs: 50 },
    );
    return run;
  }

  /** Whether the node has said that it ended. */
  get ended(): boolean {
    return this.#end !== undefined;
  }

  /** All that the pod has logged so far, with the runs before. */
  get log(): string {
    const files = readdirSync(this.#logs).sort().reverse();
    return files.map((file) => readFileSync(join(this.#logs, file), 'utf8')).join('');
  }

  /** What it says of itself: the value of a series with these labels, undefined where there is none. */
  async metric(name: string, labels: Record<string, string> = {}): Promise<number | undefined> {
    const page = readExposition(await (await fetch(`${this.address}/metrics`)).text());
    const wanted = Object.entries({ __name__: name, ...labels });
    return page.find(({ labels: own }) => wanted.every(([label, value]) => own[label] === value))?.value;
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** Waits for its end; returns its exit code as the node says it: 128 and the signal's number after a signal. */
  async exitCode(): Promise<number> {
    await this.#history.until(`the controller in pod ${this.pod} has ended`, () => this.ended);
    return this.#end!.exitCode;
  }

  get #end(): Ended | undefined {
    return this.#history.objects
      .filter(({ metadata }) => metadata.name === this.pod)
      .flatMap((pod) => [containerOf(pod)?.state.terminated, containerOf(pod)?.lastState.terminated])
      .find((end) => end?.containerID === this.#containerId);
  }
}
