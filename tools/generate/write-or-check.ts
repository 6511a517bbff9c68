import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Artifact } from '../../src/api/crd/artifacts.ts';

/**
 * The end of a program that makes files of the repository: writes those that are not what they would be. With `--check` it writes nothing and fails,
 * saying which they are. `script` is the program's name in package.json; any other flag is refused before anything is made.
 */
export async function writeOrCheck(
  root: string,
  script: string,
  make: () => readonly Artifact[] | Promise<readonly Artifact[]>,
): Promise<void> {
  const flags = process.argv.slice(2);
  const unknown = flags.filter((flag) => flag !== '--check');
  if (unknown.length > 0) {
    console.error(`${script}: found ${unknown.join(' ')}; accepted: --check`);
    process.exitCode = 2;
    return;
  }
  const stale = (await make()).filter(({ path, content }) => stored(join(root, path)) !== content);
  for (const { path, content } of stale) {
    if (flags.includes('--check')) {
      console.error(`${path} is stale: run \`npm run ${script}\` and commit the result`);
      process.exitCode = 1;
      continue;
    }
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    console.log(`wrote ${path}`);
  }
}

function stored(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
