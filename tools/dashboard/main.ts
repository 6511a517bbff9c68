/**
 * `npm run build:dashboard`: builds the page to `dashboard/dist`, where it is not what its sources say already. The check costs milliseconds, so that
 * whoever does not touch the page does not wait for it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourcesHash } from './sources-hash.ts';

const root = join(import.meta.dirname, '..', '..');
const stamp = join(root, 'dashboard', 'dist', '.built-from');
const hash = sourcesHash(root);

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== hash) {
  const { build } = await import('vite');
  await build({ configFile: join(root, 'dashboard', 'vite.config.ts'), logLevel: 'warn' });
  writeFileSync(stamp, hash);
}
