/** How a piece of text is meant; a terminal without colours shows only the text. */
export type Style = 'bold' | 'dim' | 'good' | 'warn' | 'bad' | 'accent';

export interface Span {
  readonly text: string;
  readonly style?: Style | undefined;
}

export type Line = readonly Span[];

const codes: Record<Style, string> = { bold: '1', dim: '2', good: '32', warn: '33', bad: '31', accent: '36' };

export const plain = (text: string): Span => ({ text });
export const styled = (style: Style | undefined, text: string): Span => ({ text, style });

/** Texts of the cluster must not move the cursor: control characters become spaces. */
export function clean(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
}

/** One line for the terminal: at most `width` characters, the last of them an ellipsis where something was cut. */
export function paint(line: Line, width: number, color: boolean): string {
  let left = width;
  let painted = '';
  const total = line.reduce((sum, { text }) => sum + lengthOf(text), 0);
  for (const { text, style } of line) {
    if (left <= 0) break;
    const fits = lengthOf(text) <= left && (total <= width || lengthOf(text) < left);
    const part = fits ? text : `${[...text].slice(0, left - 1).join('')}…`;
    left = fits ? left - lengthOf(text) : 0;
    painted += color && style && part !== '' ? `\u001b[${codes[style]}m${part}\u001b[0m` : part;
  }
  return painted.trimEnd();
}

const lengthOf = (text: string) => [...text].length;

/** The text in lines of at most `width` characters, broken at spaces; the last of `most` lines has all the rest. */
export function wrap(text: string, width: number, most: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (lines.length < most - 1 && lengthOf(rest) > width) {
    const space = rest.lastIndexOf(' ', width);
    const at = space > 0 ? space : Math.max(1, width);
    lines.push(rest.slice(0, at));
    rest = rest.slice(at).trimStart();
  }
  return [...lines, rest];
}

/** `1234567` as `1,234,567`. */
export function count(value: number): string {
  return String(Math.round(value)).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** Seconds with one decimal: `12.3 s`. */
export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** Minutes and seconds: `1:05`. */
export function clock(ms: number): string {
  const whole = Math.max(0, Math.floor(ms / 1_000));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
