import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScaleFigures } from './figures.ts';
import { scalePage } from './page.ts';

const folder = join(import.meta.dirname, '..', '..', 'docs', 'benchmarks');
const figuresPath = join(folder, 'scale.json');
const pagePath = join(folder, 'scale.md');

export function readFigures(): ScaleFigures {
  return existsSync(figuresPath)
    ? (JSON.parse(readFileSync(figuresPath, 'utf8')) as ScaleFigures)
    : { runs: [] };
}

/** Takes new figures in, and makes the page from all that there are: what was not run this time stays as it was. */
export function writeFigures(change: (figures: ScaleFigures) => ScaleFigures): void {
  const figures = change(readFigures());
  writeFileSync(figuresPath, `${JSON.stringify(figures, null, 1)}\n`);
  writeFileSync(pagePath, scalePage(figures));
}
