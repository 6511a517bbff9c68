import { iconPath, sharedStyles } from './build-assets.ts';
import { filesBelow, readSources } from './sources.ts';

/** Every file that the built site follows from, from the root of the repository. */
export function siteSources(root: string): string[] {
  const { documents, files } = readSources(root);
  const own = [...filesBelow(root, 'docs-site/src'), ...filesBelow(root, 'tools/docs-site')].filter(
    (path) => !path.endsWith('.spec.ts'),
  );
  const read = [...documents, ...files].map(({ path }) => path);
  return [...read, ...own, iconPath, sharedStyles, 'package-lock.json'];
}
