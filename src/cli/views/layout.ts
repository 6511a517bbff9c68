import { stripVTControlCharacters } from 'node:util';

/** Text that may hold styles, laid out by what of it can be seen. */

const escape = String.fromCodePoint(27);
const styleForm = new RegExp(`(${escape}\\[[0-9;]*m)`);

/** Columns that a text takes. */
export const visibleWidth = (text: string): number => [...stripVTControlCharacters(text)].length;

/** The text, cut where it is too wide; one can see that it was. Its styles end where they should. */
export function fit(text: string, width: number): string {
  if (visibleWidth(text) <= width) return text;
  let left = Math.max(0, width - 1);
  let cut = '';
  let done = false;
  for (const part of text.split(styleForm)) {
    if (styleForm.test(part)) cut += part;
    else if (!done) {
      const letters = [...part];
      done = letters.length > left;
      cut += letters.slice(0, left).join('') + (done ? '…' : '');
      left -= letters.length;
    }
  }
  return cut;
}

/** A number and its unit are one word, and so are odds. */
const glue = '\u00a0';
const glued = /(?<=\d) (?=%)|(?<=\d) (?=: 1\b)|(?<=\d :) (?=1\b)/g;

/** Lines of whole words. A word that is too long has a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of text.replaceAll(/\s+/g, ' ').replaceAll(glued, glue).split(' ')) {
    const word = piece.replaceAll(glue, ' ');
    if (line !== '' && visibleWidth(line) + 1 + visibleWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Wrapped, each line behind an indent. */
export const paragraph = (text: string, indent: string, width: number): string[] =>
  wrap(text, Math.max(20, width - indent.length)).map((line) => indent + line);

/** Columns of equal width with a gap between them, each to the left; no line is wider than asked. */
export function columns(
  rows: readonly (readonly string[])[],
  { width = Infinity, gap = '   ' }: { width?: number; gap?: string } = {},
): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => visibleWidth(row[column] ?? ''))),
  );
  return rows.map((row) => {
    const cells = row.map((cell, column) => cell + ' '.repeat(widths[column]! - visibleWidth(cell)));
    return fit(cells.join(gap).trimEnd(), width);
  });
}

/** A tree below a line that is already there. */
export interface Branch {
  /** The first one is the branch itself; the others go on with it. */
  lines: readonly string[];
  children?: readonly Branch[];
}

/** The branches with the lines that hold them together. */
export function branchLines(branches: readonly Branch[], stem = ''): string[] {
  return branches.flatMap(({ lines, children = [] }, index) => {
    const isLast = index === branches.length - 1;
    const below = stem + (isLast ? '   ' : '│  ');
    const [first = '', ...rest] = lines;
    const tail = children.length > 0 ? `${below}│  ` : `${below}   `;
    return [
      `${stem}${isLast ? '└─' : '├─'} ${first}`,
      ...rest.map((line) => tail + line),
      ...branchLines(children, below),
    ];
  });
}
