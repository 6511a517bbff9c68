import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { Metric } from '../src/api/analysis.ts';
import { Strategy } from '../src/api/strategy/strategy.ts';
import { Step } from '../src/api/strategy/step.ts';
import { Traffic } from '../src/api/traffic.ts';
import { lintedFrom } from '../test/support/linted-objects.ts';

type Manifest = ReturnType<typeof JSON.parse>;
const text = (path: string) => readFileSync(join(import.meta.dirname, path), 'utf8');
const folder = (name: string) =>
  readdirSync(join(import.meta.dirname, name))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => `${name}/${file}`);
const files = [...folder('strategies'), ...folder('metrics')];
const objectsOf = (path: string): Manifest[] =>
  parseAllDocuments(text(path)).map((document) => document.toJS());
const specs: Manifest[] = files.flatMap((path) =>
  objectsOf(path)
    .filter(({ kind }) => kind === 'ModelDeployment')
    .map(({ spec }) => spec),
);

/** Names of all fields anywhere in the examples. */
const fields = new Set<string>();
JSON.stringify(specs, (name: string, value: unknown) => (fields.add(name), value));

describe('the examples of strategies and metrics', () => {
  it.each(files)('%s begins with why, and no expert warns of it', (path) => {
    expect(text(path)).toMatch(/^# \S/);
    const objects = objectsOf(path);
    // Placeholders for images and models have no digests.
    const linted = lintedFrom(path, objects, ['NoImageDigest', 'NoModelDigest']);
    expect(linted).toHaveLength(objects.length);
    expect(linted.flatMap(({ findings }) => findings)).toEqual([]);
  });

  it('show every strategy, step, router and kind of metric that the API has', () => {
    const names = [Strategy, Step, Traffic].flatMap((part) => Object.keys(part.shape));
    expect(names.filter((name) => !fields.has(name))).toEqual([]);
    const kinds = Metric.options.map(({ shape }) => shape.kind.value);
    const shown = new Set(
      JSON.stringify(specs)
        .match(/"kind":"(\w+)"/g)
        ?.map((match) => match.slice(8, -1)),
    );
    expect(kinds.filter((kind) => !shown.has(kind))).toEqual([]);
  });

  it('show every field of a metric', () => {
    const names = Metric.options.flatMap(({ shape }) => Object.keys(shape));
    expect(names.filter((name) => !fields.has(name))).toEqual([]);
  });

  it('are all in the list', () => {
    const listed = [...text('README.md').matchAll(/\]\(((?:strategies|metrics)\/[^)]+)\)/g)].map(
      ([, path]) => path,
    );
    expect(listed.sort()).toEqual([...files].sort());
  });
});
