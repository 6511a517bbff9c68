import { cpus, loadavg, totalmem } from 'node:os';

/** Where and when figures were taken. */
export interface Machine {
  cores: number;
  model: string;
  memoryGb: number;
  node: string;
  /** At the start: of the last minute. */
  load: number;
  /** The day, as 2026-11-28. */
  day: string;
}

export function thisMachine(): Machine {
  return {
    cores: cpus().length,
    model: cpus()[0]?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 1e9),
    node: process.version,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    day: new Date().toISOString().slice(0, 10),
  };
}
