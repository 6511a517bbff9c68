import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the built page lies: with an installed package beside our own code, else where Vite put it. Undefined: it was not built. */
export function pageFolder(): string | undefined {
  const places = ['../dashboard/', '../../dashboard/dist/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  return places.find((folder) => existsSync(`${folder}index.html`) && existsSync(`${folder}assets`));
}
