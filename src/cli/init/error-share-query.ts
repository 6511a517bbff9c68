import type {
  PresetData,
  RequestCounters,
  RequestSeries,
} from '../../domain/analysis/presets/preset-data.ts';

/** What names a revision in a preset, as variables of a query. */
const variables: Readonly<Record<string, string>> = {
  namespace: '{{ namespace }}',
  name: '{{ name }}',
  revision: '{{ candidate.revision }}',
};

/**
 * The share of the candidate's requests that failed, from 0 to 1, as a query over the counters of a model server; undefined where it counts no
 * failures. Without requests it is NaN, which is NoData. For plain Services, where nobody else counts requests.
 */
export function errorShareQuery({ requests }: PresetData): string | undefined {
  const counters = requests.find(
    ({ errors, series }) => !errors && series.some(({ failed }) => failed !== 'none'),
  );
  if (!counters || Object.values(counters.arms).some((pattern) => !isKnown(pattern))) return undefined;
  const counted = counters.series.filter(({ repeats }) => !repeats);
  const failed = counted.flatMap((series) => {
    if (series.failed === 'none') return [];
    return [
      term(
        counters,
        series,
        series.failed === 'all' ? [] : [matches(series.failed.label, series.failed.pattern)],
      ),
    ];
  });
  const all = counted.map((series) => term(counters, series, []));
  return `${sum(failed)}\n  / ${sum(all)}`;
}

const isKnown = (pattern: string): boolean => !/\{(service|port)\}/.test(pattern);

const sum = (terms: readonly string[]): string => (terms.length === 1 ? terms[0]! : `(${terms.join(' + ')})`);

/** A series that is not there yet counts as 0: the first failure makes it. */
function term(
  { arms }: RequestCounters,
  { name, where = {}, except = {} }: RequestSeries,
  more: string[],
): string {
  const selectors = [
    ...Object.entries(arms).map(([label, pattern]) => `${label}="${named(pattern)}"`),
    ...Object.entries(where).map(([label, pattern]) => matches(label, pattern)),
    ...Object.entries(except).map(([label, pattern]) => `${label}!~"${escaped(pattern)}"`),
    ...more,
  ];
  return `(sum(rate(${name}{${selectors.join(',')}}[{{ window }}])) or vector(0))`;
}

const named = (pattern: string): string =>
  pattern.replaceAll(/\{([a-z]+)\}/g, (_, key: string) => variables[key] ?? '');
const matches = (label: string, pattern: string): string => `${label}=~"${escaped(pattern)}"`;
const escaped = (pattern: string): string => pattern.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
