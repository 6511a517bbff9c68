import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { expressionProblems, labelsOf } from '../../signals/check-expression.ts';
import { schemaVersion } from './dashboard.ts';
import { dashboardsFolder } from './files.ts';

interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  datasource?: { uid: string };
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { refId: string; expr: string; legendFormat: string }[];
}
interface Dashboard {
  uid: string;
  title: string;
  schemaVersion: number;
  panels: Panel[];
  templating: { list: { name: string; type: string; definition?: string }[] };
}

const folder = join(import.meta.dirname, '..', '..', '..', dashboardsFolder);
const files = readdirSync(folder).map(
  (file) => [file, JSON.parse(readFileSync(join(folder, file), 'utf8')) as Dashboard] as const,
);
const targets = files.flatMap(([file, { panels }]) =>
  panels.flatMap(({ title, targets: queries = [] }) =>
    queries.map(({ refId, ...query }) => [`${file}: ${title} ${refId}`, query] as const),
  ),
);

/** What Grafana fills in. */
const filledIn = (expr: string) => expr.replaceAll(/\$__(rate_interval|range)/g, '5m');

describe('the dashboards of the chart', () => {
  it('are three, each under a uid of its own', () => {
    expect(files.map(([file]) => file).sort()).toEqual([
      'controller.json',
      'model-deployment.json',
      'overview.json',
    ]);
    expect(new Set(files.map(([, { uid }]) => uid)).size).toBe(files.length);
  });

  it.each(files)(
    '%s is of the current schema, and has no panel that is gone from Grafana',
    (_, dashboard) => {
      expect(dashboard.schemaVersion).toBe(schemaVersion);
      const types = new Set(dashboard.panels.map(({ type }) => type));
      types.delete('row');
      expect(
        [...types].filter((type) => !['timeseries', 'stat', 'table', 'state-timeline'].includes(type)),
      ).toEqual([]);
      const ids = dashboard.panels.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const panel of dashboard.panels.filter(({ type }) => type !== 'row')) {
        expect(panel).toMatchObject({
          datasource: { uid: '${datasource}' },
          description: expect.stringMatching(/.{8,}/),
        });
        expect(panel.targets!.length).toBeGreaterThan(0);
      }
    },
  );

  it.each(files)('%s has no two panels in one place', (_, { panels }) => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_cell, at) => `${x + (at % w)} ${y + Math.floor(at / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });

  it.each(targets)('%s asks for metrics, labels and values that there are', (_, { expr }) => {
    expect(expressionProblems(filledIn(expr))).toEqual([]);
  });

  it.each(targets)('%s is called by labels that its series have', (_, { expr, legendFormat }) => {
    const used = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label!);
    expect(used.filter((label) => !labelsOf(filledIn(expr)).has(label))).toEqual([]);
  });

  it.each(files)('%s uses the variables that it has, and has those that it uses', (_, dashboard) => {
    const variables = dashboard.templating.list.map(({ name }) => name);
    const asked = [...JSON.stringify(dashboard).matchAll(/\$\{?(?!__)([a-z]+)/g)].map(([, name]) => name!);
    expect([...new Set(asked)].sort()).toEqual([...variables].sort());
    const definitions = dashboard.templating.list.flatMap(({ definition }) => definition ?? []);
    const metrics = definitions.map((definition) => /^label_values\((.+), \w+\)$/.exec(definition)![1]!);
    expect(metrics.flatMap(expressionProblems)).toEqual([]);
  });
});
