import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Labels } from '../../src/domain/analysis/measurement.ts';
import { SeriesStore } from '../../src/simulation/metrics/series-store.ts';
import { readExposition } from './exposition.ts';

const folder = join(import.meta.dirname, '..', 'fixtures', 'scrapes');

export const readFixture = (file: string) => readExposition(readFileSync(join(folder, file), 'utf8'));

export const scrapedAtMs = 1_000_000;
export const scrapeIntervalMs = 15_000;

/** What a scrape gives to every series of its target. */
const target = { job: 'fixture', instance: 'target:80' };

/**
 * A Prometheus that scraped a target twice, so that everything in the file was counted in one interval. A pod showed nothing
 * at first but that it was there; a gateway, which is older than any revision, had its counters at 0.
 */
export function scrapedTwice(file: string, podLabels?: Labels): SeriesStore {
  const store = new SeriesStore(3_600_000);
  const before = scrapedAtMs - scrapeIntervalMs;
  for (const timeMs of [before, scrapedAtMs])
    store.append({ __name__: 'up', ...target, ...podLabels }, timeMs, 1);
  for (const { labels, value } of readFixture(file)) {
    const scraped = { ...labels, ...target, ...podLabels };
    if (!podLabels) store.append(scraped, before, 0);
    store.append(scraped, scrapedAtMs, value);
  }
  return store;
}
