import { describe, expect, it } from '@jest/globals';
import type { ModelRolloutStatus } from '../../api/model-rollout.ts';
import type { RolloutView } from '../world.ts';
import { outlookOf, type Present } from './outlook.ts';

const rollout = (number: number, from: string, to: string, status: Partial<ModelRolloutStatus> = {}) =>
  ({
    name: `model-${number}`,
    spec: { number, from: { revision: from }, to: { revision: to } },
    status: { phase: 'Ended', outcome: 'Promoted', ...status },
  }) as RolloutView;

/** Three revisions, the newest of which is the stable one. */
const settled: Present = {
  stable: 'c',
  rollbackWindow: 1,
  revisions: ['a', 'b', 'c'].map((revision, index) => ({ revision, createdAtMs: index })),
  rollouts: [rollout(1, 'a', 'b'), rollout(2, 'b', 'c')],
};
const during = (status: Partial<ModelRolloutStatus>): Present => ({
  ...settled,
  revisions: [...settled.revisions, { revision: 'd', createdAtMs: 3 }],
  rollouts: [...settled.rollouts, rollout(3, 'c', 'd', { outcome: undefined, ...status })],
});

describe('what applying a spec leads to', () => {
  it.each<[string, string, Present, object]>([
    [
      'nothing is served',
      'a',
      { ...settled, stable: undefined, revisions: [], rollouts: [] },
      { kind: 'firstDeployment' },
    ],
    ['it is served', 'c', settled, { kind: 'noRollout' }],
    ['another one is on its way', 'c', during({ phase: 'Stepping' }), { kind: 'noRollout', ends: 'model-3' }],
    ['it is in its bake', 'd', { ...during({ phase: 'Baking' }), stable: 'd' }, { kind: 'noRollout' }],
    ['it is on its way', 'd', during({ phase: 'Stepping' }), { kind: 'underWay', rollout: 'model-3' }],
    [
      'it failed',
      'd',
      during({ outcome: 'RolledBack', remembered: true, reason: 'AnalysisFailed' }),
      { kind: 'leftAlone', rollout: 'model-3', reason: 'AnalysisFailed' },
    ],
    [
      'it failed, and that is forgotten',
      'd',
      during({ outcome: 'RolledBack' }),
      { kind: 'rollout', isKept: true },
    ],
    ['users had it last', 'b', settled, { kind: 'immediateReturn' }],
    ['users had it before the window', 'a', settled, { kind: 'rollout', isKept: true }],
    ['it is new', 'e', settled, { kind: 'rollout', isKept: false }],
    [
      'it is new, and another one is on its way',
      'e',
      during({ phase: 'Stepping' }),
      { kind: 'rollout', isKept: false, supersedes: 'model-3' },
    ],
  ])('when %s', (_, target, present, expected) => {
    expect(outlookOf(target, present)).toEqual(expected);
  });
});
