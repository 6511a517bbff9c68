import { UsageError } from './usage-error.ts';

const secondsIn: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** More is no more accurate, and the counters stay exact. */
const mostRequestsPerSecond = 1_000_000;

/** Requests per second of a rate such as `100/s`. Throws `UsageError`, which names the flag. */
export function rateOf(flag: string, text: string): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)\/([smh])$/.exec(text) ?? [];
  const rate = Number(count) / secondsIn[unit ?? '']!;
  if (Number.isFinite(rate) && rate <= mostRequestsPerSecond) return rate;
  throw new UsageError(
    `${flag}: "${text}" is no rate; accepted: requests per s, m or h up to ${mostRequestsPerSecond}/s, such as 100/s`,
  );
}

/** A share from 0 to 1 of percent such as `0.1%`. Throws `UsageError`, which names the flag. */
export function shareOf(flag: string, text: string): number {
  const [, count] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  const share = Number(count) / 100;
  if (share >= 0 && share <= 1) return share;
  throw new UsageError(`${flag}: "${text}" is no share; accepted: 0% to 100%, such as 0.1%`);
}
