import { describe, expect, it } from '@jest/globals';
import type { Condition } from '../api/conditions.ts';
import type { ModelDeploymentStatus } from '../api/model-deployment-status.ts';
import { InvalidModelDeploymentError } from '../api/validation/parse-object.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import { invalidSpecStatus } from './invalid-spec-status.ts';

const nowMs = Date.UTC(2026, 5, 1);
const error = new InvalidModelDeploymentError([
  { path: 'spec.replicas', found: '-1', accepted: 'a whole number from 0' },
]);
const at = '2026-01-01T00:00:00Z';
const condition = (type: string, status: Condition['status'] = 'True'): Condition => ({
  type,
  status,
  reason: 'Healthy',
  message: `${type} is ${status}`,
  observedGeneration: 4,
  lastTransitionTime: at,
});
const before: ModelDeploymentStatus = {
  observedGeneration: 4,
  phase: 'Healthy',
  message: 'all is well',
  stable: { revision: 'sssssssss2' },
  conditions: [
    condition('Ready'),
    condition('Available'),
    condition('Reconciling', 'False'),
    condition('Stalled', 'False'),
    condition('Audited'),
  ],
} as ModelDeploymentStatus;
const objectWith = (status?: ModelDeploymentStatus): KubernetesObject => ({
  apiVersion: 'understudy.dev/v1alpha1',
  kind: 'ModelDeployment',
  metadata: { namespace: 'ml', name: 'sentiment', generation: 5 },
  ...(status && { status }),
});
const after = (status?: ModelDeploymentStatus) => invalidSpecStatus(objectWith(status), error, nowMs);

describe('the status of an invalid spec', () => {
  it('says whose turn it is, with field, found and accepted', () => {
    const status = after();
    expect(status).toMatchObject({ observedGeneration: 5, phase: 'Failed', message: error.message });
    expect(status.message).toContain('spec.replicas: found -1; a whole number from 0');
    expect(status.conditions).toEqual(
      [
        ['Ready', 'False'],
        ['Reconciling', 'False'],
        ['Stalled', 'True'],
      ].map(([type, value]) => ({
        type,
        status: value,
        reason: 'InvalidSpec',
        message: error.message,
        observedGeneration: 5,
        lastTransitionTime: '2026-06-01T00:00:00Z',
      })),
    );
  });

  it('loses nothing of what serves', () => {
    const { stable, conditions } = after(before);
    expect(stable).toEqual(before.stable);
    expect(conditions?.find(({ type }) => type === 'Available')).toEqual(condition('Available'));
  });

  it('keeps conditions of others as they are, each once, behind ours', () => {
    const { conditions } = after(before);
    expect(conditions?.map(({ type }) => type)).toEqual([
      'Ready',
      'Available',
      'Reconciling',
      'Stalled',
      'Audited',
    ]);
    expect(conditions?.at(-1)).toEqual(condition('Audited'));
  });

  it('law 15: the second time it says the very same, also later', () => {
    const first = after(before);
    expect(invalidSpecStatus(objectWith(first), error, nowMs + 60_000)).toEqual(first);
    expect(first.conditions?.find(({ type }) => type === 'Reconciling')?.lastTransitionTime).toBe(at);
  });
});
