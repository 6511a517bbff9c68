import type { Labels } from '../../../domain/analysis/measurement.ts';
import { MetricsError } from '../../../metrics-source/metrics-error.ts';
import { seriesKey } from '../series-store.ts';
import { notSimulated } from './query-errors.ts';
import type { Syntax } from './syntax.ts';
import { omit, pick, type PointSeries, type PromValue, withoutName } from './values.ts';

const arithmetic: Readonly<Record<string, (left: number, right: number) => number>> = {
  Add: (left, right) => left + right,
  Sub: (left, right) => left - right,
  Mul: (left, right) => left * right,
  Div: (left, right) => left / right,
  Mod: (left, right) => left % right,
  Pow: (left, right) => left ** right,
};

const comparisons: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  Eql: (left, right) => left === right,
  Neq: (left, right) => left !== right,
  Gtr: (left, right) => left > right,
  Gte: (left, right) => left >= right,
  Lss: (left, right) => left < right,
  Lte: (left, right) => left <= right,
};

/** One expression with an operator in the middle. */
export interface Operation {
  operator: string;
  /** A comparison gives 0 and 1 instead of leaving out what does not hold. */
  asNumber: boolean;
  /** The labels by which series of both sides belong together. */
  matching: (labels: Labels) => Labels;
}

export function operationOf(expression: Syntax): Operation {
  const [, operator] = expression.children;
  const modifiers = expression.child('MatchingModifierClause');
  if (modifiers?.child('GroupLeft', 'GroupRight')) throw notSimulated('group_left and group_right');
  const names = modifiers?.all('LabelName').map(({ text }) => text) ?? [];
  const isOn = modifiers?.child('On') !== undefined;
  return {
    operator: operator!.name,
    asNumber: expression.child('BoolModifier') !== undefined,
    matching: isOn ? (labels) => pick(labels, names) : (labels) => omit(labels, names),
  };
}

export function operate(operation: Operation, left: PromValue, right: PromValue): PromValue {
  if (left.kind === 'scalar' && right.kind === 'scalar') {
    return { kind: 'scalar', value: compute(operation, left.value, right.value) ?? NaN };
  }
  if (left.kind === 'vector' && right.kind === 'scalar') {
    return each(operation, left.series, (value) => [value, right.value]);
  }
  if (left.kind === 'scalar' && right.kind === 'vector') {
    return each(operation, right.series, (value) => [left.value, value]);
  }
  if (left.kind === 'vector' && right.kind === 'vector') {
    const set = sets[operation.operator];
    return {
      kind: 'vector',
      series: (set ?? join)(operation, left.series, right.series),
    };
  }
  throw new MetricsError(
    'badQuery',
    `parse error: ${operation.operator} needs numbers or series on both sides`,
  );
}

/** Undefined: the comparison leaves the series out. */
function compute({ operator, asNumber }: Operation, left: number, right: number): number | undefined {
  const compare = comparisons[operator];
  if (compare) return asNumber ? Number(compare(left, right)) : compare(left, right) ? left : undefined;
  const calculate = arithmetic[operator];
  if (!calculate) throw notSimulated(operator);
  return calculate(left, right);
}

const keepsName = ({ operator, asNumber }: Operation) => operator in comparisons && !asNumber;

function each(
  operation: Operation,
  series: readonly PointSeries[],
  sides: (value: number) => [number, number],
): PromValue {
  const result = series.flatMap(({ labels, value }) => {
    const computed = compute(operation, ...sides(value));
    if (computed === undefined) return [];
    return keepsName(operation) ? { labels, value } : { labels: withoutName(labels), value: computed };
  });
  return { kind: 'vector', series: result };
}

/** One series of each side, by their matching labels. */
function join(
  operation: Operation,
  left: readonly PointSeries[],
  right: readonly PointSeries[],
): PointSeries[] {
  const others = byMatching(operation, right);
  byMatching(operation, left);
  return left.flatMap(({ labels, value }) => {
    const other = others.get(seriesKey(operation.matching(labels)));
    const computed = other && compute(operation, value, other.value);
    if (computed === undefined) return [];
    return { labels: keepsName(operation) ? labels : operation.matching(labels), value: computed };
  });
}

function byMatching({ matching }: Operation, series: readonly PointSeries[]): Map<string, PointSeries> {
  const found = new Map<string, PointSeries>();
  for (const one of series) {
    const key = seriesKey(matching(one.labels));
    if (found.has(key)) {
      throw new MetricsError(
        'badQuery',
        'found duplicate series for the match group on one side of an operation',
      );
    }
    found.set(key, one);
  }
  return found;
}

type SetOperation = (
  operation: Operation,
  left: readonly PointSeries[],
  right: readonly PointSeries[],
) => PointSeries[];

const keysOf = ({ matching }: Operation, series: readonly PointSeries[]) =>
  new Set(series.map(({ labels }) => seriesKey(matching(labels))));

const sets: Readonly<Record<string, SetOperation>> = {
  And: (operation, left, right) => {
    const keys = keysOf(operation, right);
    return left.filter(({ labels }) => keys.has(seriesKey(operation.matching(labels))));
  },
  Or: (operation, left, right) => {
    const keys = keysOf(operation, left);
    return [...left, ...right.filter(({ labels }) => !keys.has(seriesKey(operation.matching(labels))))];
  },
  Unless: (operation, left, right) => {
    const keys = keysOf(operation, right);
    return left.filter(({ labels }) => !keys.has(seriesKey(operation.matching(labels))));
  },
};
