const firstMs = 500;
const longestMs = 20_000;

/** How long to wait before the attempt after so many failed ones: longer each time, and not all pages of a team at once. */
export function retryDelayMs(failures: number, random: () => number): number {
  const fullMs = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 10));
  return Math.round(fullMs * (0.5 + random() / 2));
}
