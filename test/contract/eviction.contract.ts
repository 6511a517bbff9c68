import { beforeAll, describe, expect, it } from '@jest/globals';
import { ClusterError } from '../../src/kubernetes/cluster-error.ts';
import type { Cluster } from '../../src/kubernetes/cluster.ts';
import { type KubernetesObject, resourceKinds } from '../../src/kubernetes/resource.ts';
import { type ClusterUnderContract, ContractBed, nameOf } from './contract-bed.ts';
import { budgetObject, podObject } from './cluster-objects.ts';

const { pod } = resourceKinds;

/** What every adapter of the `Cluster` port promises of evictions, and of the PodDisruptionBudgets that answer them. */
export function evictionContract(name: string, makeCluster: () => Promise<ClusterUnderContract>): void {
  describe(`eviction contract: ${name}`, () => {
    const bed = new ContractBed('evict', makeCluster);
    const { run } = bed;
    let cluster: Cluster;

    beforeAll(() => {
      ({ cluster } = bed);
    });

    const metadata = (labels: Record<string, string> = {}) => ({
      ...bed.next(),
      labels,
    });
    const create = (object: KubernetesObject) => bed.create(object);
    const failure = (kind: string) => expect.objectContaining({ name: 'ClusterError', kind });
    const ready = async (labels: Record<string, string> = {}): Promise<KubernetesObject> => {
      const created = await create(podObject(metadata(labels)));
      const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
      const operations = [{ op: 'add' as const, path: '/status', value: status }];
      return cluster.patch(pod, nameOf(created), operations, { subresource: 'status' });
    };
    const preconditions = ({ metadata: { uid, resourceVersion } }: KubernetesObject) => ({
      uid: uid!,
      resourceVersion: resourceVersion!,
    });
    const budgetOf = (minAvailable: number, labels: Record<string, string>) =>
      create(budgetObject(metadata(), minAvailable, labels));
    /** A real budget allows what its controller has counted, which takes a moment; until then it refuses everything. */
    const soon = async (evict: () => Promise<void>): Promise<void> => {
      for (let tries = 0; tries < 50; tries += 1) {
        try {
          return await evict();
        } catch (error) {
          if (!ClusterError.is(error, 'disruptionBudget')) throw error;
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
      }
      throw new Error('the budget allowed nothing for ten seconds');
    };

    it('takes a pod away that no budget protects; a second one is notFound', async () => {
      const created = await ready();
      await cluster.evict(nameOf(created), preconditions(created));
      await expect(cluster.get(pod, nameOf(created))).rejects.toEqual(failure('notFound'));
      await expect(cluster.evict(nameOf(created))).rejects.toEqual(failure('notFound'));
    });

    it('is refused where the budget needs the pod, which says so and stays', async () => {
      const labels = { budget: `needed-${run}` };
      const created = await ready(labels);
      const budget = await budgetOf(1, labels);
      const wanted = expect.objectContaining({
        kind: 'disruptionBudget',
        message: expect.stringContaining(budget.metadata.name),
      });
      const { uid } = preconditions(created);
      await expect(cluster.evict(nameOf(created), { uid, dryRun: true })).rejects.toEqual(wanted);
      await expect(cluster.evict(nameOf(created), { uid })).rejects.toEqual(wanted);
      const live = await cluster.get(pod, nameOf(created));
      expect(live.metadata.deletionTimestamp).toBeUndefined();
    });

    it('leaves as many healthy pods as the budget needs', async () => {
      const labels = { budget: `one-of-two-${run}` };
      const [first, second] = [await ready(labels), await ready(labels)];
      await budgetOf(1, labels);
      await soon(() => cluster.evict(nameOf(first), { uid: first.metadata.uid! }));
      await expect(cluster.get(pod, nameOf(first))).rejects.toEqual(failure('notFound'));
      await expect(cluster.evict(nameOf(second), { uid: second.metadata.uid! })).rejects.toEqual(
        failure('disruptionBudget'),
      );
    });

    it('as a dry run says what would happen, and does not', async () => {
      const created = await ready();
      await cluster.evict(nameOf(created), { ...preconditions(created), dryRun: true });
      const live = await cluster.get(pod, nameOf(created));
      expect(live.metadata.deletionTimestamp).toBeUndefined();
    });

    it.each([
      ['uid', { uid: '00000000-0000-0000-0000-000000000000' }],
      ['version', { resourceVersion: '1' }],
    ])('of another %s is a conflict, and takes nothing away (law 16)', async (_, precondition) => {
      const created = await ready();
      await expect(cluster.evict(nameOf(created), precondition)).rejects.toEqual(failure('conflict'));
      const live = await cluster.get(pod, nameOf(created));
      expect(live.metadata.deletionTimestamp).toBeUndefined();
    });
  });
}
