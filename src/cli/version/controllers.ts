import { ClusterError } from '../../kubernetes/cluster-error.ts';
import type { Cluster } from '../../kubernetes/cluster.ts';
import { type KubernetesObject, resourceKinds } from '../../kubernetes/resource.ts';

/** A controller that is installed, as its Deployment shows it. */
export interface Controller {
  namespace: string;
  name: string;
  image: string;
  /** Of its label, else of its image's tag; absent where neither says one. */
  version?: string;
  replicas: number;
  ready: number;
}

const labelSelector = 'app.kubernetes.io/name=understudy';
const usualNamespace = 'understudy-system';

/** The controllers of a cluster; `undefined` where we may not look for them. */
export async function controllersIn(cluster: Cluster): Promise<Controller[] | undefined> {
  const everywhere = await deployments(cluster);
  const found = everywhere ?? (await deployments(cluster, usualNamespace));
  return found?.map(controllerOf);
}

async function deployments(cluster: Cluster, namespace?: string): Promise<KubernetesObject[] | undefined> {
  try {
    const scope = { labelSelector, ...(namespace !== undefined && { namespace }) };
    return (await cluster.list(resourceKinds.deployment, scope)).items;
  } catch (error) {
    if (ClusterError.is(error, 'forbidden')) return undefined;
    throw error;
  }
}

function controllerOf({ metadata, spec, status }: KubernetesObject): Controller {
  const containers = (spec?.template?.spec?.containers ?? []) as { image?: string }[];
  const image = containers[0]?.image ?? '';
  const version = metadata.labels?.['app.kubernetes.io/version'] ?? tagOf(image);
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    image,
    ...(version !== undefined && { version }),
    replicas: spec?.replicas ?? 1,
    ready: status?.readyReplicas ?? 0,
  };
}

const tagOf = (image: string): string | undefined => /:([^/:@]+)(?:@|$)/.exec(image)?.[1];

/** Whether the API server serves our API; undefined where we may not ask. */
export async function servesApi(cluster: Cluster): Promise<boolean | undefined> {
  try {
    await cluster.list(resourceKinds.modelDeployment, { limit: 1 });
    return true;
  } catch (error) {
    if (ClusterError.is(error, 'notFound')) return false;
    if (ClusterError.is(error, 'forbidden')) return undefined;
    throw error;
  }
}
