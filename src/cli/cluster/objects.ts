import type { ModelDeployment } from '../../api/model-deployment.ts';
import { ClusterError } from '../../kubernetes/cluster-error.ts';
import type { Cluster, ObjectName, Scope } from '../../kubernetes/cluster.ts';
import { type KubernetesObject, type ResourceKind, resourceKinds } from '../../kubernetes/resource.ts';
import { Problem } from '../problem.ts';
import { isUnknownKind } from './cluster-problems.ts';
import { nearNames } from './near-names.ts';

const { modelDeployment } = resourceKinds;

/** A page of a list; a large cluster is read in several. */
const pageSize = 500;

export interface Listed {
  items: KubernetesObject[];
  /** Of the last page: a watch goes on from here. */
  resourceVersion: string;
}

/** All objects of a kind, page by page, in the order of their namespaces and names. */
export async function listAll(
  cluster: Cluster,
  kind: ResourceKind,
  scope: Scope = {},
  signal?: AbortSignal,
): Promise<Listed> {
  const items: KubernetesObject[] = [];
  let continueToken: string | undefined;
  for (;;) {
    const page = await cluster.list(kind, {
      ...scope,
      limit: pageSize,
      ...(continueToken !== undefined && { continueToken }),
      ...(signal && { signal }),
    });
    items.push(...page.items);
    ({ continueToken } = page);
    if (continueToken === undefined) return { items, resourceVersion: page.resourceVersion };
  }
}

/** The same; undefined where we have no right to list them, or the cluster does not know the kind. */
export async function listAllowed(
  cluster: Cluster,
  kind: ResourceKind,
  scope: Scope,
): Promise<KubernetesObject[] | undefined> {
  try {
    return (await listAll(cluster, kind, scope)).items;
  } catch (error) {
    if (ClusterError.is(error, 'forbidden', 'notFound')) return undefined;
    throw error;
  }
}

/** ModelDeployments of a namespace, or of all of them. */
export const listModels = async (cluster: Cluster, namespace?: string): Promise<ModelDeployment[]> =>
  (await listAll(cluster, modelDeployment, { ...(namespace !== undefined && { namespace }) })).items.map(
    asModel,
  );

/** One ModelDeployment. A `Problem` with near names where there is none of this name. */
export async function getModel(cluster: Cluster, name: ObjectName): Promise<ModelDeployment> {
  try {
    return asModel(await cluster.get(modelDeployment, name));
  } catch (error) {
    if (!ClusterError.is(error, 'notFound') || isUnknownKind(error)) throw error;
    throw await noSuchModel(cluster, name, error);
  }
}

export const asModel = (object: KubernetesObject): ModelDeployment => object as unknown as ModelDeployment;

/** Who may get one may perhaps not list them: then there is no help. */
export async function noSuchModel(cluster: Cluster, name: ObjectName, cause?: unknown): Promise<Problem> {
  const here = (await namesIn(cluster, name.namespace)) ?? [];
  const elsewhere = ((await namesIn(cluster)) ?? [])
    .filter((one) => one.name === name.name && one.namespace !== name.namespace)
    .map(({ namespace }) => namespace);
  const near = nearNames(
    name.name,
    here.map((one) => one.name),
  );
  const next = [
    ...(near.length > 0 ? [`Near to it: ${near.join(', ')}.`] : []),
    ...(elsewhere.length > 0
      ? [`There is one in namespace ${elsewhere.join(', ')}: -n ${elsewhere[0]}.`]
      : []),
  ];
  const listing =
    here.length > 0 ? `"understudy get -n ${name.namespace}" lists those that exist.` : undefined;
  return new Problem(
    `there is no ModelDeployment "${name.name}" in namespace ${name.namespace}`,
    next.length > 0
      ? next
      : [listing ?? `There is none at all in that namespace; "understudy get -A" lists all.`],
    { cause },
  );
}

async function namesIn(cluster: Cluster, namespace?: string): Promise<ObjectName[] | undefined> {
  const scope = { ...(namespace !== undefined && { namespace }) };
  const models = await listAllowed(cluster, modelDeployment, scope);
  return models?.map(({ metadata }) => ({ name: metadata.name, namespace: metadata.namespace ?? '' }));
}
