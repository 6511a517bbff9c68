import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { sourcesHash } from './sources-hash.ts';

let root: string;
const write = (path: string, text: string) => writeFileSync(join(root, path), text);
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'understudy-page-'));
  for (const folder of ['dashboard/src', 'dashboard/dist'])
    mkdirSync(join(root, folder), { recursive: true });
  write('package-lock.json', '{}');
  write('dashboard/src/main.tsx', 'one');
});
afterEach(() => rmSync(root, { recursive: true }));

it.each([
  ['dashboard/src/main.tsx', true],
  ['dashboard/src/another.tsx', true],
  ['package-lock.json', true],
  ['dashboard/dist/index.html', false],
  ['dashboard/src/main.spec.ts', false],
])('a change of %s makes another page: %s', (path, isAnother) => {
  const before = sourcesHash(root);
  write(path, 'two');
  expect(sourcesHash(root) !== before).toBe(isAnother);
});
