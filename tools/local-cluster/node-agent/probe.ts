import type { Pause } from './pause.ts';
import type { Probe } from './kubernetes-types.ts';

export interface ProbeOutcome {
  success: boolean;
  message: string;
}

/** Counts results in a row and says when a threshold is crossed; pure. */
export class ProbeThresholds {
  private readonly successThreshold: number;
  private readonly failureThreshold: number;
  private last: boolean | undefined;
  private run = 0;

  constructor(probe: Pick<Probe, 'successThreshold' | 'failureThreshold'>) {
    this.successThreshold = probe.successThreshold ?? 1;
    this.failureThreshold = probe.failureThreshold ?? 3;
  }

  /** True or false when enough results in a row agree, undefined while they do not. */
  observe(success: boolean): boolean | undefined {
    this.run = this.last === success ? this.run + 1 : 1;
    this.last = success;
    return this.run >= (success ? this.successThreshold : this.failureThreshold) ? success : undefined;
  }
}

export interface ProbeLoop {
  probe: Probe;
  attempt: () => Promise<ProbeOutcome>;
  /** Called for each result that stands, also when it repeats the one before. */
  onResult: (success: boolean, message: string) => void;
  signal: AbortSignal;
  pause: Pause;
  now: () => number;
}

/** Tries a probe every period, from its initial delay until the signal aborts. */
export async function runProbe({ probe, attempt, onResult, signal, pause, now }: ProbeLoop): Promise<void> {
  const thresholds = new ProbeThresholds(probe);
  const periodMs = (probe.periodSeconds ?? 10) * 1_000;
  await pause((probe.initialDelaySeconds ?? 0) * 1_000, signal);
  while (!signal.aborted) {
    const startedAt = now();
    const outcome = await attempt();
    if (signal.aborted) return;
    const standing = thresholds.observe(outcome.success);
    if (standing !== undefined) onResult(standing, outcome.message);
    await pause(Math.max(0, periodMs - (now() - startedAt)), signal);
  }
}
