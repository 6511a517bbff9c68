import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A hash of everything that the built page is made of: its sources, and the versions of what it bundles. */
export function sourcesHash(root: string): string {
  const page = join(root, 'dashboard');
  const sources = readdirSync(page, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !relative(page, path).startsWith('dist') && !path.endsWith('.spec.ts'));
  const hash = createHash('sha256');
  for (const path of [...sources.sort(), join(root, 'package-lock.json')])
    hash.update(relative(root, path)).update('\0').update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}
