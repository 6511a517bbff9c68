import type { Row } from '../../../src/dashboard-api/schemas.ts';
import type { Phase } from '../../../src/api/phase.ts';
import { phaseOrder, type Filters, type Sort, type SortKey } from '../place/place.ts';

/** The rows that a person asked for, in their order. */
export function shownRows(rows: Iterable<Row>, filters: Filters): Row[] {
  return sortRows(
    [...rows].filter((row) => isIn(filters.namespaces, row.namespace) && isIn(filters.phases, row.phase)),
    filters.sort,
  ).filter(hasWords(filters.text));
}

const isIn = <Value>(wanted: readonly Value[], value: Value): boolean =>
  wanted.length === 0 || wanted.includes(value);

/** Each word somewhere in what one can see of a row. */
function hasWords(text: string): (row: Row) => boolean {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return (row) => {
    const seen = [row.key, row.phase, row.message, row.stable, row.candidate, row.strategy]
      .map((part) => (typeof part === 'object' ? `${part.label} ${part.revision}` : (part ?? '')))
      .join(' ')
      .toLowerCase();
    return words.every((word) => seen.includes(word));
  };
}

/** How many there are of each phase, in whatever the other filters leave. */
export function countPhases(rows: Iterable<Row>, filters: Filters): Record<Phase, number> {
  const counts = Object.fromEntries(Object.keys(phaseOrder).map((phase) => [phase, 0])) as Record<
    Phase,
    number
  >;
  for (const { phase } of shownRows(rows, { ...filters, phases: [] })) counts[phase] += 1;
  return counts;
}

/** How soon somebody should look: users without service first, then what only a person can bring on, then what moves. */
export function attention({ serving, outdated, phase, waitsFor, verdicts }: Row): number {
  if (!serving) return 0;
  if (outdated || phase === 'Failed' || phase === 'RolledBack') return 1;
  if (waitsFor === 'person') return 2;
  if (waitsFor === 'metrics' || verdicts.some(({ verdict, dryRun }) => verdict === 'Fail' && !dryRun))
    return 3;
  return 4 + phaseOrder[phase];
}

type Order = (one: Row, other: Row) => number;

const byNumber =
  (of: (row: Row) => number | undefined): Order =>
  (one, other) => {
    const [a, b] = [of(one), of(other)];
    // What has no number stands last in either direction; -1 would move with it.
    if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? Infinity : -Infinity;
    return a - b;
  };
const byName: Order = (one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0);
const timeMs = ({ since }: Row): number | undefined => (since === undefined ? undefined : Date.parse(since));
const newest = byNumber((row) => -(timeMs(row) ?? 0));

const orders: Record<SortKey, Order> = {
  attention: byNumber(attention),
  name: byName,
  phase: byNumber(({ phase }) => phaseOrder[phase]),
  split: byNumber(({ split, candidate }) => (candidate || split?.applied ? split?.applied : undefined)),
  step: byNumber(({ step }) =>
    step && step.outcome === undefined ? (step.step + 1) / (step.steps + 1) : undefined,
  ),
  errors: byNumber(({ errors }) => errors?.candidate ?? errors?.stable),
  // The longest first.
  time: byNumber(timeMs),
};

function sortRows(rows: Row[], { by, descending }: Sort): Row[] {
  const order = orders[by];
  return rows.sort((one, other) => {
    const found = order(one, other);
    const turned = descending && Number.isFinite(found) ? -found : found;
    if (turned !== 0) return turned;
    return (by === 'attention' ? newest(one, other) : 0) || byName(one, other);
  });
}
