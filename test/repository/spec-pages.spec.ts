import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { schemasOf } from '../../src/api/crd/custom-resource-definition.ts';
import {
  type KindDefinition,
  metricTemplateDefinition,
  modelDeploymentDefinition,
  modelRolloutDefinition,
  rolloutActionDefinition,
} from '../../src/api/crd/definitions.ts';
import { fieldRows } from '../../src/api/crd/field-table.ts';

const root = join(import.meta.dirname, '..', '..');
const pages: [string, KindDefinition][] = [
  ['model-deployment', modelDeploymentDefinition],
  ['model-rollout', modelRolloutDefinition],
  ['rollout-action', rolloutActionDefinition],
  ['metric-template', metricTemplateDefinition],
];

/** Every field of spec and status, by its path. */
function fieldsOf(definition: KindDefinition): Set<string> {
  const { spec, status } = schemasOf(definition);
  const rows = [...fieldRows(spec, 'spec'), ...(status ? fieldRows(status, 'status') : [])];
  return new Set(rows.map(({ path }) => path));
}

/** Metrics, steps and pod templates are written in one way, wherever they stand: the pages tell it once. */
const toldOnce = (path: string): string =>
  path
    .replace(/^spec\.strategy\..*metrics\[\]/, 'spec.analysis.metrics[]')
    .replace(/^(spec\.gates\[\]\.job\.template)\..*/, '$1')
    .replace(/^spec\.strategy\.shadow\.steps\[\]/, 'spec.strategy.canary.steps[]');

/** What a page tells of: a heading names a part of the spec, and the tables below it the fields of that part. */
function toldOf(markdown: string): string[] {
  const told: string[] = [];
  let part: string | undefined;
  for (const line of markdown.split('\n')) {
    if (/^#/.test(line)) part = /^#+ `(spec[^`]*)`$/.exec(line)?.[1];
    const [, cell = ''] = /^\| (`[^|]*) \|/.exec(line) ?? [];
    for (const [, name = ''] of cell.matchAll(/`([^`]+)`/g))
      if (name.startsWith('status.')) told.push(name);
      else if (part !== undefined) told.push(`${part}.${name}`);
  }
  return told;
}

/** Whole paths in the text, such as `spec.paused` or `analysis.onNoData`. */
function mentionedIn(markdown: string, fields: ReadonlySet<string>): string[] {
  const parts = [...fields].filter((path) => /^spec\.[^.[]+$/.test(path)).map((path) => path.slice(5));
  return [...markdown.matchAll(/`([a-zA-Z]+(?:\[\])?(?:\.[a-zA-Z]+(?:\[\])?)+)`/g)].flatMap(
    ([, path = '']) => {
      if (/^(spec|status)\./.test(path)) return [path];
      return /^[a-z]/.test(path) && parts.includes(path.split('.')[0] ?? '') ? [`spec.${path}`] : [];
    },
  );
}

describe.each(pages)('docs/spec/%s.md', (name, definition) => {
  const markdown = readFileSync(join(root, 'docs', 'spec', `${name}.md`), 'utf8');
  const fields = fieldsOf(definition);
  const told = toldOf(markdown);

  it('tells of every field of the spec, and of every part of the status', () => {
    const due = [...fields].filter((path) => path.startsWith('spec.') || /^status\.[^.[]+$/.test(path));
    const missing = due.map(toldOnce).filter((path) => !told.includes(path));
    expect([...new Set(missing)]).toEqual([]);
  });

  it('tells of no field that there is not', () => {
    expect(told.filter((path) => !fields.has(path))).toEqual([]);
    // ModelDeployment's fields are named on the other pages, too.
    const known = new Set([...fields, ...fieldsOf(modelDeploymentDefinition)]);
    expect(mentionedIn(markdown, fields).filter((path) => !known.has(path.replace(/\[\]$/, '')))).toEqual([]);
  });

  it('tells of each once', () => {
    expect(told.filter((path, index) => told.indexOf(path) !== index)).toEqual([]);
  });

  it('has the parts of every such page, and leads to the reference as that leads here', () => {
    const headings = [...markdown.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(
      expect.arrayContaining(['Example', 'Working with it', 'Status and conditions', 'Debugging']),
    );
    expect(markdown).toContain(`](../reference/${name}.md`);
    expect(readFileSync(join(root, 'docs', 'reference', `${name}.md`), 'utf8')).toContain(
      `](../spec/${name}.md)`,
    );
  });
});

it('a page is read as it is meant', () => {
  expect(
    toldOf('### `spec.a[]`\n| field | x |\n| `b`, `c.d` | `e` |\n| `status.f` | |\n## Else\n| `g` | |\n'),
  ).toEqual(['spec.a[].b', 'spec.a[].c.d', 'status.f']);
  expect(mentionedIn('`spec.x.y` `drain.z` `jsonpath.k` `understudy.dev`', new Set(['spec.drain']))).toEqual([
    'spec.x.y',
    'spec.drain.z',
  ]);
});
