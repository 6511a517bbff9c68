import { ClientNodeCluster } from '../../src/kubernetes/client-node-cluster.ts';
import { startLocalCluster } from '../../tools/local-cluster/local-cluster.ts';
import { clusterContract } from '../contract/cluster.contract.ts';

clusterContract('client-node on a real API server', async () => {
  const local = await startLocalCluster({ name: `contract-${process.pid}` });
  const cluster = await ClientNodeCluster.connect({ kubeconfig: local.kubeconfigPath });
  return {
    cluster,
    namespace: 'default',
    close: async () => {
      await cluster.close();
      await local.stop();
    },
  };
});
