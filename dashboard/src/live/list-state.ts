import type { ListEvent, Row } from '../../../src/dashboard-api/schemas.ts';
import type { Staleness } from './staleness.ts';

/** What is known of all ModelDeployments. A row that did not change stays the same object, so that it is not drawn again. */
export interface ListState {
  rows: ReadonlyMap<string, Row>;
  synced: boolean;
  stale: Staleness | undefined;
  serverTime: string;
}

export type ListMessage =
  { name: 'snapshot'; data: ListEvent<'snapshot'> } | { name: 'delta'; data: ListEvent<'delta'> };

/** The state after an event of the stream; undefined as long as no snapshot came. */
export function listAfter(state: ListState | undefined, { name, data }: ListMessage): ListState | undefined {
  if (name === 'snapshot') {
    const rows = new Map(data.rows.map((row) => [row.key, kept(state?.rows.get(row.key), row)]));
    return { rows, synced: data.synced, stale: data.stale, serverTime: data.serverTime };
  }
  if (!state) return undefined;
  const rows = new Map(state.rows);
  for (const key of data.removed) rows.delete(key);
  for (const row of data.rows) rows.set(row.key, row);
  const stale = data.stale === undefined ? state.stale : (data.stale ?? undefined);
  return { ...state, rows, stale, serverTime: data.serverTime };
}

/** After a lost connection most rows of a new snapshot are what they were. */
const kept = (before: Row | undefined, row: Row): Row =>
  before && JSON.stringify(before) === JSON.stringify(row) ? before : row;
