import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AtomicFolder } from './atomic-folder.ts';
import type { Payload } from './volume-payload.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atomic-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const payload = (files: Record<string, string>, mode = 0o644): Payload =>
  new Map(Object.entries(files).map(([path, text]) => [path, { content: Buffer.from(text), mode }]));
const read = (path: string) => readFileSync(join(folder, path), 'utf8');

test('files lie behind one link, whose change is the change of all', () => {
  const volume = new AtomicFolder(folder);
  expect(volume.write(payload({ a: '1', 'deep/b': '2', 'deep/c': '3' }))).toBe(true);
  expect([read('a'), read('deep/b'), read('deep/c')]).toEqual(['1', '2', '3']);
  expect(readlinkSync(join(folder, 'a'))).toBe('..data/a');
  const before = readlinkSync(join(folder, '..data'));

  expect(volume.write(payload({ a: '9', n: '4' }))).toBe(true);
  expect([read('a'), read('n')]).toEqual(['9', '4']);
  expect(readlinkSync(join(folder, '..data'))).not.toBe(before);
  expect(readdirSync(folder).filter((name) => !name.startsWith('..'))).toEqual(['a', 'n']);
  expect(readdirSync(folder)).not.toContain(before);
});

test('the same content touches nothing', () => {
  const volume = new AtomicFolder(folder);
  volume.write(payload({ a: '1' }));
  const before = readlinkSync(join(folder, '..data'));
  expect(volume.write(payload({ a: '1' }))).toBe(false);
  expect(readlinkSync(join(folder, '..data'))).toBe(before);
});

test('modes are those of the payload, and an empty volume is an empty folder', () => {
  const volume = new AtomicFolder(folder);
  volume.write(payload({ key: 'x' }, 0o400));
  expect(statSync(join(folder, 'key')).mode & 0o777).toBe(0o400);
  volume.write(payload({}));
  expect(readdirSync(join(folder, '..data'))).toEqual([]);
});
