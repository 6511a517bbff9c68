import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { stringify } from 'yaml';
import { environmentOf, readDockerfile } from '../../tools/image/dockerfile.ts';
import { waitFor } from './wait-for.ts';

export interface ControllerProcessOptions {
  kubeconfigPath: string;
  /** The configuration file's content. */
  config: Record<string, unknown>;
  /** Stands for the pod's name in the Lease and in events. */
  name: string;
  /** How long its start may take: with ten thousand objects on a busy machine, minutes. Default: a minute. */
  readyWithinMs?: number;
}

/** What the image sets for the controller: its memory is measured as it is shipped. */
const imageEnvironment = () => environmentOf(readDockerfile().at(-1)!.instructions);

/** The built program as a process of its own, for benchmarks, which measure nothing beside it. Tests run the pod of the chart: `installController`. */
export class ControllerProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #folder: string;
  #lines = '';

  private constructor(name: string, child: ChildProcess, folder: string) {
    this.name = name;
    this.#child = child;
    this.#folder = folder;
  }

  /** Starts it, and waits until it serves its health endpoint and its caches are in step. */
  static async start({
    kubeconfigPath,
    config,
    name,
    readyWithinMs = 60_000,
  }: ControllerProcessOptions): Promise<ControllerProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'understudy-controller-'));
    const configPath = join(folder, 'config.yaml');
    writeFileSync(configPath, stringify({ http: { host: '127.0.0.1', port: 0 }, ...config }));
    const child = spawn(process.execPath, ['dist/main.js', '--config', configPath], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...imageEnvironment(),
        NODE_OPTIONS: '',
        KUBECONFIG: kubeconfigPath,
        POD_NAME: name,
        POD_NAMESPACE: 'understudy-system',
      },
    });
    const started = new ControllerProcess(name, child, folder);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        started.#lines += chunk.toString();
      });
    }
    const isReady = async () => {
      if (!started.running) throw new Error(`the controller ended at its start:\n${started.#lines}`);
      const address = started.address;
      return address !== undefined && (await fetch(`${address}/readyz`)).ok;
    };
    await waitFor('the controller is ready', isReady, { timeoutMs: readyWithinMs });
    return started;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Everything that it logged so far. */
  get log(): string {
    return this.#lines;
  }

  /** Where it serves health and metrics: it says so when it listens. */
  get address(): string | undefined {
    const port = /"port":(\d+)/.exec(this.#lines)?.[1];
    return port === undefined ? undefined : `http://127.0.0.1:${port}`;
  }

  async metrics(): Promise<string> {
    return await (await fetch(`${this.address}/metrics`)).text();
  }

  /** Ends it in the given way and waits for the end; returns its exit code, null after a signal. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    rmSync(this.#folder, { recursive: true, force: true });
    if (!this.running) return this.#child.exitCode;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    const [code] = (await ended) as [number | null];
    return code;
  }
}
