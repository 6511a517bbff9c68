/** Writes manifests/ from the chart, by helm. With `--check` it writes nothing and fails when a file is not what it would write. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { resolveHelm } from '../local-cluster/binaries/binaries.ts';
import { textProgress } from '../local-cluster/binaries/progress.ts';
import { renderManifests } from './render.ts';

const root = join(import.meta.dirname, '..', '..');
const flags = process.argv.slice(2);
const unknown = flags.filter((flag) => flag !== '--check');
if (unknown.length > 0) {
  console.error(`manifests: found ${unknown.join(' ')}; accepted: --check`);
  process.exit(2);
}

const stored = (path: string): string | undefined => {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const helm = await resolveHelm({ progress: textProgress(process.stderr) });
const stale = (await renderManifests(helm)).filter(({ path, content }) => stored(path) !== content);
for (const { path, content } of stale) {
  if (flags.includes('--check')) {
    console.error(`${path} is stale: run \`npm run generate:manifests\` and commit the result`);
    process.exitCode = 1;
    continue;
  }
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
  console.log(`wrote ${path}`);
}
