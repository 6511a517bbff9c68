import { readFileSync } from 'node:fs';

/** The version of the package that this program came in: its package.json lies as far above `src` as above `dist`. */
export function clientVersion(): string {
  const path = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}
