import { RestartBackoff, exponentialDelayMs } from './backoff.ts';
import { containerIdOf } from './container-id.ts';
import { launchError } from './container-launch.ts';
import type { ContainerProcess, ProcessExit } from './container-process.ts';
import type { HandlerTarget } from './handler-attempt.ts';
import type { Container, ContainerState, ContainerStatus, TerminatedState } from './kubernetes-types.ts';
import { log } from './log.ts';
import { aborted, pause } from './pause.ts';
import { timestamp } from './pod-status.ts';
import { RunningContainer } from './running-container.ts';

export type ContainerKind = 'init' | 'sidecar' | 'main';

/** What a container needs to be started once; made anew for each start. */
export interface PreparedContainer {
  commandLine: string[];
  environment: Record<string, string>;
  folder: string;
}

/** What the pod does for its containers. */
export interface ContainerHost {
  /** Waits until the image is in the table, or the signal aborts. */
  untilImageKnown(
    image: string,
    report: (reason: string, message: string) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Throws where the container's configuration cannot be resolved. */
  prepare(container: Container): Promise<PreparedContainer>;
  start(container: Container, prepared: PreparedContainer): ContainerProcess;
  readonly handlers: Pick<HandlerTarget, 'nsenter' | 'podIp'>;
  /** The status of the container has changed. */
  changed(): void;
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
  readonly graceSeconds: number;
}

/** Runs one container from its first start to its last end, and keeps its status. */
export class ContainerRunner {
  readonly container: Container;
  readonly kind: ContainerKind;
  status: ContainerStatus;
  private readonly host: ContainerHost;
  private readonly label: string;
  private readonly backoff = new RestartBackoff();
  private readonly stopping = new AbortController();
  private readonly startedOnce = new AbortController();
  private current: RunningContainer | undefined;
  private starts: number;

  constructor(
    container: Container,
    kind: ContainerKind,
    host: ContainerHost,
    label: string,
    before?: ContainerStatus,
  ) {
    this.container = container;
    this.kind = kind;
    this.host = host;
    this.label = `${label}/${container.name}`;
    const ranBefore = before && !(before.state.waiting && !before.lastState.terminated);
    this.starts = (before?.restartCount ?? 0) + (ranBefore ? 1 : 0);
    this.status = {
      name: container.name,
      image: container.image,
      imageID: '',
      state: { waiting: { reason: 'ContainerCreating' } },
      lastState: before?.lastState ?? {},
      ready: false,
      started: false,
      restartCount: before?.restartCount ?? 0,
    };
    if (before?.state.running) this.recordLostRun(before.state.running.startedAt);
  }

  /** Resolves when the container will not run again: its work is done, its policy says so, or it was stopped. */
  async run(): Promise<void> {
    try {
      while (!this.stopping.signal.aborted) {
        const prepared = await this.untilPrepared();
        if (prepared === undefined) return;
        const exit = await this.runOnce(prepared);
        const terminated = this.terminatedState(exit, prepared);
        if (this.stopping.signal.aborted || !this.runsAgain(terminated)) {
          // An init container that has done its work counts as ready.
          this.set({ terminated }, this.kind === 'init' && terminated.exitCode === 0);
          return;
        }
        this.status.lastState = { terminated };
        await this.backOff(exit.finishedAtMs - exit.startedAtMs, terminated);
      }
    } finally {
      this.startedOnce.abort();
    }
  }

  /** Resolves when the container has started (its startup probe has succeeded), or when it ended for good. */
  untilStarted(): Promise<void> {
    return aborted(this.startedOnce.signal);
  }

  /** Ends the container for good: preStop hook, SIGTERM, and SIGKILL when the signal aborts. */
  async stop(killAt: AbortSignal): Promise<void> {
    this.stopping.abort();
    await this.current?.end(killAt);
  }

  /** Why it waits, while volumes or earlier containers are in the way. */
  wait(reason: string, message?: string): void {
    if (!this.status.state.waiting) return;
    this.set({ waiting: message === undefined ? { reason } : { reason, message } });
  }

