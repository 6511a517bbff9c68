/** What `npm run test:simulation` is asked for. */
export interface SimulationOptions {
  /** Seeds, both ends included. */
  from: number;
  to: number;
  /** One schedule, as a failed run printed it. */
  schedule?: string;
  workers: number;
}

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `npm run test:simulation [-- options]

  (none)                 schedules 1 to 20000
  --seed N               one schedule, with everything that happens in it
  --schedule '<json>'    the schedule that a failed run printed
  --workers N            default: one for each core
  SEEDS=N                as many schedules
  SEEDS=from..to         those schedules`;

const usual = 20_000;

/** Reads the command line and `SEEDS`. Throws `UsageError`, whose message names what was found and what is accepted. */
export function parseOptions(
  args: readonly string[],
  { seeds, cores }: { seeds: string | undefined; cores: number },
): SimulationOptions {
  const options: SimulationOptions = { ...rangeOf(seeds), workers: cores };
  for (let at = 0; at < args.length; at += 2) {
    const [name, value] = [args[at]!, args[at + 1]];
    if (value === undefined) throw new UsageError(`found ${name} without a value\n\n${usage}`);
    if (name === '--seed') options.from = options.to = wholeNumber(name, value);
    else if (name === '--workers') options.workers = Math.max(1, wholeNumber(name, value));
    else if (name === '--schedule') options.schedule = value;
    else throw new UsageError(`found ${name}\n\n${usage}`);
  }
  return options;
}

function rangeOf(seeds: string | undefined): { from: number; to: number } {
  if (seeds === undefined || seeds === '') return { from: 1, to: usual };
  const [, from, to] = /^(\d+)\.\.(\d+)$/.exec(seeds) ?? [];
  if (from === undefined || to === undefined) return { from: 1, to: wholeNumber('SEEDS', seeds) };
  return { from: Number(from), to: Number(to) };
}

function wholeNumber(name: string, value: string): number {
  if (!/^\d+$/.test(value))
    throw new UsageError(`found ${name} ${value}; accepted: a whole number\n\n${usage}`);
  return Number(value);
}
