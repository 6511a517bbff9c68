import type { Phase } from '../../../src/api/phase.ts';

/** Where a person is on the page. All of it stands in the address, so that it can be sent to somebody and survives a reload. */
export interface Place {
  filters: Filters;
  /** The ModelDeployment that is open: `namespace/name`. */
  model?: string;
  /** Of the open one: a past rollout. */
  rollout?: string;
  /** Of the open one: two revisions to compare. */
  diff?: { from: string; to: string };
}

export interface Filters {
  namespaces: readonly string[];
  phases: readonly Phase[];
  /** Words that all have to occur. */
  text: string;
  sort: Sort;
}

export const sortKeys = ['attention', 'name', 'phase', 'split', 'step', 'errors', 'time'] as const;
export type SortKey = (typeof sortKeys)[number];
export interface Sort {
  by: SortKey;
  descending: boolean;
}

/** In the order in which a person wants to see them. */
export const phaseOrder: Record<Phase, number> = {
  Failed: 0,
  RolledBack: 1,
  Paused: 2,
  Progressing: 3,
  Baking: 4,
  Pending: 5,
  Healthy: 6,
};
export const phasesInOrder = Object.keys(phaseOrder) as Phase[];

export const noFilters: Filters = {
  namespaces: [],
  phases: [],
  text: '',
  sort: { by: 'attention', descending: false },
};

/** Reads an address. What it does not know, it ignores: an address of another release still opens the page. */
export function readPlace(search: string): Place {
  const query = new URLSearchParams(search);
  const model = query.get('model') ?? '';
  const rollout = query.get('rollout');
  const [from, to] = (query.get('diff') ?? '').split('..');
  return {
    filters: {
      namespaces: [...new Set(query.getAll('namespace').filter((name) => name !== ''))],
      phases: phasesInOrder.filter((phase) => query.getAll('phase').includes(phase)),
      text: query.get('text') ?? '',
      sort: readSort(query.get('sort')),
    },
    ...(/^[^/]+\/[^/]+$/.test(model) && {
      model,
      ...(rollout && { rollout }),
      ...(from && to && { diff: { from, to } }),
    }),
  };
}

function readSort(text: string | null): Sort {
  const descending = text?.startsWith('-') ?? false;
  const by = sortKeys.find((key) => key === text?.replace(/^-/, ''));
  return by ? { by, descending } : noFilters.sort;
}

/** The address of a place, from its question mark on; `?` alone for the whole list. */
export function placeAddress({ filters, model, rollout, diff }: Place): string {
  const query = new URLSearchParams();
  if (model) query.set('model', model);
  if (model && rollout) query.set('rollout', rollout);
  if (model && diff) query.set('diff', `${diff.from}..${diff.to}`);
  for (const name of filters.namespaces) query.append('namespace', name);
  for (const phase of filters.phases) query.append('phase', phase);
  if (filters.text !== '') query.set('text', filters.text);
  const { by, descending } = filters.sort;
  if (by !== 'attention' || descending) query.set('sort', `${descending ? '-' : ''}${by}`);
  // A slash is allowed there, and easier to read.
  return `?${query.toString().replaceAll('%2F', '/')}`;
}
