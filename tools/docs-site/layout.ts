import MarkdownIt from 'markdown-it';
import type { Section } from './markdown.ts';

/** What stands around a document. */
export interface PageParts {
  title: string;
  html: string;
  sections: Section[];
  /** Relative addresses, from this page. */
  root: string;
  assets: Assets;
  navigation: { title: string; pages: Neighbour[] }[];
  previous?: Neighbour | undefined;
  next?: Neighbour | undefined;
}

export interface Neighbour {
  title: string;
  address: string;
  isHere?: boolean;
}

/** Addresses of what each page loads. */
export interface Assets {
  script: string;
  /** Runs before anything is seen, so that nothing flashes in the other colours. */
  theme: string;
  styles: string[];
  icon: string;
  search: string;
}

const { escapeHtml: text } = new MarkdownIt().utils;

/** A whole page: nothing inline, every address relative. */
export function pageHtml(parts: PageParts): string {
  const { title, html, root, assets } = parts;
  const isHome = parts.navigation[0]?.pages[0]?.isHere === true;
  const styles = assets.styles.map((href) => `<link rel="stylesheet" href="${href}">`).join('');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${isHome ? 'Understudy: documentation' : `${text(title)} · Understudy`}</title>
<link rel="icon" type="image/svg+xml" href="${assets.icon}">
<script src="${assets.theme}"></script>
${styles}
<script type="module" src="${assets.script}"></script>
</head>
<body data-root="${root}" data-search="${assets.search}">
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<button type="button" class="menu" aria-expanded="false" aria-controls="navigation" hidden>Pages</button>
<a class="brand" href="${root}index.html">${mark}Understudy<span> docs</span></a>
<search class="search" hidden>
<input type="search" placeholder="Search" aria-label="Search the documentation" aria-controls="results" autocomplete="off" spellcheck="false"><kbd aria-hidden="true">/</kbd>
<div id="results" hidden></div>
<p class="visually-hidden" role="status"></p>
</search>
<a class="to-dashboard" href="${root}../">Dashboard</a>
<label class="theme" hidden><span class="visually-hidden">Colours</span><select><option>system</option><option>light</option><option>dark</option></select></label>
</header>
<div class="columns">
<nav id="navigation" aria-label="Pages">${parts.navigation.map(groupHtml).join('')}</nav>
<main id="main" tabindex="-1">
<article>
${html}</article>
${neighboursHtml(parts)}
</main>
${contentsHtml(parts.sections)}
</div>
</body>
</html>
`;
}

const mark =
  '<svg viewBox="0 0 32 32" aria-hidden="true" focusable="false"><circle cx="12" cy="16" r="8" class="stable"/><path d="M19 8a8 8 0 1 1 0 16 11 11 0 0 0 0-16z" class="candidate"/></svg>';

const groupHtml = ({ title, pages }: PageParts['navigation'][number]): string =>
  `<h2>${text(title)}</h2><ul>${pages
    .map(
      (page) =>
        `<li><a href="${page.address}"${page.isHere ? ' aria-current="page"' : ''}>${text(page.title)}</a></li>`,
    )
    .join('')}</ul>`;

function neighboursHtml({ previous, next }: PageParts): string {
  const one = (page: Neighbour | undefined, rel: string, label: string) =>
    page ? `<a rel="${rel}" href="${page.address}"><span>${label}</span> ${text(page.title)}</a>` : '';
  return `<nav class="neighbours" aria-label="Next pages">${one(previous, 'prev', 'Before')}${one(next, 'next', 'Next')}</nav>`;
}

/** The headings of the page; a short page needs none. */
function contentsHtml(sections: readonly Section[]): string {
  const headings = sections.filter(({ level }) => level === 2 || level === 3);
  if (headings.length < 3) return '';
  const items = headings.map(
    ({ level, anchor, heading }) =>
      `<li class="level-${level}"><a href="#${text(anchor)}">${text(heading)}</a></li>`,
  );
  return `<nav class="contents" aria-label="On this page"><h2>On this page</h2><ul>${items.join('')}</ul></nav>`;
}
