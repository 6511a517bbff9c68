import type { Sample } from '../../../domain/analysis/measurement.ts';
import type { SeriesFilter, SeriesStore } from '../series-store.ts';
import { notSimulated, parseError } from './query-errors.ts';
import { stringOf, type Syntax } from './syntax.ts';
import { nameLabel, type PointSeries, type RangeSeries } from './values.ts';

/** An instant selector finds no sample that is older. */
const lookbackMs = 300_000;

interface Matcher {
  label: string;
  matches: (value: string) => boolean;
}

/** Which series a selector asks for. */
export function filterOf(selector: Syntax): SeriesFilter {
  const matchers = matchersOf(selector);
  return (labels) => matchers.every(({ label, matches }) => matches(labels[label] ?? ''));
}

function matchersOf(selector: Syntax): Matcher[] {
  const name = selector.child('Identifier')?.text;
  const named = name === undefined ? [] : [{ label: nameLabel, matches: (value: string) => value === name }];
  const others = selector.child('LabelMatchers')?.children ?? [];
  return [...named, ...others.map(matcherOf)];
}

function matcherOf(matcher: Syntax): Matcher {
  if (matcher.name !== 'UnquotedLabelMatcher') throw notSimulated('quoted names of labels and metrics');
  const [label, operator, literal] = matcher.children.map(({ text }) => text) as [string, string, string];
  const wanted = stringOf(literal);
  switch (operator) {
    case '=':
      return { label, matches: (value) => value === wanted };
    case '!=':
      return { label, matches: (value) => value !== wanted };
    default: {
      const pattern = patternOf(wanted);
      return { label, matches: (value) => pattern.test(value) === (operator === '=~') };
    }
  }
}

/** Prometheus matches the whole value. */
function patternOf(source: string): RegExp {
  try {
    return new RegExp(`^(?:${source})$`, 's');
  } catch (cause) {
    throw parseError(`error parsing regexp: ${String(cause instanceof Error ? cause.message : cause)}`);
  }
}

/** The value that each series has at a time: its newest, unless it has ended or is too old. */
export function valuesAt(store: SeriesStore, filter: SeriesFilter, atMs: number): PointSeries[] {
  return store.select(filter).flatMap(({ labels, samples }) => {
    const newest = samples.findLast(({ timeMs }) => timeMs <= atMs);
    if (newest?.value === undefined || newest.timeMs <= atMs - lookbackMs) return [];
    return { labels, value: newest.value };
  });
}

/** The raw samples of each series after `untilMs - rangeMs` and up to `untilMs`. */
export function samplesWithin(
  store: SeriesStore,
  filter: SeriesFilter,
  untilMs: number,
  rangeMs: number,
): RangeSeries[] {
  return store.select(filter).flatMap(({ labels, samples }) => {
    const found: Sample[] = [];
    // From the end: what is asked for is mostly the newest.
    for (let index = samples.length - 1; index >= 0; index -= 1) {
      const { timeMs, value } = samples[index]!;
      if (timeMs <= untilMs - rangeMs) break;
      if (value !== undefined && timeMs <= untilMs) found.push([timeMs, value]);
    }
    return found.length > 0 ? { labels, samples: found.reverse() } : [];
  });
}

/** The names of the metrics that a query asks for; undefined for a selector that does not say one. */
export const metricNames = (query: Syntax): (string | undefined)[] =>
  query.all('VectorSelector').map((selector) => {
    const written = selector.child('Identifier')?.text;
    const matcher = selector
      .child('LabelMatchers')
      ?.children.find(
        ({ children: [label, operator] }) => label?.text === nameLabel && operator?.text === '=',
      );
    return written ?? (matcher && stringOf(matcher.children[2]!.text));
  });