  private async untilPrepared(): Promise<PreparedContainer | undefined> {
    const { signal } = this.stopping;
    for (let failures = 1; ; failures += 1) {
      await this.host.untilImageKnown(
        this.container.image,
        (reason, message) => this.wait(reason, message),
        signal,
      );
      if (signal.aborted) return undefined;
      try {
        const prepared = await this.host.prepare(this.container);
        return signal.aborted ? undefined : prepared;
      } catch (error) {
        this.wait('CreateContainerConfigError', (error as Error).message);
        await pause(exponentialDelayMs(failures, 1_000, 10_000), signal);
      }
    }
  }

  private async runOnce(prepared: PreparedContainer): Promise<ProcessExit> {
    const process = this.host.start(this.container, prepared);
    this.status.restartCount = this.starts;
    this.starts += 1;
    this.status.imageID = `process://${this.container.image}`;
    this.status.containerID = containerIdOf(process.pid, process.startedAtMs);
    const target = {
      ...this.host.handlers,
      container: this.container,
      environment: prepared.environment,
      pid: process.pid,
    };
    const { readinessProbe, startupProbe } = this.container;
    const started = !startupProbe;
    this.set({ running: { startedAt: timestamp(process.startedAtMs) } }, started && !readinessProbe, started);
    this.current = new RunningContainer(process, target, this.host.graceSeconds, {
      onStarted: () => {
        this.startedOnce.abort();
        this.set(this.status.state, !readinessProbe, true);
      },
      onReady: (ready, message) => {
        if (ready === this.status.ready) return;
        log(`${this.label} is ${ready ? 'ready' : 'not ready'}: ${message}`);
        this.set(this.status.state, ready, true);
      },
      onFailed: (kind, message) => log(`${this.label}: ${kind} probe failed, it is restarted: ${message}`),
    });
    this.current.begin();
    const exit = await process.exited;
    this.current = undefined;
    return exit;
  }

  private runsAgain({ exitCode }: TerminatedState): boolean {
    if (this.kind === 'sidecar') return true;
    if (this.host.restartPolicy === 'Never') return false;
    if (this.kind === 'main' && this.host.restartPolicy === 'Always') return true;
    return exitCode !== 0;
  }

  private async backOff(ranForMs: number, terminated: TerminatedState): Promise<void> {
    const delayMs = this.backoff.delayAfterRunMs(ranForMs);
    log(`${this.label} ended with exit code ${terminated.exitCode}, started again in ${delayMs} ms`);
    const message = `back-off ${delayMs / 1_000}s restarting container ${this.container.name}`;
    this.set({ waiting: { reason: 'CrashLoopBackOff', message } });
    await pause(delayMs, this.stopping.signal);
    if (this.stopping.signal.aborted) this.set({ terminated });
  }

  private terminatedState(exit: ProcessExit, prepared: PreparedContainer): TerminatedState {
    const startError = exit.spawnError ?? launchError(prepared.folder, exit.exitCode);
    return {
      exitCode: startError === undefined ? exit.exitCode : 128,
      ...(exit.signal === undefined ? {} : { signal: exit.signal }),
      reason: startError !== undefined ? 'StartError' : exit.exitCode === 0 ? 'Completed' : 'Error',
      ...(startError === undefined ? {} : { message: startError }),
      startedAt: timestamp(exit.startedAtMs),
      finishedAt: timestamp(exit.finishedAtMs),
      containerID: this.status.containerID,
    };
  }

  /** The API server remembers a run that ended with an earlier agent. */
  private recordLostRun(startedAt: string): void {
    const message = 'the node agent that ran the container ended';
    const finishedAt = timestamp(Date.now());
    this.status.lastState = {
      terminated: { exitCode: 137, reason: 'Error', message, startedAt, finishedAt },
    };
  }

  private set(state: ContainerState, ready = false, started = false): void {
    this.status = { ...this.status, state, ready, started };
    this.host.changed();
  }
}
