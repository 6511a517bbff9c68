import { clusterContract } from '../../../test/contract/cluster.contract.ts';
import type { ClusterUnderContract } from '../../../test/contract/contract-bed.ts';
import { evictionContract } from '../../../test/contract/eviction.contract.ts';
import { objectSemanticsContract } from '../../../test/contract/object-semantics.contract.ts';
import { SystemClock } from '../../runtime/clock.ts';
import { Deployments } from '../workloads/deployments.ts';
import { SimulatedApiServer } from './simulated-api-server.ts';

/** On the machine's clock, since the contract waits by it. */
async function simulated(): Promise<ClusterUnderContract> {
  const clock = new SystemClock();
  const server = new SimulatedApiServer({ clock });
  new Deployments(server, clock, () => 20);
  return {
    cluster: server.cluster('contract'),
    namespace: 'default',
    close: async () => server.endWatches(),
  };
}

clusterContract('the simulated API server', simulated);
objectSemanticsContract('the simulated API server', simulated);
evictionContract('the simulated API server', simulated);
