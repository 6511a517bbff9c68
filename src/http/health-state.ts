/** One thing that health depends on. */
export interface HealthCheck {
  name: string;
  ok: boolean;
  /** Why, in words; for people who look at the probe's answer. */
  message: string;
}

/**
 * How the process is, as probes ask it. A port, so that the endpoints can be tested without a cluster.
 *
 * Liveness never depends on the API server: a restart would not bring it back. Neither depends on a metrics source.
 */
export abstract class HealthState {
  /** Everything that a restart could mend. */
  abstract liveness(): HealthCheck[];
  /** Everything that must be there before the process counts as started, and while it does. */
  abstract readiness(): HealthCheck[];
}

export const isHealthy = (checks: readonly HealthCheck[]): boolean => checks.every(({ ok }) => ok);
