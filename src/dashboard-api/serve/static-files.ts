import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** What a build names by its content (`assets/name-hash.js`) never changes. A page may have such a name by chance, elsewhere. */
const hashed = /(^|\/)assets\/[^/]*-[\w-]{8,}\.[a-z0-9]+$/;

/**
 * The files of the page and of the documentation, read once: they are few and small, and no path that somebody asks for ever reaches the disk. A
 * folder that is not there gives none.
 */
export class StaticFiles {
  readonly #files: ReadonlyMap<string, Buffer>;
  /** Whether the page itself was not built. */
  readonly isEmpty: boolean;

  /** `docs`: the folder of the documentation, which is served below `/docs/`. */
  constructor(folder: string | undefined, docs?: string) {
    const page = folder === undefined ? [] : filesIn(folder);
    const below = docs === undefined ? [] : filesIn(docs);
    this.isEmpty = page.length === 0;
    this.#files = new Map([
      ...page,
      ...below.map(([name, content]): [string, Buffer] => [`docs/${name}`, content]),
    ]);
  }

  /** The address of a folder that was asked for without the slash at its end, relative to it: links in a page of a folder count from there. */
  redirectFor(path: string): string | undefined {
    const folder = path.slice(path.lastIndexOf('/') + 1);
    return folder !== '' && this.has(`${path}/`) ? `${folder}/` : undefined;
  }

  has(path: string): boolean {
    return this.#files.has(nameOf(path));
  }

  /** Answers with the file at a path, or says that there is none. */
  serve(path: string, { method }: IncomingMessage, response: ServerResponse): boolean {
    const name = nameOf(path);
    const content = this.#files.get(name);
    const type = types[extname(name)];
    if (!content || type === undefined) return false;
    response.writeHead(200, {
      'content-type': type,
      'content-length': content.length,
      'cache-control': hashed.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
    response.end(method === 'HEAD' ? undefined : content);
    return true;
  }
}

const nameOf = (path: string): string => (path.endsWith('/') ? `${path}index.html` : path).slice(1);

function filesIn(folder: string): [string, Buffer][] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return [relative(folder, path).split(sep).join('/'), readFileSync(path)];
      });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
