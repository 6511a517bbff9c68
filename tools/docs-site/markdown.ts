import GithubSlugger from 'github-slugger';
import MarkdownIt, { type Token } from 'markdown-it';
import { drawDiagram } from './diagram.ts';
import { highlighted } from './highlight.ts';
import type { Link } from './links.ts';

/** A heading of a page, or a row of a reference table that has an anchor of its own. */
export interface Section {
  /** 1 to 6; 0: a row of a table. */
  level: number;
  anchor: string;
  heading: string;
  /** What stands below it, up to the next section, as plain text for the search. */
  text: string;
}

export interface Rendered {
  html: string;
  title: string;
  sections: Section[];
}

export interface RenderOptions {
  /** Names the document in errors. */
  path: string;
  link: (target: string) => Link;
  /** A row whose first cell is code like this gets an anchor by it. */
  anchorRows?: RegExp | undefined;
}

const escape = (text: string): string => new MarkdownIt().utils.escapeHtml(text);

/** Fields that are the same in several places of a spec are found in one of them. */
const isRepeated = (field: string): boolean => /strategy\..*metrics\[\]/.test(field);

/**
 * Renders a document, with the anchors that GitHub gives to headings, and nothing that the policy of the page forbids: no style, no script, no HTML of
 * its own but line breaks. Throws with the path where a document has such.
 */
export function renderMarkdown(text: string, { path, link, anchorRows }: RenderOptions): Rendered {
  const markdown = new MarkdownIt({
    html: true,
    highlight: (code, language) => highlighted(code, language) ?? '',
  });
  const slugger = new GithubSlugger();
  const rules = markdown.renderer.rules;
  const onlyComments = (tokens: Token[], index: number): string => {
    const { content } = tokens[index]!;
    if (/^<br *\/?>$/.test(content)) return '<br>';
    if (/^\s*(<!--[\s\S]*?-->\s*)*$/.test(content)) return '';
    throw new Error(`${path}: found HTML, which the site does not take: ${content.trim().slice(0, 80)}`);
  };
  rules['html_block'] = onlyComments;
  rules['html_inline'] = onlyComments;
  // Code may be wider than a phone: who has no mouse has to reach it.
  const fence = rules['fence']!;
  let diagrams = 0;
  rules['fence'] = (tokens, index, options, environment, self) => {
    const { info, content } = tokens[index]!;
    if (info.trim() === 'mermaid') {
      diagrams += 1;
      const { svg, isWide } = drawDiagram(content, `diagram-${diagrams}`);
      return `<figure class="diagram${isWide ? ' is-wide' : ''}" tabindex="0">${svg}</figure>\n`;
    }
    return fence(tokens, index, options, environment, self).replace('<pre>', '<pre tabindex="0">');
  };
  // The path of a field may break after each dot.
  rules['code_inline'] = (tokens, index) =>
    `<code>${escape(tokens[index]!.content).replaceAll(/(?<=[\w\]]\.)(?=\w)/g, '<wbr>')}</code>`;
  rules['table_open'] = () => '<div class="table" tabindex="0"><table>\n';
  rules['table_close'] = () => '</table></div>\n';
  rules['image'] = (tokens, index) => {
    const { attrs, content } = tokens[index]!;
    const target = link(String(Object.fromEntries(attrs ?? [])['src']));
    if (target.to === 'repository') throw new Error(`${path}: the picture ${target.path} is not there`);
    return `<img src="${escape(target.address)}" alt="${escape(content)}" loading="lazy">`;
  };

  const tokens = markdown.parse(text, {});
  const sections: Section[] = [];
  const walk = (list: Token[]): void => {
    for (const [index, token] of list.entries()) {
      if (token.attrs) token.attrs = token.attrs.map(([name, value]) => asClass(name, String(value)));
      if (token.type === 'heading_open') {
        const heading = plain(list[index + 1]!);
        const anchor = slugger.slug(heading);
        token.attrSet('id', anchor);
        sections.push({ level: Number(token.tag.slice(1)), anchor, heading, text: '' });
        continue;
      }
      if (token.type === 'tr_open' && anchorRows) {
        const [cell] = list[index + 2]?.children ?? [];
        const field = cell?.type === 'code_inline' ? cell.content : '';
        if (anchorRows.test(field)) {
          token.attrSet('id', field);
          if (!isRepeated(field)) sections.push({ level: 0, anchor: field, heading: field, text: '' });
        }
      }
      if (token.type === 'inline' && list[index - 1]?.type !== 'heading_open') add(plain(token));
      if (token.type === 'fence' && token.info.trim() !== 'mermaid') add(token.content);
      if (token.children) leadLinks(token.children, link);
    }
  };
  const add = (words: string): void => {
    const section = sections.at(-1);
    if (section && words !== section.heading) section.text += `${section.text === '' ? '' : ' '}${words}`;
  };
  walk(tokens);
  const title = sections.find(({ level }) => level === 1)?.heading;
  if (title === undefined) throw new Error(`${path}: has no heading of level 1`);
  return { html: markdown.renderer.render(tokens, markdown.options, {}), title, sections };
}

/** The alignment of a cell comes as a style, which the policy forbids. */
const asClass = (name: string, value: string): [string, string] => {
  const [, side] = name === 'style' ? (/^text-align:(\w+)$/.exec(value) ?? []) : [];
  return side === undefined ? [name, value] : ['class', `is-${side}`];
};

/** What a line says, without its marks. */
const plain = ({ children }: Token): string =>
  (children ?? [])
    .map(({ type, content }) => (type === 'softbreak' ? ' ' : content))
    .join('')
    .trim();

/** Links to pages of the site lead there; a file that the site does not have is named, and no link. */
function leadLinks(children: Token[], link: (target: string) => Link): void {
  const closing: string[] = [];
  for (const token of children) {
    if (token.type === 'link_open') {
      const target = link(String(token.attrGet('href')));
      closing.push(target.to === 'repository' ? 'span' : 'a');
      if (target.to === 'repository') {
        token.tag = 'span';
        token.attrs = [
          ['class', 'in-repository'],
          ['title', `in the repository: ${target.path}`],
        ];
      } else token.attrSet('href', target.address);
    }
    if (token.type === 'link_close') token.tag = closing.pop() ?? 'a';
  }
}
