/** Neighbouring buckets differ by this factor, so a quantile is at most two percent too high. */
const growth = 1.02;

/** Latencies in buckets that grow by a constant factor: memory stays small however many requests there are. */
export class LatencyHistogram {
  private readonly counts: number[] = [];
  private total = 0;
  private highestMs = 0;

  add(latencyMs: number): void {
    const bucket = Math.max(0, Math.ceil(Math.log(Math.max(latencyMs, 0.01) / 0.01) / Math.log(growth)));
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.total++;
    this.highestMs = Math.max(this.highestMs, latencyMs);
  }

  /** The latency in milliseconds that this share of the requests stayed at or below; 0 without requests. */
  quantileMs(share: number): number {
    let left = Math.max(1, Math.ceil(this.total * share));
    for (let bucket = 0; bucket < this.counts.length; bucket++) {
      left -= this.counts[bucket] ?? 0;
      if (left <= 0) return Math.min(0.01 * growth ** bucket, this.highestMs);
    }
    return this.highestMs;
  }
}
