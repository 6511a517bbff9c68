import { describe, expect, it } from '@jest/globals';
import { canaryRow, row, rows } from '../../../src/dashboard-api/testing/fixtures.ts';
import { noFilters, sortKeys, type Filters } from '../place/place.ts';
import { countPhases, shownRows } from './filter-rows.ts';

const shown = (filters: Partial<Filters>) =>
  shownRows(rows, { ...noFilters, ...filters }).map(({ name }) => name);

describe('the rows that are shown', () => {
  it('begin with what needs somebody: users without service, failures, and what waits for a person', () => {
    expect(shown({}).slice(0, 5)).toEqual(['summaries', 'speech', 'fraud', 'pricing', 'churn']);
  });

  it('are those of the namespaces and phases', () => {
    expect(shown({ namespaces: ['research'], phases: ['Healthy'] })).toEqual(['vision']);
    expect(shown({ phases: ['Paused', 'RolledBack'] })).toEqual(['fraud', 'pricing']);
  });

  it('have each of the words somewhere', () => {
    expect(shown({ text: 'ML/sent' })).toEqual(['sentiment']);
    expect(shown({ text: ' alice   Paused ' })).toEqual(['pricing']);
    expect(shown({ text: 'fraud 3' })).toEqual(['fraud']);
    expect(shown({ text: 'alice nobody' })).toEqual([]);
  });

  it('keep what has no number last in both directions', () => {
    const a = {
      ...row('a', { phase: 'Healthy', message: '' }),
      errors: { ...canaryRow.errors!, candidate: 0.1 },
    };
    const b = { ...a, key: 'ml/b', errors: { ...a.errors, candidate: 0.2 } };
    const c = row('c', { phase: 'Healthy', message: '' });
    const keys = (descending: boolean) =>
      shownRows([c, b, a], { ...noFilters, sort: { by: 'errors', descending } }).map(({ key }) => key);
    expect(keys(false)).toEqual(['ml/a', 'ml/b', 'ml/c']);
    expect(keys(true)).toEqual(['ml/b', 'ml/a', 'ml/c']);
  });

  it.each(sortKeys)('are the same ones in whatever order: %s', (by) => {
    for (const descending of [false, true])
      expect(shown({ sort: { by, descending } }).sort()).toEqual(rows.map(({ name }) => name).sort());
  });

  it('are counted by phase as if no phase were chosen', () => {
    const counts = countPhases(rows, { ...noFilters, phases: ['Paused'], namespaces: ['research'] });
    expect(counts).toMatchObject({ Healthy: 1, Failed: 1, Progressing: 1, Pending: 1, Paused: 0 });
  });
});
