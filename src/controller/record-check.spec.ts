import { describe, expect, it } from '@jest/globals';
import type { ModelDeploymentStatus } from '../api/model-deployment-status.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import { ownerReference } from '../routers/objects/owner-reference.ts';
import { StrictCluster } from '../runtime/testing/strict-cluster.ts';
import { RecordCheck } from './record-check.ts';

const owner = { namespace: 'ml', name: 'model', uid: 'now' };
const record = (uid = owner.uid): KubernetesObject => ({
  apiVersion: 'understudy.dev/v1alpha1',
  kind: 'ModelRollout',
  metadata: { namespace: 'ml', name: 'model-1', ownerReferences: [ownerReference({ ...owner, uid })] },
});
const leaving = (): KubernetesObject => {
  const object = record();
  return { ...object, metadata: { ...object.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
};
const running: ModelDeploymentStatus = { rollout: { name: 'model-1', step: 0, steps: 2 } };
const ended: ModelDeploymentStatus = { rollout: { ...running.rollout!, outcome: 'Promoted' } };

function checkWith(live: KubernetesObject[]) {
  const asked: unknown[] = [];
  const cluster = new StrictCluster({
    list: async (_kind, options) => {
      asked.push(options);
      return { items: live, resourceVersion: '1' };
    },
  });
  return { check: new RecordCheck(cluster), asked };
}

describe('RecordCheck', () => {
  it('law 16: stops a pass whose cache does not show the record of a running rollout', async () => {
    const { check, asked } = checkWith([record()]);
    await expect(check.requireSeen(owner, running, new Map())).rejects.toMatchObject({ kind: 'conflict' });
    expect(asked).toEqual([{ namespace: 'ml', fieldSelector: 'metadata.name=model-1' }]);
  });

  it.each([
    ['that somebody deleted', []],
    ['that is on its way out', [leaving()]],
    ['of an earlier ModelDeployment of this name', [record('earlier')]],
  ])('lets a pass go on without a record %s', async (_name, live) => {
    const { check } = checkWith(live);
    await expect(check.requireSeen(owner, running, new Map())).resolves.toBeUndefined();
  });

  it.each([
    ['a record that is seen', running, new Map([['model-1', record()]])],
    ['a rollout that has ended', ended, new Map()],
    ['no rollout', {}, new Map()],
    ['no status', undefined, new Map()],
  ])('law 15: asks nothing about %s', async (_name, status, seen) => {
    const { check, asked } = checkWith([record()]);
    await check.requireSeen(owner, status, seen);
    expect(asked).toEqual([]);
  });
});
