import type { Cluster } from '../kubernetes/cluster.ts';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';

/**
 * Asks the API server by a dry run whether pods may be evicted now, so that a pass knows before it decides: what a
 * PodDisruptionBudget does not allow is waited for and said, and is no failure of the pass.
 */
export class EvictionCheck {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /**
   * Why these pods may not go, in the API server's words, by their uid; nothing of those that may. Whatever goes wrong while
   * asking is such a reason as well: a restart waits, and nothing else of the pass does (law 17).
   */
  async refusals(pods: readonly KubernetesObject[]): Promise<Record<string, string>> {
    const refused: Record<string, string> = {};
    for (const pod of pods) {
      const refusal = await this.#refusalOf(pod);
      if (refusal !== undefined) refused[pod.metadata.uid ?? ''] = refusal;
    }
    return refused;
  }

  async #refusalOf({
    metadata: { namespace = '', name, uid },
  }: KubernetesObject): Promise<string | undefined> {
    try {
      await this.#cluster.evict({ namespace, name }, { uid, dryRun: true });
      return undefined;
    } catch (error) {
      if (!ClusterError.is(error)) throw error;
      return error.message;
    }
  }
}
