import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../package-folder.ts';

/** Where the built page lies. Undefined: it was not built. */
export function pageFolder(): string | undefined {
  const folder = join(packageFolder(), 'dashboard', 'dist');
  return existsSync(join(folder, 'index.html')) && existsSync(join(folder, 'assets')) ? folder : undefined;
}
