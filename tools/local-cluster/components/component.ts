import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { ClusterNamespace } from '../cluster/namespace.ts';
import { waitUntil } from '../cluster/wait-until.ts';

/** How one program of the cluster is run. */
export interface ComponentSpec {
  name: string;
  command: string;
  args: string[];
  environment?: Record<string, string>;
  /** The real sign that it works, asked until it is true. */
  isReady: () => Promise<boolean>;
  readyTimeoutMs: number;
  /** How long it may take to end by itself after SIGTERM. */
  stopTimeoutMs: number;
}

/** A component that ended or did not become ready; the message holds the end of its log. */
export class ComponentFailed extends Error {
  override readonly name = 'ComponentFailed';
}

const restartLimit = 5;
const restartDelayMs = 1000;
const logTailLines = 12;

/** One running program: start, readiness, stop, and restart when it ends unasked. */
export class Component {
  readonly spec: ComponentSpec;
  readonly #namespace: Pick<ClusterNamespace, 'spawn'>;
  readonly #logFile: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #onChange: (message?: string) => void;
  #process: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #wanted = false;
  #restarts = 0;
  #restartTimer: NodeJS.Timeout | undefined;
  /** While it starts: ends the wait for readiness at once when there is no point in it. */
  #starting: AbortController | undefined;

  constructor(
    spec: ComponentSpec,
    namespace: Pick<ClusterNamespace, 'spawn'>,
    logFile: string,
    environment: NodeJS.ProcessEnv,
    /** Told whenever the process id changes, with a message when something went wrong. */
    onChange: (message?: string) => void,
  ) {
    this.spec = spec;
    this.#namespace = namespace;
    this.#logFile = logFile;
    this.#environment = environment;
    this.#onChange = onChange;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Starts it and resolves when it is ready. */
  async start(): Promise<void> {
    if (this.#process !== undefined) return;
    this.#wanted = true;
    this.#restarts = 0;
    const ready = this.#untilReady();
    this.#launch();
    await ready;
  }

  /** Ends it: SIGTERM, and SIGKILL when the time that it may take is over. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#wanted = false;
    this.#starting?.abort(new Error(`${this.spec.name} was stopped while it started`));
    clearTimeout(this.#restartTimer);
    const child = this.#process;
    if (child === undefined) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), this.spec.stopTimeoutMs);
    await this.#exited;
    clearTimeout(timer);
  }

  #launch(): void {
    const log = openSync(this.#logFile, 'a', 0o600);
    const child = this.#namespace.spawn(this.spec.command, this.spec.args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...this.#environment, ...this.spec.environment },
      cwd: '/',
    });
    closeSync(log);
    this.#process = child;
    this.#exited = new Promise((resolve) => {
      const gone = (reason: string) => {
        if (this.#process !== child) return;
        this.#process = undefined;
        resolve();
        this.#ended(reason);
      };
      child.once('error', (error) => gone(error.message));
      child.once('exit', (code, signal) => gone(signal ?? `exit code ${code}`));
    });
    this.#onChange();
  }

  #ended(reason: string): void {
    if (!this.#wanted) return this.#onChange();
    if (this.#starting !== undefined) {
      this.#wanted = false;
      this.#starting.abort(new Error(`${this.spec.name} ended while it started (${reason})`));
      return this.#onChange();
    }
    if (this.#restarts >= restartLimit) {
      return this.#onChange(
        `${this.spec.name} ended (${reason}) for the ${restartLimit}th time and stays down`,
      );
    }
    this.#restarts += 1;
    this.#onChange(
      `${this.spec.name} ended unexpectedly (${reason}); it starts again in ${restartDelayMs / 1000} s`,
    );
    this.#restartTimer = setTimeout(() => {
      if (this.#wanted && this.#process === undefined) this.#launch();
    }, restartDelayMs);
    this.#restartTimer.unref();
  }

  async #untilReady(): Promise<void> {
    const { name, isReady, readyTimeoutMs } = this.spec;
    const starting = new AbortController();
    this.#starting = starting;
    try {
      const options = { what: `${name}: readiness`, timeoutMs: readyTimeoutMs, signal: starting.signal };
      await waitUntil(isReady, options);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ComponentFailed(`${reason}\n${await this.#logTail()}`, { cause: error });
    } finally {
      this.#starting = undefined;
    }
  }

  async #logTail(): Promise<string> {
    const text = await readFile(this.#logFile, 'utf8').catch(() => '');
    const lines = text.trimEnd().split('\n').slice(-logTailLines);
    return `The end of its log:\n${lines.map((line) => `  ${line}`).join('\n')}`;
  }
}
