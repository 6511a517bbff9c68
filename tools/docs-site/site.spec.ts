import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildPages, type SearchEntry } from './build-pages.ts';
import { resolveLink } from './links.ts';
import { renderMarkdown } from './markdown.ts';
import { groups, navigationOf, otherGroup } from './navigation.ts';
import { filesBelow, readSources } from './sources.ts';

const root = join(import.meta.dirname, '..', '..');
const assets = {
  script: 'assets/page.js',
  theme: 'assets/theme.js',
  styles: ['assets/page.css'],
  icon: 'icon.svg',
};

describe('the site of the documents', () => {
  let out: string;
  let pages: Map<string, string>;
  beforeAll(() => {
    out = mkdtempSync(join(tmpdir(), 'understudy-docs-'));
    buildPages(root, out, assets);
    const built = filesBelow(out, '.').filter((path) => path.endsWith('.html'));
    pages = new Map(built.map((path) => [path, readFileSync(join(out, path), 'utf8')]));
  });
  afterAll(() => rmSync(out, { recursive: true }));

  it('has a page for every document and every example', () => {
    const { documents } = readSources(root);
    expect(documents.length).toBeGreaterThan(80);
    expect(documents.map(({ page }) => page).sort()).toEqual([...pages.keys()].sort());
    expect(pages.has('index.html')).toBe(true);
  });

  it('has nothing that the policy of the dashboard forbids', () => {
    const forbidden = / style="|<style|<script>|<script (?!src=|type="module" src=)| on[a-z]+="|javascript:/;
    const found = [...pages].flatMap(([path, html]) => {
      const [match] = forbidden.exec(html) ?? [];
      return match === undefined ? [] : [`${path}: ${match}`];
    });
    expect(found).toEqual([]);
    for (const html of pages.values()) expect(html).not.toMatch(/(?:src|<link[^>]*href)="(?:https?:)?\/\//);
  });

  it('has relative addresses only, each of something that is there, down to the heading', () => {
    const ids = new Map(
      [...pages].map(([path, html]) => [
        path,
        new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)),
      ]),
    );
    const broken = [...pages].flatMap(([path, html]) =>
      [...html.matchAll(/ (?:href|src|data-search)="([^"]+)"/g)].flatMap(([, target = '']) => {
        if (/^(https?|mailto):/.test(target)) return [];
        const [file = '', anchor] = target.split('#');
        const to = file === '' ? path : posix.normalize(posix.join(posix.dirname(path), file));
        // One folder up from the site is the dashboard.
        if (to === '..' || to === '../' || to.startsWith('assets/p') || to.startsWith('assets/t')) return [];
        if (to === 'icon.svg') return [];
        const isThere = target.startsWith('/') ? false : existsSync(join(out, to));
        const hasAnchor = anchor === undefined || ids.get(to)?.has(decodeURIComponent(anchor));
        return isThere && hasAnchor ? [] : [`${path}: ${target}`];
      }),
    );
    expect(broken).toEqual([]);
  });

  it('finds every heading, and each field of a reference', () => {
    const [file] = filesBelow(out, 'assets');
    const entries = JSON.parse(readFileSync(join(out, file!), 'utf8')) as SearchEntry[];
    const at = (place: string) => entries.find((entry) => entry.at === place);
    expect(at('reference/model-deployment.html#spec.analysis.minRequests')).toMatchObject({
      page: 'ModelDeployment',
      heading: 'spec.analysis.minRequests',
      text: expect.stringContaining('A gate that counts requests'),
    });
    expect(at('reference/reasons.html#AnalysisFailed')?.text).toContain('does harm');
    expect(at('gitops.html#drift')?.text).toContain('ignoreDifferences');
    const broken = entries.filter((entry) => {
      const [page = '', anchor] = entry.at.split('#');
      return anchor !== undefined && !pages.get(page)?.includes(` id="${anchor}"`);
    });
    expect(broken).toEqual([]);
  });

  it('shows each document once in the list beside it, and none that is not there', () => {
    const paths = readSources(root).documents.map(({ path }) => path);
    const listed = navigationOf(paths).flatMap(({ pages: shown }) => shown);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.filter((path) => !paths.includes(path))).toEqual([]);
    expect(navigationOf([...paths, 'docs/new.md']).at(-1)).toEqual({
      title: otherGroup,
      pages: expect.arrayContaining(['docs/new.md']),
    });
    expect(new Set(groups.flatMap(({ pages: named }) => named)).size).toBe(
      groups.flatMap(({ pages: named }) => named).length,
    );
  });

  it('draws the diagrams, and the pages have no text of them left', () => {
    const html = pages.get('architecture.html')!;
    expect(html.match(/<figure class="diagram[^>]*><svg/g)?.length).toBeGreaterThan(1);
    expect(html).not.toContain('flowchart');
  });
});

describe('a document', () => {
  const render = (text: string, anchorRows?: RegExp) =>
    renderMarkdown(text, {
      path: 'docs/a.md',
      anchorRows,
      link: (target) => resolveLink('docs/a.md', target, new Set(['docs/b/README.md', 'docs/x.png'])),
    });

  it('has the anchors of GitHub, also for headings that are there twice', () => {
    const { html, title } = render('# A `plan` of B_c\n## Twice: on\n## Twice: on\n');
    expect(title).toBe('A plan of B_c');
    expect([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)).toEqual([
      'a-plan-of-b_c',
      'twice-on',
      'twice-on-1',
    ]);
  });

  it('leads to pages of the site, and names what only the repository has', () => {
    const { html } = render(
      '# A\n[b](b/README.md#c) [folder](b) [src](../src/main.ts) [out](https://e.org)\n',
    );
    expect(html).toContain('<a href="b/index.html#c">b</a> <a href="b/index.html">folder</a>');
    expect(html).toContain(
      '<span class="in-repository" title="in the repository: src/main.ts">src</span> <a href="https://e.org">',
    );
  });

  it('has classes where Markdown would have styles, and rows with anchors where fields are', () => {
    const table = '# A\n| field | n |\n|---|---:|\n| `spec.a[].b` | 1 |\n| `code` | 2 |\n';
    const { html, sections } = render(table, /^spec\./);
    expect(html).toContain('<td class="is-right">1</td>');
    expect(html).toContain('<tr id="spec.a[].b">');
    expect(sections.at(-1)).toMatchObject({ heading: 'spec.a[].b', text: expect.stringContaining('1') });
  });

  it.each([
    ['HTML', '# A\n<div onclick="x()">y</div>\n', 'found HTML'],
    ['a script in a line', '# A\nb <script>x()</script>\n', 'found HTML'],
    ['a picture that is not there', '# A\n![y](y.png)\n', 'docs/y.png is not there'],
    ['no title', 'text\n', 'no heading of level 1'],
  ])('is refused with %s, by its name', (_, text, words) => {
    expect(() => render(text)).toThrow(words);
    expect(() => render(text)).toThrow('docs/a.md');
  });
});
