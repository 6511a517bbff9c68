import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the built page lies: with an installed package beside our own code, else where Vite put it. Undefined: it was not built. */
export const pageFolder = (): string | undefined => builtFolder('dashboard');

/** The same of the documentation. */
export const docsFolder = (): string | undefined => builtFolder('docs-site');

function builtFolder(name: string): string | undefined {
  const places = [`../${name}/`, `../../${name}/dist/`].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  return places.find((folder) => existsSync(`${folder}index.html`) && existsSync(`${folder}assets`));
}
