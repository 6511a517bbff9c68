import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImageTable, ImageTableError, parseImageTable } from './image-table.ts';

describe('parseImageTable', () => {
  test('reads what an image stands for', () => {
    const entry = { command: ['node', 'x.js'], args: ['-v'], env: { A: '1' }, workingDir: '/srv' };
    expect(parseImageTable(JSON.stringify({ 'a:1': entry })).get('a:1')).toEqual(entry);
  });

  test.each([
    ['[]', 'wanted an object'],
    ['{"a": 1}', 'image a: entry: found 1'],
    ['{"a": {"command": []}}', 'image a: command: found [], wanted a list of texts, not empty'],
    ['{"a": {"command": ["x"], "args": [1]}}', 'image a: args: found [1]'],
    ['{"a": {"command": ["x"], "env": {"K": 1}}}', 'image a: env'],
    ['{"a": {"command": ["x"], "workingDir": 1}}', 'image a: workingDir'],
    ['{"a": {"command": ["x"], "cmd": 1}}', 'image a: cmd: found 1, wanted only'],
  ])('refuses %s', (text, message) => {
    expect(() => parseImageTable(text)).toThrow(ImageTableError);
    expect(() => parseImageTable(text)).toThrow(message);
  });
});

describe('ImageTable', () => {
  let folder: string;
  let table: ImageTable;
  const write = (text: string) => {
    writeFileSync(join(folder, 'new.json'), text);
    renameSync(join(folder, 'new.json'), join(folder, 'images.json'));
  };
  const changed = () => new Promise<void>((resolve) => table.onChange(resolve));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'image-table-'));
    write('{"a": {"command": ["x"]}}');
    table = new ImageTable(join(folder, 'images.json'));
  });
  afterEach(() => {
    table.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('follows its file, also when it is replaced or broken for a while', async () => {
    expect(table.lookup('a')?.command).toEqual(['x']);
    expect(table.lookup('b')).toBeUndefined();
    const change = changed();
    write('{"a": {"comm');
    write('{"b": {"command": ["y"]}}');
    await change;
    expect(table.lookup('b')?.command).toEqual(['y']);
    const inPlace = changed();
    writeFileSync(join(folder, 'images.json'), '{"c": {"command": ["z"]}}');
    await inPlace;
    expect(table.lookup('c')?.command).toEqual(['z']);
  });
});
