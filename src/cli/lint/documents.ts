import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../usage-error.ts';
import { documentsOf, unreadable } from '../yaml-file.ts';

/** One object of a file. */
export interface FoundObject {
  file: string;
  apiVersion: string;
  kind: string;
  /** As it would be sent. */
  object: { kind: string; metadata: { name?: string; namespace?: string }; [field: string]: unknown };
}

const isManifest = (name: string): boolean => /\.(ya?ml|json)$/.test(name);

/** Every object of files, folders (with all below them) and standard input (`-`). Throws `UsageError`. */
export async function readObjects(paths: readonly string[]): Promise<FoundObject[]> {
  const objects: FoundObject[] = [];
  for (const path of paths) {
    for (const file of await filesOf(path)) objects.push(...(await objectsOf(file)));
  }
  return objects;
}

async function filesOf(path: string): Promise<string[]> {
  if (path === '-') return [path];
  const stats = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (!stats.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && isManifest(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (files.length === 0) throw new UsageError(`${path} holds no file that ends with .yaml, .yml or .json`);
  return files;
}

async function objectsOf(file: string): Promise<FoundObject[]> {
  return (await documentsOf(file)).flatMap(flattened).map((object) => ({
    file,
    apiVersion: String(object['apiVersion'] ?? ''),
    kind: object.kind,
    object,
  }));
}

/** The items of a List are objects like any other. What has no kind is none: the values of a chart, for instance. */
function flattened(document: unknown): FoundObject['object'][] {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return [];
  const { kind, items, metadata } = document as Record<string, unknown>;
  if (Array.isArray(items) && typeof kind === 'string' && kind.endsWith('List'))
    return items.flatMap(flattened);
  if (typeof kind !== 'string') return [];
  const known = typeof metadata === 'object' && metadata !== null ? metadata : {};
  return [{ ...(document as object), kind, metadata: known }];
}
