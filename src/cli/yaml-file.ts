import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parseAllDocuments } from 'yaml';
import { UsageError } from './usage-error.ts';

/** Every document of a file, as the value that it stands for; `-` is standard input. Throws `UsageError`. */
export async function documentsOf(file: string): Promise<unknown[]> {
  const documents = parseAllDocuments(await contentOf(file));
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => {
    const [error] = document.errors;
    if (error) throw new UsageError(`${file} is no YAML: ${error.message}`, { cause: error });
    return document.toJS() as unknown;
  });
}

async function contentOf(file: string): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** Why a file or folder cannot be read. */
export function unreadable(path: string, error: unknown): UsageError {
  const isMissing = (error as { code?: string }).code === 'ENOENT';
  const words = isMissing ? 'there is no such file' : String((error as Error).message);
  return new UsageError(`${path} cannot be read: ${words}`, { cause: error });
}
