import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withLock } from './lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('withLock', () => {
  it('runs one after the other, tells the one that waits, and leaves nothing', async () => {
    const order: string[] = [];
    let told = 0;
    const work = (name: string) => async () => {
      order.push(`${name} begins`);
      await new Promise((done) => setTimeout(done, 30));
      order.push(`${name} ends`);
    };
    const path = join(folder, 'lock');
    const first = withLock(path, () => told++, work('a'));
    await new Promise((done) => setTimeout(done, 10));
    await Promise.all([first, withLock(path, () => told++, work('b'))]);
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
    expect(told).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ['a dead process', JSON.stringify({ pid: 4_194_305, startTime: '1' })],
    ['an earlier process of the same id', JSON.stringify({ pid: process.pid, startTime: '1' })],
    ['nobody that can be read', '{'],
  ])('takes over the lock of %s', async (_, content) => {
    await writeFile(join(folder, 'lock'), content);
    expect(
      await withLock(
        join(folder, 'lock'),
        () => undefined,
        () => Promise.resolve('done'),
      ),
    ).toBe('done');
  });

  it('lets go when the work fails', async () => {
    const failing = () => Promise.reject(new Error('no'));
    await expect(withLock(join(folder, 'lock'), () => undefined, failing)).rejects.toThrow('no');
    expect(await readdir(folder)).toEqual([]);
  });
});
