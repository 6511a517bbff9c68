import type { SeriesStore } from '../series-store.ts';
import { aggregate } from './aggregations.ts';
import { histogramQuantile } from './histogram-quantile.ts';
import { operate, operationOf } from './operators.ts';
import { overTime } from './over-time.ts';
import { notSimulated, parseError } from './query-errors.ts';
import { filterOf, samplesWithin, valuesAt } from './selectors.ts';
import { durationMs, numberOf, stringOf, Syntax } from './syntax.ts';
import { type PointSeries, type PromValue, withoutName } from './values.ts';

/** What a query gives at a time. Throws `MetricsError` of kind `badQuery` for what is no PromQL, and for PromQL that is not simulated. */
export function evaluate(store: SeriesStore, query: string, atMs: number): PromValue {
  return valueOf(Syntax.of(query), { store, atMs });
}

interface Scope {
  store: SeriesStore;
  atMs: number;
}

function valueOf(expression: Syntax, scope: Scope): PromValue {
  const { store, atMs } = scope;
  switch (expression.name) {
    case 'NumberDurationLiteral':
      return { kind: 'scalar', value: numberOf(expression.text) };
    case 'StringLiteral':
      return { kind: 'string', value: stringOf(expression.text) };
    case 'ParenExpr':
      return valueOf(expression.children[0]!, scope);
    case 'UnaryExpr':
      return negated(expression, scope);
    case 'VectorSelector':
      return { kind: 'vector', series: valuesAt(store, filterOf(expression), atMs) };
    case 'MatrixSelector': {
      const [selector, range] = expression.children as [Syntax, Syntax];
      const rangeMs = durationMs(range.text);
      const series = samplesWithin(store, filterOf(selector), atMs, rangeMs);
      return { kind: 'matrix', series, rangeMs, untilMs: atMs };
    }
    case 'OffsetExpr': {
      const by = expression.child('OffsetDurationExpr')!.text;
      return valueOf(expression.children[0]!, { store, atMs: atMs - durationMs(by) });
    }
    case 'AggregateExpr': {
      const [operand, ...others] = argumentsOf(expression);
      if (others.length > 0) throw notSimulated(expression.child('AggregateOp')!.text);
      return { kind: 'vector', series: aggregate(expression, vectorOf(valueOf(operand!, scope))) };
    }
    case 'BinaryExpr': {
      const { children } = expression;
      return operate(operationOf(expression), valueOf(children[0]!, scope), valueOf(children.at(-1)!, scope));
    }
    case 'FunctionCall':
      return call(expression, scope);
    default:
      throw notSimulated(expression.text);
  }
}

function negated(expression: Syntax, scope: Scope): PromValue {
  const [operator, operand] = expression.children as [Syntax, Syntax];
  const value = valueOf(operand, scope);
  if (operator.text === '+') return value;
  if (value.kind === 'scalar') return { kind: 'scalar', value: -value.value };
  return mapped(value, (one) => -one);
}

const argumentsOf = (expression: Syntax): Syntax[] => expression.child('FunctionCallBody')?.children ?? [];

function call(expression: Syntax, scope: Scope): PromValue {
  const name = expression.child('FunctionIdentifier')!.text;
  const operands = argumentsOf(expression).map((operand) => valueOf(operand, scope));
  const [first, second] = operands;
  const aggregateOverTime = overTime[name];
  if (aggregateOverTime) {
    if (first?.kind !== 'matrix')
      throw parseError(`expected type range vector in call to function "${name}"`);
    const series = first.series.flatMap(({ labels, samples }) => {
      const value = aggregateOverTime(samples, first);
      return value === undefined ? [] : { labels: withoutName(labels), value };
    });
    return { kind: 'vector', series };
  }
  switch (name) {
    case 'vector':
      return { kind: 'vector', series: [{ labels: {}, value: scalarOf(first) }] };
    case 'scalar': {
      const series = vectorOf(first);
      return { kind: 'scalar', value: series.length === 1 ? series[0]!.value : NaN };
    }
    case 'time':
      return { kind: 'scalar', value: scope.atMs / 1000 };
    case 'histogram_quantile':
      return { kind: 'vector', series: histogramQuantile(scalarOf(first), vectorOf(second)) };
    case 'abs':
      return mapped(first, Math.abs);
    case 'clamp_min':
      return mapped(first, (value) => Math.max(value, scalarOf(second)));
    case 'clamp_max':
      return mapped(first, (value) => Math.min(value, scalarOf(second)));
    default:
      throw notSimulated(`the function ${name}`);
  }
}

const mapped = (value: PromValue | undefined, change: (value: number) => number): PromValue => ({
  kind: 'vector',
  series: vectorOf(value).map((one) => ({ labels: withoutName(one.labels), value: change(one.value) })),
});

function vectorOf(value: PromValue | undefined): readonly PointSeries[] {
  if (value?.kind === 'vector') return value.series;
  throw parseError(`expected type instant vector, got ${value?.kind ?? 'nothing'}`);
}

function scalarOf(value: PromValue | undefined): number {
  if (value?.kind === 'scalar') return value.value;
  throw parseError(`expected type scalar, got ${value?.kind ?? 'nothing'}`);
}
