import { ContainerProbes, type ProbeEvents } from './container-probes.ts';
import type { ContainerProcess } from './container-process.ts';
import { attemptHandler, type HandlerTarget } from './handler-attempt.ts';
import type { Container, Handler } from './kubernetes-types.ts';
import { log } from './log.ts';
import { aborted, pause } from './pause.ts';

const lastRespiteMs = 2_000;

/** One run of a container: its probes, its lifecycle hooks, and its orderly end. */
export class RunningContainer {
  private readonly container: Container;
  private readonly process: ContainerProcess;
  private readonly target: HandlerTarget;
  private readonly graceSeconds: number;
  private readonly probes: ContainerProbes;
  private readonly over = new AbortController();
  /** preStop hook and SIGTERM: done once, however many reasons there are to end the container. */
  private asking: Promise<void> | undefined;
  private asked = false;

  constructor(process: ContainerProcess, target: HandlerTarget, graceSeconds: number, events: ProbeEvents) {
    this.process = process;
    this.target = target;
    this.container = target.container;
    this.graceSeconds = graceSeconds;
    this.probes = new ContainerProbes(target, {
      onStarted: () => events.onStarted(),
      onReady: (ready, message) => events.onReady(ready, message),
      onFailed: (kind, message) => {
        events.onFailed(kind, message);
        const probe = kind === 'startup' ? this.container.startupProbe : this.container.livenessProbe;
        this.endWithin(probe?.terminationGracePeriodSeconds ?? graceSeconds);
      },
    });
    void process.exited.then(() => {
      this.over.abort();
      this.probes.stop();
    });
  }

  begin(): void {
    this.probes.start();
    const { postStart } = this.container.lifecycle ?? {};
    if (!postStart) return;
    void this.runHook('postStart', postStart).then((success) => {
      if (!success) this.endWithin(this.graceSeconds);
    });
  }

  /** Asks the process to end, and kills its group when the signal aborts. Resolves when it has ended. */
  async end(killAt: AbortSignal): Promise<void> {
    this.probes.stopJudging();
    this.asking ??= this.askToEnd(killAt);
    await Promise.race([this.process.exited, aborted(killAt)]);
    if (!this.asked) {
      // The preStop hook took all the time: the process still gets a moment to end by itself.
      this.process.terminate();
      await pause(lastRespiteMs, this.over.signal);
    }
    this.process.kill();
    await this.process.exited;
  }

  private endWithin(graceSeconds: number): void {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), graceSeconds * 1_000);
    void this.end(deadline.signal).finally(() => clearTimeout(timer));
  }

  private async askToEnd(killAt: AbortSignal): Promise<void> {
    const { preStop } = this.container.lifecycle ?? {};
    if (preStop && !killAt.aborted) await Promise.race([this.runHook('preStop', preStop), aborted(killAt)]);
    if (killAt.aborted && preStop) return;
    this.process.terminate();
    this.asked = true;
  }

  private async runHook(name: string, hook: Handler): Promise<boolean> {
    if (hook.sleep) {
      await pause(hook.sleep.seconds * 1_000, this.over.signal);
      return true;
    }
    const timeoutMs = Math.max(1, this.graceSeconds) * 1_000;
    const { success, message } = await attemptHandler(hook, this.target, timeoutMs);
    if (!success) log(`${name} of container ${this.container.name} failed: ${message}`);
    return success;
  }
}
