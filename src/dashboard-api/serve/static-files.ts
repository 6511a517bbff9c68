import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

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

/** Text, which becomes a quarter of itself; pictures and fonts are compressed already. */
const compressible = /\.(html|js|css|json|svg|txt|webmanifest)$/;

/** Whether a client takes what is compressed. Every browser does. */
const takesGzip = ({ headers }: IncomingMessage): boolean =>
  /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(String(headers['accept-encoding'] ?? ''));

interface StoredFile {
  content: Buffer;
  isCompressed: boolean;
}

/**
 * The files of the page and of the documentation, read once: they are few and small, and no path that somebody asks for ever reaches the disk. A
 * folder that is not there gives none.
 */
export class StaticFiles {
  readonly #files: ReadonlyMap<string, StoredFile>;
  /** Whether the page itself was not built. */
  readonly isEmpty: boolean;

  /** `docs`: the folder of the documentation, which is served below `/docs/`. */
  constructor(folder: string | undefined, docs?: string) {
    const page = folder === undefined ? [] : filesIn(folder);
    const below = docs === undefined ? [] : filesIn(docs);
    this.isEmpty = page.length === 0;
    this.#files = new Map([
      ...page,
      ...below.map(([name, file]): [string, StoredFile] => [`docs/${name}`, file]),
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
  serve(path: string, request: IncomingMessage, response: ServerResponse): boolean {
    const name = nameOf(path);
    const file = this.#files.get(name);
    const type = types[extname(name)];
    if (!file || type === undefined) return false;
    const isSentCompressed = file.isCompressed && takesGzip(request);
    const content = file.isCompressed && !isSentCompressed ? gunzipSync(file.content) : file.content;
    response.writeHead(200, {
      'content-type': type,
      'content-length': content.length,
      ...(isSentCompressed && { 'content-encoding': 'gzip' }),
      ...(file.isCompressed && { vary: 'accept-encoding' }),
      'cache-control': hashed.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
    response.end(request.method === 'HEAD' ? undefined : content);
    return true;
  }
}

const nameOf = (path: string): string => (path.endsWith('/') ? `${path}index.html` : path).slice(1);

function stored(path: string): StoredFile {
  const content = readFileSync(path);
  const isCompressed = compressible.test(path);
  return { content: isCompressed ? gzipSync(content) : content, isCompressed };
}

function filesIn(folder: string): [string, StoredFile][] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return [relative(folder, path).split(sep).join('/'), stored(path)];
      });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
