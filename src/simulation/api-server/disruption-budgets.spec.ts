import { describe, expect, it } from '@jest/globals';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { requireAllowedByBudget } from './disruption-budgets.ts';

interface PodOptions {
  ready?: boolean;
  phase?: string;
  terminating?: boolean;
}

const deployment: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { namespace: 'ml', name: 'model', uid: 'd' },
  spec: { replicas: 4 },
};

function pod(
  name: string,
  { ready = true, phase = 'Running', terminating }: PodOptions = {},
): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace: 'ml',
      name,
      labels: { app: 'model' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'model', uid: 'd' }],
      ...(terminating && { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    },
    status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

const budget = (spec: Record<string, unknown>, name = 'keep', namespace = 'ml'): KubernetesObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { namespace, name },
  spec: { selector: { matchLabels: { app: 'model' } }, ...spec },
});

/** What the eviction of the first pod is answered with; undefined: it is allowed. */
function answer(budgets: KubernetesObject[], pods: KubernetesObject[]): string | undefined {
  try {
    requireAllowedByBudget(pods[0]!, { budgets, pods, deployments: [deployment] });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const four = ['a', 'b', 'c', 'd'].map((name) => pod(name));
const five = [...four, pod('e')];

describe('an eviction and the budget of its pod', () => {
  it.each<[string, Record<string, unknown>, KubernetesObject[], boolean]>([
    ['all must stay', { minAvailable: 4 }, four, false],
    ['one more than must stay', { minAvailable: 4 }, five, true],
    ['percent of what the owner is asked for', { minAvailable: '75%' }, four, true],
    ['percent, rounded up', { minAvailable: '76%' }, four, false],
    ['none may be away', { maxUnavailable: 0 }, four, false],
    ['none may be away, and there is one more than asked for', { maxUnavailable: 0 }, five, true],
    ['one may be away', { maxUnavailable: 1 }, four, true],
    ['one may be away, and is', { maxUnavailable: 1 }, four.slice(0, 3), false],
    [
      'one is on its way out',
      { maxUnavailable: 1 },
      [...four.slice(0, 3), pod('d', { terminating: true })],
      false,
    ],
    ['it has ended', { minAvailable: 4 }, [pod('a', { ready: false, phase: 'Failed' }), ...four], true],
    [
      'it is not ready, and the others are enough',
      { minAvailable: 2 },
      [pod('x', { ready: false }), ...four.slice(0, 2)],
      true,
    ],
    [
      'it is not ready, and the others are too few',
      { minAvailable: 3 },
      [pod('x', { ready: false }), ...four.slice(0, 2)],
      false,
    ],
    [
      'it is not ready, and such may always go',
      { minAvailable: 3, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
      [pod('x', { ready: false }), ...four.slice(0, 2)],
      true,
    ],
    [
      'the budget is about other pods',
      { minAvailable: 4, selector: { matchLabels: { app: 'other' } } },
      four,
      true,
    ],
    ['the budget is about all pods', { minAvailable: 4, selector: {} }, four, false],
  ])('%s', (_, spec, pods, allowed) => {
    const refusal = answer([budget(spec)], pods);
    if (allowed) expect(refusal).toBeUndefined();
    else expect(refusal).toContain('The disruption budget keep needs');
  });

  it('that lies in another namespace says nothing', () => {
    expect(answer([budget({ minAvailable: 4 }, 'keep', 'other')], four)).toBeUndefined();
  });

  it('that is one of two is none that the API can serve', () => {
    const two = [budget({ maxUnavailable: 1 }), budget({ maxUnavailable: 1 }, 'also')];
    expect(answer(two, four)).toContain('more than one PodDisruptionBudget');
  });
});
