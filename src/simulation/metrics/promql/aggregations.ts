import type { Labels } from '../../../domain/analysis/measurement.ts';
import { seriesKey } from '../series-store.ts';
import { notSimulated } from './query-errors.ts';
import type { Syntax } from './syntax.ts';
import { omit, pick, type PointSeries } from './values.ts';

const aggregations: Readonly<Record<string, (values: readonly number[]) => number>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  avg: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  // As in Prometheus, NaN gives way to any number.
  min: (values) => values.reduce((least, value) => (Number.isNaN(least) || value < least ? value : least)),
  max: (values) => values.reduce((most, value) => (Number.isNaN(most) || value > most ? value : most)),
  count: (values) => values.length,
};

/** `sum by (a) (...)` and its like. */
export function aggregate(expression: Syntax, series: readonly PointSeries[]): PointSeries[] {
  const operator = expression.child('AggregateOp')!.text.toLowerCase();
  const combine = aggregations[operator];
  if (!combine) throw notSimulated(operator);
  const keep = groupingOf(expression.child('AggregateModifier'));
  const groups = new Map<string, { labels: Labels; values: number[] }>();
  for (const { labels, value } of series) {
    const kept = keep(labels);
    const key = seriesKey(kept);
    const group = groups.get(key) ?? { labels: kept, values: [] };
    group.values.push(value);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ labels, values }) => ({ labels, value: combine(values) }));
}

function groupingOf(modifier: Syntax | undefined): (labels: Labels) => Labels {
  if (!modifier) return () => ({});
  const names = modifier.all('LabelName').map(({ text }) => text);
  return modifier.child('By') ? (labels) => pick(labels, names) : (labels) => omit(labels, names);
}
