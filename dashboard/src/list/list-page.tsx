import type { ListState } from '../live/list-state.ts';
import type { Filters, SortKey } from '../place/place.ts';
import { goTo } from '../place/use-place.ts';
import { FilterBar } from './filter-bar.tsx';
import { shownRows } from './filter-rows.ts';
import { ModelRow } from './model-row.tsx';

const columns: { key: SortKey; name: string; className: string }[] = [
  { key: 'name', name: 'Model', className: 'model' },
  { key: 'phase', name: 'Phase', className: 'phase' },
  { key: 'split', name: 'Candidate’s traffic', className: 'split' },
  { key: 'step', name: 'Step', className: 'step' },
  { key: 'errors', name: 'Errors', className: 'errors' },
  { key: 'time', name: 'For', className: 'time' },
  { key: 'attention', name: 'Why, most urgent first', className: 'why' },
];

/** All ModelDeployments that the person may see. */
export function ListPage({ state, filters }: { state: ListState; filters: Filters }) {
  const all = [...state.rows.values()];
  const rows = shownRows(all, filters);
  const { by, descending } = filters.sort;
  const sortBy = (key: SortKey) =>
    goTo(
      { filters: { ...filters, sort: { by: key, descending: key === by && !descending } } },
      { replace: true },
    );
  return (
    <main id="main" class="list" tabIndex={-1}>
      <h1 class="visually-hidden">Model deployments</h1>
      <FilterBar rows={all} filters={filters} />
      {!state.synced && <p class="hint">The server is still reading the cluster; rows may be missing.</p>}
      {rows.length === 0 ? (
        <p class="empty">
          {all.length > 0
            ? 'Nothing fits these filters.'
            : state.synced
              ? 'There is no ModelDeployment that you may see.'
              : 'Nothing yet.'}
        </p>
      ) : (
        <table role="table" aria-rowcount={rows.length + 1}>
          <thead role="rowgroup">
            <tr role="row">
              {columns.map(({ key, name, className }) => (
                <th
                  key={key}
                  role="columnheader"
                  scope="col"
                  class={className}
                  aria-sort={by === key ? (descending ? 'descending' : 'ascending') : 'none'}
                >
                  <button type="button" onClick={() => sortBy(key)}>
                    {name}
                    <span class="arrow" aria-hidden="true">
                      {by === key ? (descending ? ' ↓' : ' ↑') : ''}
                    </span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {rows.map((row) => (
              <ModelRow key={row.key} row={row} filters={filters} />
            ))}
          </tbody>
        </table>
      )}
    </main>
  );
}
