import { readMetricTemplate } from '../../api/validation/parse-object.ts';
import type { Templates } from '../../domain/analysis/resolve-metrics.ts';
import type { Cluster } from '../../kubernetes/cluster.ts';
import { resourceKinds } from '../../kubernetes/resource.ts';
import { listAllowed } from '../cluster/objects.ts';

/** The templates of the file, which would be applied with it, and those that the cluster has already. */
export async function templatesWith(
  cluster: Cluster,
  namespace: string,
  ofFile: Templates,
): Promise<Templates> {
  const [own, ofCluster] = await Promise.all([
    listAllowed(cluster, resourceKinds.metricTemplate, { namespace }),
    listAllowed(cluster, resourceKinds.clusterMetricTemplate, {}),
  ]);
  const ofKind = (kind: string | undefined) => (kind === 'ClusterMetricTemplate' ? ofCluster : own) ?? [];
  return {
    find: (reference) => {
      const written = ofFile.find(reference);
      if (written) return written;
      const stored = ofKind(reference.kind).find(({ metadata }) => metadata.name === reference.name);
      if (!stored) return undefined;
      return { generation: stored.metadata.generation ?? 0, ...readMetricTemplate(stored) };
    },
    names: (kind) => [
      ...new Set([...ofFile.names(kind), ...ofKind(kind).map(({ metadata }) => metadata.name)]),
    ],
  };
}
