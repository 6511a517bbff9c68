import { describe, expect, it } from '@jest/globals';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import { NotLeaderError } from '../runtime/leader-guard.ts';
import { StrictCluster } from '../runtime/testing/strict-cluster.ts';
import { SimulatedApiServer } from '../simulation/api-server/simulated-api-server.ts';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { EvictionCheck } from './eviction-check.ts';

const labels = { app: 'model' };
const server = new SimulatedApiServer({ clock: new VirtualClock() });
const user = server.as('somebody');
const pod = (name: string): KubernetesObject =>
  server.restore({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'ml', name, labels: name === 'free' ? {} : labels },
    spec: { containers: [{ name: 'server', image: 'model:1' }] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  });
const [free, bound] = [pod('free'), pod('bound')];
user.create({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { namespace: 'ml', name: 'keep' },
  spec: { minAvailable: 1, selector: { matchLabels: labels } },
});

describe('EvictionCheck', () => {
  it('says which pods may not go and why, and takes none away', async () => {
    const check = new EvictionCheck(server.cluster('understudy'));
    expect(await check.refusals([free, bound])).toEqual({
      [bound.metadata.uid!]: expect.stringContaining(
        'The disruption budget keep needs 1 healthy pods and has 1',
      ),
    });
    expect([...server.list({ kind: 'Pod' })]).toEqual([free, bound]);
  });

  it('takes a failure to ask for a reason to wait (law 17)', async () => {
    const evict = () => Promise.reject(new ClusterError('unreachable', 'no answer came'));
    const check = new EvictionCheck(new StrictCluster({ evict }));
    expect(await check.refusals([free])).toEqual({ [free.metadata.uid!]: 'no answer came' });
  });

  it('asks only as the leader (law 16)', async () => {
    const evict = () => Promise.reject(new NotLeaderError('evict'));
    const check = new EvictionCheck(new StrictCluster({ evict }));
    await expect(check.refusals([free])).rejects.toThrow(NotLeaderError);
  });
});
