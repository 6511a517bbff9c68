import { ClusterError } from './cluster-error.ts';
import type {
  DeleteOptions,
  EvictOptions,
  ListOptions,
  LogOptions,
  ObjectName,
  WatchOptions,
  WriteOptions,
} from './cluster.ts';
import { type ResourceKind, resourceKinds } from './resource.ts';

/**
 * The API server's addresses, as pure functions of kind, name and options. Each returns a path with its query, to be
 * put behind the server's base address.
 */
type Query = Record<string, string | number | boolean | undefined>;

/** The field manager of every write of ours: what `kubectl get --show-managed-fields` shows. */
export const fieldManager = 'understudy';

/** The path of all objects of a kind: in one namespace, or in all of them when none is given. */
export function collectionPath(kind: ResourceKind, namespace?: string): string {
  const group = kind.apiVersion.includes('/') ? 'apis' : 'api';
  const version = kind.apiVersion.split('/').map(segment).join('/');
  const scope = kind.namespaced && namespace ? `/namespaces/${segment(namespace)}` : '';
  return `/${group}/${version}${scope}/${segment(kind.plural)}`;
}

/** The path of one object, or of its status or scale. */
export function objectPath(kind: ResourceKind, name: ObjectName, subresource?: string): string {
  if (kind.namespaced && !name.namespace) {
    throw new ClusterError('invalid', `${kind.kind} "${name.name}" has no namespace, but its kind needs one`);
  }
  const tail = subresource ? `/${segment(subresource)}` : '';
  return `${collectionPath(kind, name.namespace)}/${segment(name.name)}${tail}`;
}

export function listPath(kind: ResourceKind, options: ListOptions): string {
  return withQuery(collectionPath(kind, options.namespace), {
    labelSelector: options.labelSelector,
    fieldSelector: options.fieldSelector,
    limit: options.limit,
    continue: options.continueToken,
  });
}

export function watchPath(kind: ResourceKind, options: WatchOptions): string {
  return withQuery(collectionPath(kind, options.namespace), {
    watch: true,
    allowWatchBookmarks: true,
    resourceVersion: options.resourceVersion,
    timeoutSeconds: options.timeoutSeconds,
    labelSelector: options.labelSelector,
    fieldSelector: options.fieldSelector,
  });
}

/** What a container printed is read under its pod. */
export function logPath(pod: ObjectName, { container, tailLines, limitBytes }: LogOptions): string {
  return withQuery(objectPath(resourceKinds.pod, pod, 'log'), { container, tailLines, limitBytes });
}

/** Strict validation: a field that the server does not know is an error, not a silent loss. */
function writeQuery(options: WriteOptions): Query {
  return { fieldManager, fieldValidation: 'Strict', dryRun: options.dryRun ? 'All' : undefined };
}

export function createPath(kind: ResourceKind, namespace: string, options: WriteOptions): string {
  if (kind.namespaced && !namespace) {
    throw new ClusterError('invalid', `a ${kind.kind} cannot be created without a namespace`);
  }
  return withQuery(collectionPath(kind, namespace), writeQuery(options));
}

/** For replace and JSON patch. */
export function writePath(kind: ResourceKind, name: ObjectName, options: WriteOptions): string {
  return withQuery(objectPath(kind, name, options.subresource), writeQuery(options));
}

/** For server-side apply: forced, because what we own is ours (design, law 18). */
export function applyPath(kind: ResourceKind, name: ObjectName, options: WriteOptions): string {
  return withQuery(objectPath(kind, name, options.subresource), { ...writeQuery(options), force: true });
}

/** The body of a delete, with its preconditions. */
export function deleteBody(options: DeleteOptions): Record<string, unknown> {
  const preconditions = { uid: options.uid, resourceVersion: options.resourceVersion };
  const conditional = options.uid !== undefined || options.resourceVersion !== undefined;
  return {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    ...(conditional ? { preconditions } : {}),
    ...(options.propagation ? { propagationPolicy: options.propagation } : {}),
  };
}

/** An eviction is created under its pod. */
export function evictionPath(pod: ObjectName, { dryRun }: EvictOptions): string {
  return withQuery(objectPath(resourceKinds.pod, pod, 'eviction'), writeQuery({ dryRun }));
}

/** The body of an eviction, with the preconditions of the deletion that it leads to. */
export function evictionBody(pod: ObjectName, options: EvictOptions): Record<string, unknown> {
  return {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { namespace: pod.namespace, name: pod.name },
    deleteOptions: deleteBody({ uid: options.uid, resourceVersion: options.resourceVersion }),
  };
}

function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}

/** One segment of a path. The API server's own rule for names: nothing that could climb out of the segment. */
function segment(text: string): string {
  if (text === '' || text === '.' || text === '..' || /[/%]/.test(text)) {
    throw new ClusterError('invalid', `"${text}" cannot be part of an object's address`);
  }
  return encodeURIComponent(text);
}
