import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parseAllDocuments } from 'yaml';
import type { ModelDeployment } from '../api/model-deployment.ts';
import {
  InvalidModelDeploymentError,
  InvalidObjectError,
  parseMetricTemplate,
  parseModelDeployment,
} from '../api/validation/parse-object.ts';
import type { Templates } from '../domain/analysis/resolve-metrics.ts';
import { UsageError } from './usage-error.ts';

/** What a file holds. */
export interface Manifest {
  deployment: ModelDeployment;
  /** The MetricTemplates and ClusterMetricTemplates beside it. */
  templates: Templates;
}

/** The one ModelDeployment of a file, judged as the API server judges it. `-` is standard input. Throws `UsageError`. */
export async function readManifest(file: string): Promise<ModelDeployment> {
  return (await readManifestWithTemplates(file)).deployment;
}

/** The same, with the templates of the file. */
export async function readManifestWithTemplates(file: string): Promise<Manifest> {
  const documents = documentsOf(await contentOf(file), file).filter(isObject);
  const objects = documents.filter(({ kind }) => kind === 'ModelDeployment');
  const [object, ...others] = objects;
  if (object === undefined || others.length > 0) {
    throw new UsageError(
      `${file} holds ${objects.length} ModelDeployments; accepted: one, beside other objects`,
    );
  }
  try {
    return { deployment: parseModelDeployment(object), templates: templatesAmong(documents) };
  } catch (error) {
    if (!(error instanceof InvalidModelDeploymentError)) throw error;
    const problems = error.problems.map(
      ({ path, found, accepted }) => `  ${path}: found ${found}; ${accepted}`,
    );
    throw new UsageError(`${file} is no valid ModelDeployment:\n${problems.join('\n')}`, { cause: error });
  }
}

interface Document {
  kind?: unknown;
  metadata?: { name?: unknown };
  [field: string]: unknown;
}

const isObject = (document: unknown): document is Document =>
  typeof document === 'object' && document !== null && !Array.isArray(document);

/** Whatever their namespace: they came in one file. */
function templatesAmong(documents: readonly Document[]): Templates {
  const ofKind = (kind: string) => documents.filter((document) => document.kind === kind);
  return {
    find: ({ kind = 'MetricTemplate', name }) => {
      const found = ofKind(kind).find(({ metadata }) => metadata?.name === name);
      if (!found) return undefined;
      try {
        return { generation: 0, spec: parseMetricTemplate({ ...found, kind }) };
      } catch (error) {
        if (error instanceof InvalidObjectError) return { invalid: error.message };
        throw error;
      }
    },
    names: (kind = 'MetricTemplate') => ofKind(kind).map(({ metadata }) => String(metadata?.name)),
  };
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
