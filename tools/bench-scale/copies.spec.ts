import { describe, expect, it } from '@jest/globals';
import { renamed } from './copies.ts';

describe('a copy', () => {
  const names = { from: 'model-00000', to: 'model-00042' };

  it('has the other name everywhere, and nothing that the API server gave', () => {
    const copy = renamed(
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: {
          name: 'model-00000-abc',
          namespace: 'default',
          uid: 'u1',
          resourceVersion: '7',
          creationTimestamp: '2026-11-28T10:00:00Z',
          managedFields: [],
          labels: { 'understudy.dev/model-deployment': 'model-00000' },
        },
        spec: { clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7'], ports: [{ port: 80 }] },
      },
      names,
      new Map(),
    );
    expect(copy).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'model-00042-abc',
        namespace: 'default',
        labels: { 'understudy.dev/model-deployment': 'model-00042' },
      },
      spec: { ports: [{ port: 80 }] },
    });
  });

  it('belongs to the copy of its owner', () => {
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'model-00000-abc', uid: 'u1' };
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'model-00000-abc-x', ownerReferences: [owner] },
    };
    expect(renamed(pod, names, new Map([['u1', 'u2']])).metadata.ownerReferences).toEqual([
      { ...owner, name: 'model-00042-abc', uid: 'u2' },
    ]);
  });
});
