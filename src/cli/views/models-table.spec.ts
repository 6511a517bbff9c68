import { describe, expect, it } from '@jest/globals';
import { expectGolden } from '../testing/golden.ts';
import { canvas, healthy, outage, rolledBack, stepping, unseen } from '../testing/pictures.ts';
import { visibleWidth } from './layout.ts';
import { modelsTable } from './models-table.ts';

const models = [stepping(), rolledBack(), healthy(), outage(), unseen()].map(({ model }) => model);

describe('the table of ModelDeployments', () => {
  it('looks so', () => expectGolden('models-table', modelsTable(models, canvas({ width: Infinity }))));
  it('looks so with all namespaces on a narrow terminal with colours', () => {
    const lines = modelsTable(models, canvas({ width: 100, coloured: true }), { namespaces: true });
    expectGolden('models-table-coloured', lines);
    for (const line of lines) expect(visibleWidth(line)).toBeLessThanOrEqual(100);
  });
  it('looks so when it is wide', () =>
    expectGolden('models-table-wide', modelsTable(models, canvas({ width: 80 }), { wide: true })));
});
