/**
 * Where the evidence is cut into intervals (design, section 6). A round is over when every target that was there at its beginning
 * was scraped once more, so that it holds what all of them counted in about one scrape interval.
 *
 * A sequential test multiplies one factor for each round. Where rounds end follows from the samples alone: a pass that comes late, or a
 * controller that starts again from an older checkpoint, cuts them where one that looked after each scrape did (laws 10 and 12).
 */
export interface RoundsInput {
  /** Samples up to this time were used. */
  afterMs: number;
  /** The time of the question. */
  atMs: number;
  scrapeIntervalMs: number;
}

/**
 * The end of each round after `afterMs`, in ascending order.
 *
 * A target counts as there when it was scraped in the two intervals before (the timeout of a scrape is at most its interval, so that
 * a living one is younger). One that is not scraped in the two intervals that follow holds up nobody any longer, and one that is
 * new takes part from its second sample on.
 */
export function roundsOf(
  targets: readonly (readonly number[])[],
  { afterMs, atMs, scrapeIntervalMs }: RoundsInput,
): number[] {
  const ends: number[] = [];
  for (let cursorMs = afterMs; ;) {
    const endMs = endOfRound(targets, { afterMs: cursorMs, atMs, scrapeIntervalMs });
    if (endMs === undefined) return ends;
    ends.push(endMs);
    cursorMs = endMs;
  }
}

function endOfRound(
  targets: readonly (readonly number[])[],
  { afterMs, atMs, scrapeIntervalMs }: RoundsInput,
): number | undefined {
  const graceMs = 2 * scrapeIntervalMs;
  const horizonMs = afterMs + graceMs;
  let endMs: number | undefined;
  let firstMs: number | undefined;
  for (const times of targets) {
    const next = times.findIndex((timeMs) => timeMs > afterMs);
    const nextMs = times[next];
    const lastMs = next === -1 ? times.at(-1) : times[next - 1];
    if (nextMs !== undefined && (firstMs === undefined || nextMs < firstMs)) firstMs = nextMs;
    if (lastMs === undefined || lastMs <= afterMs - graceMs) continue;
    if (nextMs !== undefined && nextMs <= horizonMs) endMs = Math.max(endMs ?? nextMs, nextMs);
    else if (atMs < horizonMs) return undefined;
  }
  return endMs ?? firstMs;
}
