import type { ModelDeploymentSpec } from '../../api/model-deployment.ts';
import type { MetricTemplateSpec } from '../../api/metric-template.ts';
import type { ParentReference } from '../../api/traffic.ts';
import type { FoundObject } from '../lint/documents.ts';
import { ConversionLog, type Note } from './conversion-log.ts';
import { type FoundManifest, mayBeIn, servicesSelecting } from './selecting-services.ts';
import { isRecord, SourceNode } from './source-node.ts';

/** What a conversion is given. */
export interface ConversionInput {
  /** All objects of all files: what refers to another one finds it here. */
  objects: readonly FoundObject[];
  /** The Gateway that is to split traffic, whatever split it before. */
  gateway: Pick<ParentReference, 'name' | 'namespace'> | undefined;
  /** Host names for it. */
  hostnames: readonly string[];
}

/** An object of ours that comes out. */
export interface MadeObject {
  apiVersion: string;
  kind: 'ModelDeployment' | 'MetricTemplate' | 'ClusterMetricTemplate';
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec: ModelDeploymentSpec | MetricTemplateSpec;
}

/** What became of one source object. */
export interface ObjectReport {
  /** Such as `Rollout ml/sentiment`. */
  source: string;
  file: string;
  made: MadeObject[];
  notes: Note[];
}

/** A source object on its way: its fields, and what was said of them. */
export interface OpenSource {
  root: SourceNode;
  log: ConversionLog;
}

/** Opens an object; what every object has needs no words. */
export function openSource({ object }: FoundObject): OpenSource {
  const log = new ConversionLog();
  for (const field of ['apiVersion', 'kind', 'metadata', 'status']) log.handle(field);
  return { root: new SourceNode('', object, log), log };
}

/** Closes an object: fields that nobody looked at are told of. */
export function closeSource(found: FoundObject, { log }: OpenSource, made: MadeObject[]): ObjectReport {
  log.noteRest(found.object, '');
  return { source: nameOfSource(found), file: found.file, made, notes: log.notes };
}

/** The source object in words: kind, namespace and name. */
export function nameOfSource({ kind, object: { metadata } }: FoundObject): string {
  const { name = '(no name)', namespace } = metadata;
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** Finds an object of a kind by its name: in the namespace, or where one of both does not say in which one it is. */
export function findObject(
  { objects }: ConversionInput,
  kind: string,
  name: string | undefined,
  namespace?: string,
): Record<string, unknown> | undefined {
  return objects.find(
    ({ kind: itsKind, object }) =>
      itsKind === kind && object.metadata.name === name && mayBeIn(namespace, object),
  )?.object;
}

/** A part of an object that nobody converts, such as a Deployment that is referred to. */
export function partOf(object: unknown, ...path: (string | number)[]): unknown {
  let at: unknown = object;
  for (const key of path) {
    if (Array.isArray(at)) at = at[Number(key)];
    else at = isRecord(at) ? at[key] : undefined;
  }
  return at;
}

/** The Services among the files that select pods with the labels of a template. */
export const servicesOf = (
  { objects }: ConversionInput,
  template: unknown,
  namespace?: string,
): FoundManifest[] =>
  servicesSelecting(
    objects.filter(({ kind }) => kind === 'Service').map(({ object }) => object),
    partOf(template, 'metadata', 'labels'),
    namespace,
  );
