/** Delay before the next try after `failures` failures in a row (1 = the first), doubling up to `maxMs`. */
export function exponentialDelayMs(failures: number, firstMs: number, maxMs: number): number {
  if (failures <= 0) return 0;
  return Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30));
}

const firstRestartMs = 1_000;
const maxRestartMs = 300_000;
const healthyRunMs = 600_000;

/**
 * The delay before a container is started again: 1 s, doubling to 5 min, and forgotten after a run of
 * 10 min. The kubelet starts at 10 s; the faster start is for tests and demos that wait for a restart.
 */
export class RestartBackoff {
  private exits = 0;

  delayAfterRunMs(ranForMs: number): number {
    this.exits = ranForMs >= healthyRunMs ? 1 : this.exits + 1;
    return exponentialDelayMs(this.exits, firstRestartMs, maxRestartMs);
  }
}
