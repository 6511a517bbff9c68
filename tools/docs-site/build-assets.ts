import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Assets } from './layout.ts';

/** The site looks as the dashboard does. */
export const iconPath = 'dashboard/src/icon.svg';
export const sharedStyles = 'dashboard/src/styles/base.css';

/** Bundles script, styles and fonts of the site to `out`. Addresses are from the root of the site. */
export async function buildAssets(root: string, out: string): Promise<Omit<Assets, 'search'>> {
  const { build } = await import('vite');
  const folder = join(root, 'docs-site', 'src');
  const built = await build({
    configFile: false,
    root: folder,
    base: './',
    logLevel: 'warn',
    build: {
      outDir: out,
      emptyOutDir: true,
      target: 'es2023',
      // A data: address would need a wider policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: { page: join(folder, 'page.ts'), theme: join(folder, 'theme.ts') },
      },
    },
  });
  const [{ output } = { output: [] }] = [built].flat() as { output: { fileName: string; name?: string }[] }[];
  const named = (wanted: RegExp): string[] =>
    output.map(({ fileName }) => fileName).filter((name) => wanted.test(name));
  const one = (wanted: RegExp): string => {
    const [found, ...more] = named(wanted);
    if (found === undefined || more.length > 0)
      throw new Error(`the bundle has no single file ${wanted}: ${named(/./).join(', ')}`);
    return found;
  };
  cpSync(join(root, iconPath), join(out, 'icon.svg'));
  return {
    script: one(/^assets\/page-.*\.js$/),
    theme: one(/^assets\/theme-.*\.js$/),
    styles: named(/\.css$/),
    icon: 'icon.svg',
  };
}
