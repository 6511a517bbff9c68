import { clusterContract } from '../../../test/contract/cluster.contract.ts';
import { SystemClock } from '../../runtime/clock.ts';
import { SimulatedApiServer } from './simulated-api-server.ts';

clusterContract('the simulated API server', async () => {
  const server = new SimulatedApiServer({ clock: new SystemClock() });
  return {
    cluster: server.cluster('contract'),
    namespace: 'default',
    close: async () => server.endWatches(),
  };
});
