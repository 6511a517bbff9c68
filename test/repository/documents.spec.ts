import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { anchorsOf, withoutCode } from './fenced-blocks.ts';

const root = join(import.meta.dirname, '..', '..');
const documents = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' })
  .trim()
  .split('\n');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('the documents', () => {
  it.each(documents)('%s links only to what is there, and to headings that are there', (path) => {
    // What stands in code is no link: a regular expression may look like one.
    const text = withoutCode(read(path));
    const broken = [...text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)/g)].flatMap(([, target = '']) => {
      const [file = '', anchor] = target.split('#');
      const place = file === '' ? path : join(dirname(path), file);
      if (!existsSync(join(root, place))) return [target];
      const isKnown = anchor === undefined || !place.endsWith('.md') || anchorsOf(read(place)).has(anchor);
      return isKnown ? [] : [target];
    });
    expect(broken).toEqual([]);
  });

  it('have the anchors that GitHub gives', () => {
    const text = '# A `plan` -- and B_c\n## [Twice](x.md): on\n## Twice: on\n```sh\n# no heading\n```\n';
    expect([...anchorsOf(text)]).toEqual(['a-plan----and-b_c', 'twice-on', 'twice-on-1']);
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
