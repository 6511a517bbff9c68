import { ClientNodeCluster } from '../../src/kubernetes/client-node-cluster.ts';
import { clusterContract } from '../contract/cluster.contract.ts';
import type { ClusterUnderContract } from '../contract/contract-bed.ts';
import { evictionContract } from '../contract/eviction.contract.ts';
import { objectSemanticsContract } from '../contract/object-semantics.contract.ts';
import { TestBed } from '../support/test-bed.ts';

async function real(): Promise<ClusterUnderContract> {
  const bed = await TestBed.start();
  const cluster = await ClientNodeCluster.connect({ kubeconfig: bed.cluster.kubeconfigPath });
  return {
    cluster,
    namespace: 'default',
    close: async () => {
      await cluster.close();
      await bed.stop();
    },
  };
}

clusterContract('client-node on a real API server', real);
objectSemanticsContract('client-node on a real API server', real);
evictionContract('client-node on a real API server', real);
