import type { Labels, Sample } from '../../../domain/analysis/measurement.ts';

export interface PointSeries {
  labels: Labels;
  value: number;
}

export interface RangeSeries {
  labels: Labels;
  samples: readonly Sample[];
}

/** What an expression gives at one time. */
export type PromValue =
  | { kind: 'scalar'; value: number }
  | { kind: 'vector'; series: readonly PointSeries[] }
  | { kind: 'matrix'; series: readonly RangeSeries[]; rangeMs: number; untilMs: number }
  | { kind: 'string'; value: string };

export const nameLabel = '__name__';

/** What is computed from a series is no longer that series: it loses its name. */
export function withoutName({ [nameLabel]: _name, ...labels }: Labels): Labels {
  return labels;
}

export const pick = (labels: Labels, names: readonly string[]): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name)));

export const omit = (labels: Labels, names: readonly string[]): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => name !== nameLabel && !names.includes(name)));
