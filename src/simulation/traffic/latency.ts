/** Where the buckets of Envoy's histograms end, in milliseconds; one more holds everything. */
export const latencyBoundsMs: readonly number[] = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
  3_600_000,
];

/** The standard normal distribution's 99th percentile. */
const z99 = 2.3263478740408408;

/** The share of answers that take at most `boundMs`: times of services are log-normal in good approximation. */
export function shareWithin(
  boundMs: number,
  { medianMs, p99Ms }: { medianMs: number; p99Ms: number },
): number {
  const deviation = Math.log(p99Ms / medianMs) / z99;
  if (!(deviation > 0)) return boundMs >= medianMs ? 1 : 0;
  return normalShare(Math.log(boundMs / medianMs) / deviation);
}

/** The mean of that distribution, in milliseconds. */
export function meanMs({ medianMs, p99Ms }: { medianMs: number; p99Ms: number }): number {
  const deviation = Math.max(0, Math.log(p99Ms / medianMs) / z99);
  return medianMs * Math.exp(deviation ** 2 / 2);
}

/** The standard normal distribution function, by Abramowitz and Stegun 26.2.17: its error is below 1e-7. */
function normalShare(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const series =
    ((((1.330274429 * t - 1.821255978) * t + 1.781477937) * t - 0.356563782) * t + 0.31938153) * t;
  const tail = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return x >= 0 ? 1 - tail : tail;
}
