import { attemptHandler, type HandlerTarget } from './handler-attempt.ts';
import type { Probe } from './kubernetes-types.ts';
import { log } from './log.ts';
import { pause } from './pause.ts';
import { runProbe } from './probe.ts';

export interface ProbeEvents {
  /** The startup probe has succeeded, or there is none. */
  onStarted(): void;
  onReady(ready: boolean, message: string): void;
  /** The startup or liveness probe has failed: the container is to be restarted. */
  onFailed(kind: 'startup' | 'liveness', message: string): void;
}

/** The probes of one run of a container: liveness and readiness begin when the startup probe has succeeded. */
export class ContainerProbes {
  private readonly target: HandlerTarget;
  private readonly events: ProbeEvents;
  private readonly all = new AbortController();
  /** Startup and liveness: over as soon as the container is asked to end. Readiness goes on until its end. */
  private readonly judging = new AbortController();

  constructor(target: HandlerTarget, events: ProbeEvents) {
    this.target = target;
    this.events = events;
  }

  start(): void {
    const { startupProbe } = this.target.container;
    if (!startupProbe) return this.begin();
    const startup = new AbortController();
    this.run(startupProbe, AbortSignal.any([startup.signal, this.judging.signal]), (success, message) => {
      startup.abort();
      if (success) this.begin();
      else this.events.onFailed('startup', message);
    });
  }

  stopJudging(): void {
    this.judging.abort();
  }

  stop(): void {
    this.judging.abort();
    this.all.abort();
  }

  private begin(): void {
    this.events.onStarted();
    const { readinessProbe, livenessProbe } = this.target.container;
    if (readinessProbe) {
      this.run(readinessProbe, this.all.signal, (success, message) => this.events.onReady(success, message));
    }
    if (livenessProbe) {
      this.run(livenessProbe, this.judging.signal, (success, message) => {
        if (success) return;
        this.stopJudging();
        this.events.onFailed('liveness', message);
      });
    }
  }

  private run(
    probe: Probe,
    signal: AbortSignal,
    onResult: (success: boolean, message: string) => void,
  ): void {
    const timeoutMs = (probe.timeoutSeconds ?? 1) * 1_000;
    const attempt = () => attemptHandler(probe, this.target, timeoutMs);
    runProbe({ probe, attempt, onResult, signal, pause, now: Date.now }).catch((error: unknown) =>
      log(`a probe of container ${this.target.container.name} ended`, error),
    );
  }
}
