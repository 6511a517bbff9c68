import type { Counts } from './arm-counts.ts';

/** A share from 0 to 1 as percent with three significant digits: 0.01234 is "1.23 %". */
export const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;

/** A number with at most four significant digits. */
export const number = (value: number): string => String(Number(value.toPrecision(4)));

/** A span in seconds, with the precision that people need. */
export const seconds = (durationMs: number): string => `${Number((durationMs / 1000).toPrecision(3))} s`;

/** Odds from their natural logarithm: "41 : 1". */
export function oddsWords(ln: number): string {
  const odds = Math.exp(ln);
  if (odds >= 1e6) return 'over 1000000 : 1';
  if (odds < 0.01) return 'under 0.01 : 1';
  return `${odds >= 10 ? Math.round(odds) : Number(odds.toPrecision(2))} : 1`;
}

/** "8 of 250 requests failed (3.2 %)", where `what` is the verb. */
export function countedWords({ requests, bad }: Counts, what: string): string {
  const share = requests > 0 ? ` (${percent(bad / requests)})` : '';
  return `${bad} of ${requests} requests ${what}${share}`;
}
