import type { Arms } from '../preset.ts';
import { patternsOf } from './arm-labels.ts';
import { unitMs } from './counter-families.ts';
import type { LabelPatterns, NamedKind, NamedSeries, PresetData } from './preset-data.ts';
import { matching, oneOf } from './promql.ts';

/** Which quantile a distribution stands for. */
const quantile = 0.95;

/** Gives the expression for a kind; undefined for one that no known program measures. */
export type NamedMeasures = (kind: NamedKind, arms: Arms, windowMs: number) => string | undefined;

/**
 * The candidate's measures as expressions of PromQL, each of which gives one number, or nothing where there are no series. The names of
 * all these presets, old and new, are tried in one expression, the first ones first.
 *
 * Units are those of `namedKinds`. Without a counter of money, `costPer1kTokens` is in hours of a GPU: the GPUs that the
 * candidate's pods ask for, by kube-state-metrics, divided by the tokens that they generate.
 */
export const namedMeasures =
  (presets: readonly Pick<PresetData, 'named'>[]): NamedMeasures =>
  (kind, arms, windowMs) => {
    const alternatives = presets.flatMap(({ named }) => named?.[kind] ?? []);
    if (alternatives.length === 0) return undefined;
    return `(${alternatives.map((one) => expressionOf(one, kind, arms, `[${windowMs}ms]`)).join(' or ')})`;
  };

function expressionOf(series: NamedSeries, kind: NamedKind, arms: Arms, range: string): string {
  const patterns = { ...patternsOf(series.arms, arms, arms.candidate), ...series.where };
  const { id } = series;
  switch (series.kind) {
    case 'histogram': {
      const seconds = `histogram_quantile(${quantile}, sum by (le) (rate(${selector(`${id}_bucket`, patterns)}${range})))`;
      return series.unit === 's' ? seconds : `${seconds} * ${unitMs[series.unit] / 1_000}`;
    }
    case 'gauge':
      return series.combine === 'max' ? `max(${selector(id, patterns)})` : `avg(${selector(id, patterns)})`;
    case 'rate': {
      const perSecond = `sum(rate(${selector(id, patterns)}${range}))`;
      return kind === 'costPer1kTokens' ? `${gpus(arms)} / 3.6 / ${perSecond}` : perSecond;
    }
    case 'spend': {
      const spent = `sum(increase(${selector(id, patterns)}${range}))`;
      return `1000 * ${spent} / sum(increase(${selector(series.tokens, patterns)}${range}))`;
    }
  }
}

function gpus({ namespace, candidate }: Arms): string {
  const pods = patternsOf(
    { pod: '{service}-.*' },
    { namespace, name: '', candidate, stable: candidate },
    candidate,
  );
  const matchers = [
    oneOf('namespace', [namespace]),
    matching('pod', [pods['pod']!]),
    'resource="nvidia_com_gpu"',
  ];
  return `sum(kube_pod_container_resource_requests{${matchers.join(',')}})`;
}

/** Some names have colons in front, which a selector takes only as a label. */
function selector(name: string, patterns: LabelPatterns): string {
  const matchers = Object.entries(patterns).map(([label, pattern]) => matching(label, [pattern]));
  return `{${[oneOf('__name__', [name]), ...matchers].join(',')}}`;
}
