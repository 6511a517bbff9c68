import { describe, expect, test } from '@jest/globals';
import type { Node, Pod, PodSpec, Taint } from './kubernetes-types.ts';
import { chooseNode } from './node-choice.ts';

interface NodeTraits {
  ready?: boolean;
  unschedulable?: boolean;
  labels?: Record<string, string>;
  taints?: Taint[];
}

function node(name: string, { ready = true, unschedulable, labels, taints }: NodeTraits = {}): Node {
  return {
    metadata: { name, uid: name, labels: { zone: 'a', ...labels } },
    spec: { taints, unschedulable },
    status: {
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'Unknown' }],
      allocatable: { cpu: '2' },
    },
  };
}

function pod(spec: Partial<PodSpec>): Pod {
  return {
    metadata: { name: 'p', namespace: 'n', uid: 'u' },
    spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
  };
}

const affinity = (key: string, operator: string, values?: string[]): Partial<PodSpec> => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key, operator, values }] }],
      },
    },
  },
});
const taint = { key: 'fake', value: 'yes', effect: 'NoSchedule' };

describe('chooseNode', () => {
  const table: [string, NodeTraits, Partial<PodSpec>, boolean][] = [
    ['a ready node', {}, {}, true],
    ['a node that is not ready', { ready: false }, {}, false],
    ['a cordoned node', { unschedulable: true }, {}, false],
    ['a matching selector', {}, { nodeSelector: { zone: 'a' } }, true],
    ['a selector that does not match', {}, { nodeSelector: { zone: 'b' } }, false],
    ['a taint', { taints: [taint] }, {}, false],
    ['a soft taint', { taints: [{ ...taint, effect: 'PreferNoSchedule' }] }, {}, true],
    ['a tolerated taint', { taints: [taint] }, { tolerations: [{ key: 'fake', operator: 'Exists' }] }, true],
    ['another value tolerated', { taints: [taint] }, { tolerations: [{ key: 'fake', value: 'no' }] }, false],
    [
      'another effect tolerated',
      { taints: [taint] },
      { tolerations: [{ key: 'fake', value: 'yes', effect: 'NoExecute' }] },
      false,
    ],
    ['everything tolerated', { taints: [taint] }, { tolerations: [{ operator: 'Exists' }] }, true],
    ['affinity In', {}, affinity('zone', 'In', ['b', 'a']), true],
    ['affinity NotIn', {}, affinity('zone', 'NotIn', ['a']), false],
    ['affinity Exists', {}, affinity('gpu', 'Exists'), false],
    ['affinity DoesNotExist', {}, affinity('gpu', 'DoesNotExist'), true],
    ['affinity Gt', { labels: { size: '5' } }, affinity('size', 'Gt', ['4']), true],
    [
      'much CPU',
      {},
      { containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: '64' } } }] },
      true,
    ],
    [
      'a GPU',
      {},
      { containers: [{ name: 'c', image: 'i', resources: { limits: { 'nvidia.com/gpu': '1' } } }] },
      false,
    ],
  ];
  test.each(table)('%s', (_name, traits, spec, fits) => {
    expect('node' in chooseNode(pod(spec), [node('one', traits)], () => 0)).toBe(fits);
  });

  test('takes the lowest rank of those that fit', () => {
    const nodes = [node('full'), node('tainted', { taints: [taint] }), node('free')];
    const ranks: Record<string, number> = { full: 5, tainted: 0, free: 1 };
    expect(chooseNode(pod({}), nodes, (name) => ranks[name] ?? 0)).toEqual({ node: 'free' });
  });

  test('says why no node fits', () => {
    const nodes = [node('a'), node('b'), node('c', { ready: false })];
    expect(chooseNode(pod({ nodeSelector: { zone: 'x' } }), nodes, () => 0)).toEqual({
      refusal:
        "0/3 nodes are available: 2 node(s) didn't match Pod's node affinity/selector, 1 node(s) were not ready.",
    });
    expect(chooseNode(pod({}), [], () => 0)).toEqual({
      refusal: '0/0 nodes are available: no node is registered.',
    });
  });
});
