import { describe, expect, it } from '@jest/globals';
import { withDefaults } from '../../api/defaults.ts';
import type { ModelDeploymentSpec } from '../../api/model-deployment.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { specOf } from '../testing/planned-cluster.ts';
import { nodeRoom, peakOf, podRequests, podsThroughPlan, quotaRoom } from './capacity.ts';
import { amountWords, quantityOf } from './quantity.ts';

describe('a quantity', () => {
  it.each<[string | number, number | undefined]>([
    ['500m', 0.5],
    ['2', 2],
    [3, 3],
    ['1Gi', 2 ** 30],
    ['1.5k', 1500],
    ['1e3', 1000],
    ['100Mi', 100 * 2 ** 20],
    ['much', undefined],
    ['1X', undefined],
    ['', undefined],
  ])('of %s is %s', (text, expected) => expect(quantityOf(text)).toBe(expected));

  it('is told in units that people know', () => {
    expect([amountWords('memory', 1.5 * 2 ** 30), amountWords('requests.memory', 2 ** 28)]).toEqual([
      '1.5Gi',
      '256Mi',
    ]);
    expect([amountWords('cpu', 0.1 + 0.2), amountWords('nvidia.com/gpu', 2)]).toEqual(['0.3', '2']);
  });
});

describe('capacity', () => {
  it('of a pod is its containers together, or an init container that asks for more', () => {
    const container = (name: string, cpu: string) => ({ name, resources: { requests: { cpu } } });
    const spec = {
      containers: [container('a', '1'), { name: 'b', resources: { limits: { cpu: '500m', memory: '1Gi' } } }],
      initContainers: [container('c', '2')],
    };
    expect(podRequests({ spec } as never)).toEqual({ cpu: 2, memory: 2 ** 30 });
  });

  it.each<[string, Partial<ModelDeploymentSpec>, [number, number][]]>([
    [
      'a canary behind a gateway',
      {},
      [
        [1, 4],
        [1, 4],
        [2, 4],
        [4, 4],
      ],
    ],
    [
      'one that shrinks the stable revision',
      { strategy: { canary: { stableScale: 'follow' } } },
      [
        [1, 4],
        [1, 3],
        [2, 2],
        [4, 4],
      ],
    ],
    [
      'blue-green with a small preview',
      { strategy: { blueGreen: { previewReplicas: 1 } } },
      [
        [1, 4],
        [4, 4],
      ],
    ],
    ['a shadow of everything', { strategy: { shadow: {} } }, [[4, 4]]],
  ])('of %s is what the controller provides', (_, more, pods) => {
    const through = podsThroughPlan(withDefaults(specOf('1', more)));
    expect(through.map(({ candidate, stable }) => [candidate, stable])).toEqual(pods);
    expect(peakOf(through)).toMatchObject({ candidate: 4, stable: 4 });
  });

  it('that a quota leaves is told for what the pods need', () => {
    const quota = {
      metadata: { name: 'q' },
      spec: { hard: { cpu: '4', 'requests.memory': '2Gi', 'limits.cpu': '1', services: '5', pods: '10' } },
      status: { used: { cpu: '3500m', pods: '9' } },
    } as unknown as KubernetesObject;
    const scoped = {
      ...quota,
      spec: { hard: { cpu: '0' }, scopes: ['BestEffort'] },
    } as unknown as KubernetesObject;
    expect(quotaRoom([quota, scoped], { cpu: 0.5, memory: 2 ** 30 }, 2)).toEqual([
      { quota: 'q', resource: 'cpu', needed: 1, left: 0.5 },
      { quota: 'q', resource: 'requests.memory', needed: 2 * 2 ** 30, left: 2 * 2 ** 30 },
      { quota: 'q', resource: 'pods', needed: 2, left: 1 },
    ]);
  });

  it('of nodes is what the pods on them leave', () => {
    const node = (name: string, cpu: string, more: object = {}) =>
      ({
        metadata: { name },
        spec: more,
        status: { allocatable: { cpu, pods: '10' } },
      }) as unknown as KubernetesObject;
    const pod = (nodeName: string, cpu: string, phase = 'Running') =>
      ({
        metadata: { name: 'p' },
        spec: { nodeName, containers: [{ name: 'c', resources: { requests: { cpu } } }] },
        status: { phase },
      }) as unknown as KubernetesObject;
    const nodes = [node('a', '4'), node('b', '1'), node('c', '8', { unschedulable: true })];
    const pods = [pod('a', '1500m'), pod('a', '3', 'Succeeded'), pod('b', '2')];
    expect(nodeRoom(nodes, pods, { cpu: 1 })).toBe(2);
    expect(nodeRoom(nodes, pods, { cpu: 1, 'nvidia.com/gpu': 1 })).toBe(0);
    expect(nodeRoom(nodes, pods, {})).toBe(9 + 9);
  });
});
