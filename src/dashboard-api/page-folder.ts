import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../package-folder.ts';

/** Where the built page lies. Undefined: it was not built. */
export const pageFolder = (): string | undefined => builtFolder('dashboard');

/** The same of the documentation. */
export const docsFolder = (): string | undefined => builtFolder('docs-site');

function builtFolder(name: string): string | undefined {
  const folder = join(packageFolder(), name, 'dist');
  return existsSync(join(folder, 'index.html')) && existsSync(join(folder, 'assets')) ? folder : undefined;
}
