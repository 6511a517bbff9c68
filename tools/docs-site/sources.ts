import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';

/** One document of the site. */
export interface Source {
  /** From the root of the repository, with slashes: `docs/reference/reasons.md`. */
  path: string;
  /** Where the site has it: `reference/reasons.html`. */
  page: string;
  text: string;
}

/** Everything that the site is made of. Paths are from the root of the repository. */
export interface Sources {
  documents: Source[];
  /** Pictures, and where the site has them. */
  files: { path: string; page: string }[];
}

/** Single documents beside those of the folders. */
const alone = ['CONTRIBUTING.md', 'CHANGELOG.md'];
const pictures = /\.(png|svg)$/;

/** Reads the documents of `docs` and `examples`. A YAML file of the examples is a page as well: the documents link to it. */
export function readSources(root: string): Sources {
  const inDocs = filesBelow(root, 'docs');
  const inExamples = filesBelow(root, 'examples').filter((path) => /\.(md|yaml|lua)$/.test(path));
  const paths = [...alone, ...inDocs, ...inExamples].sort();
  return {
    documents: paths
      .filter((path) => /\.(md|yaml|lua)$/.test(path))
      .map((path) => ({ path, page: pageOf(path), text: readFileSync(join(root, path), 'utf8') })),
    files: paths.filter((path) => pictures.test(path)).map((path) => ({ path, page: withoutDocs(path) })),
  };
}

/** Where the site has a file of the repository. */
export function pageOf(path: string): string {
  const { dir, name, ext } = posix.parse(withoutDocs(path));
  if (ext !== '.md') return `${withoutDocs(path)}.html`;
  const base = name === 'README' ? 'index' : alone.includes(path) ? name.toLowerCase() : name;
  return posix.join(dir, `${base}.html`);
}

const withoutDocs = (path: string): string => path.replace(/^docs\//, '');

export const filesBelow = (root: string, folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
