import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from '@jest/globals';

const folder = join(import.meta.dirname, '..', 'views', 'golden');

/**
 * Compares lines byte by byte with `src/cli/views/golden/<name>.txt`; `cat` shows those with colours as a terminal does. With `GOLDEN=write`
 * the files are written anew, to be looked at before they are committed.
 */
export function expectGolden(name: string, lines: readonly string[]): void {
  const path = join(folder, `${name}.txt`);
  const text = `${lines.join('\n')}\n`;
  if (process.env['GOLDEN'] === 'write') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  expect(text).toBe(readFileSync(path, 'utf8'));
}
