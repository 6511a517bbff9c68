import type { ModelDeployment } from '../api/model-deployment.ts';
import { InvalidModelDeploymentError, parseModelDeployment } from '../api/validation/parse-object.ts';
import type { Templates } from '../domain/analysis/resolve-metrics.ts';
import { templatesAmong } from './templates-among.ts';
import { UsageError } from './usage-error.ts';
import { documentsOf } from './yaml-file.ts';

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
  const documents = (await documentsOf(file)).filter(isObject);
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
