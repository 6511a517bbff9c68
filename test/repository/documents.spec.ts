import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..');
const documents = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' })
  .trim()
  .split('\n');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('the documents', () => {
  it.each(documents)('%s links only to what is there', (path) => {
    // What stands in code is no link: a regular expression may look like one.
    const text = read(path).replaceAll(/`[^`\n]*`/g, '');
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(
      ([, target]) => target ?? '',
    );
    expect(links.filter((target) => !existsSync(join(root, dirname(path), target)))).toEqual([]);
  });

  it('name tests of the laws that are there, and a test for each law', () => {
    const laws = read('docs/laws.md');
    const rows = [...laws.matchAll(/^\| (\d+) \| (.*) \|$/gm)].map(([, law, tests]) => ({
      law: Number(law),
      tests,
    }));
    const files = rows.flatMap(({ tests }) =>
      [...(tests ?? '').matchAll(/`([^`]+)`/g)].map(([, file]) => file ?? ''),
    );
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    expect(rows.map(({ law }) => law)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it('name only npm scripts that are there', () => {
    const scripts = Object.keys(
      (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts,
    );
    const named = documents.flatMap((path) =>
      [...read(path).matchAll(/npm run (?:--silent )?([a-z][a-z:]*)/g)].map(([, name]) => name),
    );
    expect(named.filter((name) => !scripts.includes(name ?? ''))).toEqual([]);
  });
});
