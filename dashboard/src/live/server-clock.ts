/** By how much the server's clock is before this one. A laptop's clock may be wrong, and ages are told by the server's. */
let aheadMs = 0;

/** Learns from an answer. The shortest way is the truest, so that a late answer moves the clock little. */
export function hearServerTime(serverTime: string, nowMs = Date.now()): void {
  const heardMs = Date.parse(serverTime) - nowMs;
  if (Number.isNaN(heardMs)) return;
  aheadMs = Math.abs(heardMs - aheadMs) > 2_000 ? heardMs : Math.max(aheadMs, heardMs);
}

/** Now, by the clock of the server. */
export const serverNowMs = (): number => Date.now() + aheadMs;
