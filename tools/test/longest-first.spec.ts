import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import LongestFirst, { seconds } from './longest-first.ts';

const root = join(import.meta.dirname, '..', '..');
const [longest, second] = Object.entries(seconds)
  .sort(([, left], [, right]) => right - left)
  .map(([path]) => join(root, path));

describe('the order of test files', () => {
  it('names files that there are', () => {
    expect(Object.keys(seconds).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('begins with those that take longest', async () => {
    // As Jest makes them: it asks their project for where durations of an earlier run are kept.
    const context = { config: { cacheDirectory: '/nonexistent', id: 'unit' }, hasteFS: { getSize: () => 1 } };
    const paths = [join(root, 'a.spec.ts'), second!, longest!];
    const sorted = await new LongestFirst({ contexts: [], globalConfig: {} } as never).sort(
      paths.map((path) => ({ path, context })) as never,
    );
    expect(sorted.map(({ path }) => path)).toEqual([longest, second, paths[0]]);
  });
});
