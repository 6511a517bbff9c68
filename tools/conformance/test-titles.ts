import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

export type Place = 'simulation' | 'cluster';

/** A test that belongs to a scenario. */
export interface TitledTest {
  /** The number of the scenario. */
  scenario: number;
  /** What its name says behind the number. */
  title: string;
  place: Place;
  /** From the root of the repository. */
  file: string;
}

/** A test in test/conformance whose name does not begin with the number of a scenario. */
export class UntitledTestError extends Error {
  override readonly name = 'UntitledTestError';
  readonly reason = 'UntitledTest';

  constructor(file: string, title: string) {
    super(
      `${file}: found a test named ${title}; accepted: a literal that begins with S1: to S82:, such as 'S7: ...'`,
    );
  }
}

/** Tests of a file by their literal names: each must be one, so that the page can be made without running them. */
export function titledTests(file: string, source: string): TitledTest[] {
  const place = file.includes('conformance/cluster/') ? 'cluster' : 'simulation';
  return [...source.matchAll(/^\s*(?:it|test)(?:\.\w+)*\(\s*([^\n]*)/gm)].map(([, start = '']) => {
    const literal = /^(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/.exec(start);
    const name = /^S(\d+): (.+)$/.exec((literal?.[1] ?? literal?.[2] ?? '').replaceAll(/\\(.)/g, '$1'));
    if (!name) throw new UntitledTestError(file, start.slice(0, 60));
    return { scenario: Number(name[1]), title: name[2]!, place, file };
  });
}

/** All of them, in the order of their files. */
export function readTitledTests(root: string): TitledTest[] {
  const folder = join(root, 'test', 'conformance');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.split(sep).join('/'))
    .filter((name) => name.endsWith('.spec.ts') && !name.startsWith('bed/'))
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      return titledTests(relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8'));
    });
}
