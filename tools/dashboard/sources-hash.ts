import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A hash of everything that the built page is made of: its sources, and the versions of what it bundles. */
export function sourcesHash(root: string): string {
  const page = join(root, 'dashboard');
  const sources = readdirSync(page, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith(join('dashboard', 'dist')) && !path.endsWith('.spec.ts'));
  return hashOf(root, [...sources, 'package-lock.json']);
}

/** A hash of files, their names included; in whatever order they come. */
export function hashOf(root: string, paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of [...paths].sort())
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)))
      .update('\0');
  return hash.digest('hex');
}
