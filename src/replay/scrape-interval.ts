import { familySamples } from '../domain/analysis/count-families.ts';
import type { Arms, CounterPreset } from '../domain/analysis/preset.ts';
import type { MetricsSource } from '../metrics-source/metrics-source.ts';
import type { Span } from './take-census.ts';

/** So much of history shows how often a target is scraped. */
const lookBackMs = 600_000;

/**
 * How often the counters were scraped, in milliseconds: the median time between samples of the last minutes in which there were some;
 * undefined where there are not two of one target.
 */
export async function scrapeIntervalOf(
  source: MetricsSource,
  preset: CounterPreset,
  arms: Arms,
  { toMs }: Span,
): Promise<number | undefined> {
  const family = preset.requests(arms);
  const result = await source.instant(`${family.selector}[${lookBackMs}ms]`, { atMs: toMs });
  const { scrapesMs } = familySamples(family, { id: '', result });
  const gaps = scrapesMs.flatMap((times) => times.slice(1).map((timeMs, index) => timeMs - times[index]!));
  const median = gaps.sort((one, other) => one - other)[Math.floor(gaps.length / 2)];
  // Prometheus writes down when it meant to scrape, give or take some milliseconds.
  return median === undefined ? undefined : Math.max(100, Math.round(median / 100) * 100);
}
