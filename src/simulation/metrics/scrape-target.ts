import type { Labels } from '../../domain/analysis/measurement.ts';

/** One line of what a target exposes; its name is the label `__name__`. */
export interface ExposedSample {
  labels: Labels;
  value: number;
}

/** Something that is scraped. */
export interface ScrapeTarget {
  job: string;
  instance: string;
  expose(): Iterable<ExposedSample>;
}
