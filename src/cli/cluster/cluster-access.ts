import { ClientNodeCluster } from '../../kubernetes/client-node-cluster.ts';
import { ClusterError } from '../../kubernetes/cluster-error.ts';
import type { ClusterChoice } from './cluster-flags.ts';
import { UsageError } from '../usage-error.ts';
import { problemOf, problemOfConfiguration } from './cluster-problems.ts';

/** A cluster that a command may talk to. */
export interface ClusterAccess {
  cluster: ClientNodeCluster;
  /** The namespace that the command is about, where it is about one. */
  namespace: string;
}

/**
 * Runs work with the cluster that the flags name, and closes the connections. What the cluster refuses, and a cluster that cannot be
 * reached, is a `Problem` that says what to do next.
 */
export async function withCluster<T>(
  { context, kubeconfig, namespace, as, 'as-group': groups = [] }: ClusterChoice,
  work: (access: ClusterAccess) => Promise<T>,
): Promise<T> {
  if (as === undefined && groups.length > 0)
    throw new UsageError('--as-group: a group needs somebody who is in it: --as USER');
  const cluster = await ClientNodeCluster.connect({
    ...(context !== undefined && { context }),
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(as !== undefined && { impersonated: { user: as, groups } }),
    userAgent: 'understudy-cli',
  }).catch((error: unknown) => {
    throw ClusterError.is(error) ? problemOfConfiguration(error) : error;
  });
  try {
    return await work({ cluster, namespace: namespace ?? cluster.namespace ?? 'default' });
  } catch (error) {
    throw ClusterError.is(error) ? problemOf(error, cluster.server) : error;
  } finally {
    await cluster.close();
  }
}
