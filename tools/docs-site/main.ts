/**
 * `npm run build:docs`: builds the site from `docs` and `examples` to `docs-site/dist`, where it is not what its sources say already. The dashboard
 * serves it below `docs/`.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf } from '../dashboard/sources-hash.ts';
import { buildAssets } from './build-assets.ts';
import { buildPages } from './build-pages.ts';
import { siteSources } from './site-sources.ts';

const root = join(import.meta.dirname, '..', '..');
const out = join(root, 'docs-site', 'dist');
const stamp = join(out, '.built-from');
const hash = hashOf(root, siteSources(root));

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== hash) {
  rmSync(out, { recursive: true, force: true });
  buildPages(root, out, await buildAssets(root, out));
  writeFileSync(stamp, hash);
}
