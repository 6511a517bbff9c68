import { afterAll, beforeAll } from '@jest/globals';
import { ClientNodeCluster } from '../../src/kubernetes/client-node-cluster.ts';
import { clusterContract } from '../contract/cluster.contract.ts';
import type { ClusterUnderContract } from '../contract/contract-bed.ts';
import { evictionContract } from '../contract/eviction.contract.ts';
import { objectSemanticsContract } from '../contract/object-semantics.contract.ts';
import { TestBed } from '../support/test-bed.ts';

let bed: TestBed;
beforeAll(async () => {
  bed = await TestBed.start();
}, 600_000);
afterAll(() => bed?.stop(), 60_000);

/** One API server for all contracts: each makes objects of its own. */
async function real(): Promise<ClusterUnderContract> {
  const cluster = await ClientNodeCluster.connect({ kubeconfig: bed.cluster.kubeconfigPath });
  return {
    cluster,
    namespace: 'default',
    close: () => cluster.close(),
  };
}

clusterContract('client-node on a real API server', real);
objectSemanticsContract('client-node on a real API server', real);
evictionContract('client-node on a real API server', real);
