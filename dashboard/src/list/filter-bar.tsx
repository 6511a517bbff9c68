import type { Row } from '../../../src/dashboard-api/schemas.ts';
import { phaseWords } from '../parts/badges.tsx';
import { noFilters, phasesInOrder, type Filters } from '../place/place.ts';
import { goTo } from '../place/use-place.ts';
import { countPhases } from './filter-rows.ts';

const toggled = <Value,>(values: readonly Value[], value: Value): Value[] =>
  values.includes(value) ? values.filter((one) => one !== value) : [...values, value];

/** What of the list is shown. The counts are the summary of the cluster. */
export function FilterBar({ rows, filters }: { rows: readonly Row[]; filters: Filters }) {
  const counts = countPhases(rows, filters);
  const namespaces = [...new Set([...rows.map(({ namespace }) => namespace), ...filters.namespaces])].sort();
  const change = (more: Partial<Filters>, replace = false) =>
    goTo({ filters: { ...filters, ...more } }, { replace });
  const isFiltered = filters.text !== '' || filters.phases.length > 0 || filters.namespaces.length > 0;
  return (
    <div class="filters" role="search" aria-label="Filters">
      <div class="chips" role="group" aria-label="Phase">
        {phasesInOrder.map((phase) => (
          <button
            key={phase}
            type="button"
            class={`chip phase-${phase}${counts[phase] === 0 ? ' none' : ''}`}
            aria-pressed={filters.phases.includes(phase)}
            onClick={() => change({ phases: toggled(filters.phases, phase) })}
          >
            <span class="number">{counts[phase]}</span> {phaseWords(phase)}
          </button>
        ))}
      </div>
      <label class="field">
        <span>Namespace</span>
        <select
          value={filters.namespaces[0] ?? ''}
          onChange={({ currentTarget: { value } }) => change({ namespaces: value === '' ? [] : [value] })}
        >
          <option value="">all</option>
          {namespaces.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>Text</span>
        <input
          type="search"
          value={filters.text}
          placeholder="name, version, words"
          onInput={({ currentTarget: { value } }) => change({ text: value }, true)}
        />
      </label>
      {isFiltered && (
        <button
          type="button"
          class="quiet"
          onClick={() => goTo({ filters: { ...noFilters, sort: filters.sort } })}
        >
          Show all
        </button>
      )}
    </div>
  );
}
