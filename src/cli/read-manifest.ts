import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parseAllDocuments } from 'yaml';
import type { ModelDeployment } from '../api/model-deployment.ts';
import { InvalidModelDeploymentError, parseModelDeployment } from '../api/validation/parse-object.ts';
import { UsageError } from './usage-error.ts';

/** The one ModelDeployment of a file, judged as the API server judges it. `-` is standard input. Throws `UsageError`. */
export async function readManifest(file: string): Promise<ModelDeployment> {
  const objects = documentsOf(await contentOf(file), file).filter(
    (object) => (object as { kind?: unknown } | null)?.kind === 'ModelDeployment',
  );
  const [object, ...others] = objects;
  if (object === undefined || others.length > 0) {
    throw new UsageError(
      `${file} holds ${objects.length} ModelDeployments; accepted: one, beside other objects`,
    );
  }
  try {
    return parseModelDeployment(object);
  } catch (error) {
    if (!(error instanceof InvalidModelDeploymentError)) throw error;
    const problems = error.problems.map(
      ({ path, found, accepted }) => `  ${path}: found ${found}; ${accepted}`,
    );
    throw new UsageError(`${file} is no valid ModelDeployment:\n${problems.join('\n')}`, { cause: error });
  }
}

async function contentOf(file: string): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}

function documentsOf(content: string, file: string): unknown[] {
  const documents = parseAllDocuments(content);
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => {
    const [error] = document.errors;
    if (error) throw new UsageError(`${file} is no YAML: ${error.message}`, { cause: error });
    return document.toJS() as unknown;
  });
}

const reasonOf = (error: unknown): string =>
  (error as { code?: string }).code === 'ENOENT' ? 'there is no such file' : String((error as Error).message);
