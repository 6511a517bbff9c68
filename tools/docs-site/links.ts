import { posix } from 'node:path';
import { pageOf } from './sources.ts';

/** Where a link of a document leads. */
export type Link =
  /** Out of the site, or a place of the same page. */
  | { to: 'address'; address: string }
  | { to: 'page'; address: string }
  /** A file of the repository that the site does not have. */
  | { to: 'repository'; path: string };

/** Resolves a link of the document at `from`. `pages` are the paths of what the site has; addresses come out relative, so that the site works below any path. */
export function resolveLink(from: string, target: string, pages: ReadonlySet<string>): Link {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target) || target.startsWith('#'))
    return { to: 'address', address: target };
  const [file = '', anchor] = target.split('#');
  const found = posix.normalize(posix.join(posix.dirname(from), file));
  // The README of the repository says what the first page of the site says.
  const path = found === 'README.md' ? 'docs/README.md' : found;
  const at = [path, posix.join(path, 'README.md')].find((one) => pages.has(one));
  if (at === undefined) return { to: 'repository', path };
  const page = /\.(png|svg)$/.test(at) ? at.replace(/^docs\//, '') : pageOf(at);
  return {
    to: 'page',
    address: relativeAddress(pageOf(from), page) + (anchor === undefined ? '' : `#${anchor}`),
  };
}

/** From one page of the site to another. */
export const relativeAddress = (from: string, to: string): string =>
  posix.relative(posix.dirname(from), to) || posix.basename(to);
