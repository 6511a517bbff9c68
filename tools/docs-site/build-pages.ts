import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { type Assets, type Neighbour, pageHtml } from './layout.ts';
import { relativeAddress, resolveLink } from './links.ts';
import { renderMarkdown, type Rendered } from './markdown.ts';
import { navigationOf } from './navigation.ts';
import { readSources, type Source } from './sources.ts';

/** One place that the search finds; the shape that `docs-site/src/search.ts` reads. */
export interface SearchEntry {
  /** Page with anchor, from the root of the site. */
  at: string;
  page: string;
  heading: string;
  text: string;
}

/** Writes every page, the pictures and the data of the search to `out`. The assets are there already; their addresses are from the root of the site. */
export function buildPages(root: string, out: string, assets: Omit<Assets, 'search'>): void {
  const { documents, files } = readSources(root);
  const known = new Set([...documents, ...files].map(({ path }) => path));
  const rendered = documents.map((source) => ({ source, ...render(source, known) }));
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(out, path)), { recursive: true });
    writeFileSync(join(out, path), content);
  };

  const entries = JSON.stringify(rendered.flatMap(entriesOf));
  const hash = createHash('sha256').update(entries).digest('hex').slice(0, 10);
  const search = `assets/search-${hash}.json`;
  write(search, entries);

  const titles = new Map(rendered.map(({ source, title }) => [source.path, title]));
  const groups = navigationOf(documents.map(({ path }) => path));
  const order = groups.flatMap(({ pages }) => pages);
  for (const { source, title, html, sections } of rendered) {
    const { path, page } = source;
    const to = (address: string): string => relativeAddress(page, address);
    const neighbour = (other: string): Neighbour => ({
      title: titles.get(other)!,
      address: to(documents.find((one) => one.path === other)!.page),
      isHere: other === path,
    });
    const place = order.indexOf(path);
    const beside = (index: number) =>
      place >= 0 && order[index] !== undefined ? neighbour(order[index]) : undefined;
    write(
      page,
      pageHtml({
        ...{ title, html, sections },
        root: '../'.repeat(page.split('/').length - 1) || './',
        assets: {
          script: to(assets.script),
          theme: to(assets.theme),
          styles: assets.styles.map(to),
          icon: to(assets.icon),
          search: to(search),
        },
        navigation: groups.map((group) => ({ title: group.title, pages: group.pages.map(neighbour) })),
        previous: beside(place - 1),
        next: beside(place + 1),
      }),
    );
  }
  for (const { path, page } of files) {
    mkdirSync(dirname(join(out, page)), { recursive: true });
    cpSync(join(root, path), join(out, page));
  }
}

function render({ path, text }: Source, known: ReadonlySet<string>): Rendered {
  const { ext, base } = posix.parse(path);
  // A file that people copy is a page with its name and its text.
  const fences = `${'`'.repeat(4)}`;
  const markdown =
    ext === '.md'
      ? text
      : `# ${base}\n\n\`${path}\`\n\n${fences}${ext.slice(1)}\n${text.trimEnd()}\n${fences}\n`;
  return renderMarkdown(markdown, {
    path,
    link: (target) => resolveLink(path, target, known),
    anchorRows: anchoredRows(path),
  });
}

/** Rows that somebody looks for by name: fields, and reasons. */
function anchoredRows(path: string): RegExp | undefined {
  if (path === 'docs/reference/reasons.md') return /^[A-Z]\w+$/;
  return path.startsWith('docs/reference/') ? /^(spec|status)\./ : undefined;
}

const entriesOf = ({ source, title, sections }: { source: Source } & Rendered): SearchEntry[] =>
  sections.map(({ level, anchor, heading, text }) => ({
    at: level === 1 ? source.page : `${source.page}#${anchor}`,
    page: title,
    heading,
    text: text.replaceAll(/\s+/g, ' '),
  }));
