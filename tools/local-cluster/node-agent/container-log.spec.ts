import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLog } from './container-log.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'container-log-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = async (text: string, part: Parameters<typeof readLog>[1]) => {
  const file = join(folder, 'main.log');
  writeFileSync(file, text);
  return (await readLog(file, part)).toString();
};

test.each([
  ['all of it', 'a\nb\n', {}, 'a\nb\n'],
  ['the last line', 'a\nb\n', { tailLines: 1 }, 'b\n'],
  ['a last line without an end', 'a\nb\nc', { tailLines: 2 }, 'b\nc'],
  ['more lines than there are', 'a\nb\n', { tailLines: 5 }, 'a\nb\n'],
  ['empty lines', 'a\n\n\n', { tailLines: 2 }, '\n\n'],
  ['no line', 'a\n', { tailLines: 0 }, ''],
  ['nothing', '', { tailLines: 3 }, ''],
  ['the first bytes of the last lines', 'a\nbcd\nefg\n', { tailLines: 2, limitBytes: 5 }, 'bcd\ne'],
])('gives %s', async (_, text, part, expected) => {
  expect(await read(text, part)).toBe(expected);
});

test('finds lines that are longer than what it reads at a time', async () => {
  const long = 'x'.repeat(200_000);
  expect(await read(`first\n${long}\nlast\n`, { tailLines: 2 })).toBe(`${long}\nlast\n`);
});
