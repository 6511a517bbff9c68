import { describe, it } from '@jest/globals';
import { expectGolden } from '../testing/golden.ts';
import { canvas, rolledBack, stepping } from '../testing/pictures.ts';
import { historyTable } from './history-table.ts';

const rollouts = [...rolledBack().rollouts, ...stepping().rollouts];

describe('the table of past rollouts', () => {
  it('looks so', () => expectGolden('history-table', historyTable(rollouts, canvas({ width: Infinity }))));
  it('looks so on a terminal with colours', () =>
    expectGolden('history-table-coloured', historyTable(rollouts, canvas({ width: 100, coloured: true }))));
  it('looks so when it is wide', () =>
    expectGolden('history-table-wide', historyTable(rollouts, canvas(), { wide: true })));
});
