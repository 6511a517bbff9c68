import type { Labels } from '../../src/domain/analysis/measurement.ts';

/** One line of a page that Prometheus scrapes. */
export interface ExposedSample {
  labels: Labels;
  value: number;
}

const line = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)/;
const pair = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;
const escapes: Readonly<Record<string, string>> = { n: '\n', '\\': '\\', '"': '"' };

/** Reads the text format, as far as scrapes in this repository use it; the name is the label `__name__`. */
export function readExposition(text: string): ExposedSample[] {
  return text.split('\n').flatMap((row) => {
    if (row === '' || row.startsWith('#')) return [];
    const [, name, labels = '', value] = line.exec(row) ?? [];
    if (name === undefined) throw new Error(`no line of an exposition: ${row}`);
    const pairs = [...labels.matchAll(pair)].map(([, label, quoted]): [string, string] => [
      label!,
      quoted!.replaceAll(/\\(.)/g, (_, escaped: string) => escapes[escaped] ?? escaped),
    ]);
    return [{ labels: { __name__: name, ...Object.fromEntries(pairs) }, value: Number(value) }];
  });
}
