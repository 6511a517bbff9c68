import { describe, expect, it } from '@jest/globals';
import type { ModelDeploymentStatus } from '../../api/model-deployment-status.ts';
import { conditions, healthy, model, outage, rolledBack, stepping, unseen } from '../testing/pictures.ts';
import { type Goal, standingOf } from './goals.ts';

const seen = (status: ModelDeploymentStatus, ...said: string[]) =>
  model({ observedGeneration: 4, ...status, conditions: conditions(1, ...said) });
const ended = (outcome: 'RolledBack' | 'Aborted' | 'Failed' | 'Completed' | 'Promoted') => ({
  name: 'sentiment-7',
  ...{ step: 1, steps: 4, outcome },
});

const baking = seen(
  { phase: 'Baking', traffic: { applied: 100, acknowledged: true } },
  'Promoted=True Baking: it bakes',
  'Ready=False Baking: it bakes',
);

/** Each row: what was seen, and how it stands to promoted, traffic, rolled-back and healthy. */
const rows: [string, ReturnType<typeof model> | undefined, string, string, string, string][] = [
  ['nobody has looked', unseen().model, 'pending', 'pending', 'pending', 'pending'],
  ['a canary runs', stepping().model, 'pending', 'pending', 'pending', 'pending'],
  ['it bakes', baking, 'pending', 'reached', 'pending', 'pending'],
  ['it is healthy', healthy().model, 'reached', 'reached', 'opposite', 'reached'],
  ['it was taken back', rolledBack().model, 'opposite', 'opposite', 'reached', 'opposite'],
  ['users are not served while it bakes', outage().model, 'pending', 'pending', 'pending', 'pending'],
  ['it was deleted', undefined, 'opposite', 'opposite', 'opposite', 'opposite'],
  [
    'a part is held back while it bakes',
    seen({ phase: 'Baking', traffic: { applied: 90, acknowledged: true } }, 'Promoted=True Baking: it bakes'),
    ...(['pending', 'pending', 'pending', 'pending'] as const),
  ],
  [
    'all traffic is written, and not in force yet',
    seen(
      { phase: 'Baking', traffic: { applied: 100, acknowledged: false } },
      'Promoted=True Baking: it bakes',
    ),
    ...(['pending', 'pending', 'pending', 'pending'] as const),
  ],
  [
    'it is taken back, and the route is not in force yet',
    seen(
      { phase: 'RolledBack', rollout: ended('Aborted'), traffic: { acknowledged: false } },
      'Stalled=True Aborted: ended',
    ),
    ...(['opposite', 'opposite', 'pending', 'opposite'] as const),
  ],
  [
    'the user returned the spec to the stable revision',
    seen(
      { phase: 'Healthy', rollout: ended('RolledBack') },
      'Ready=True Healthy: -',
      'Promoted=True Promoted: -',
    ),
    ...(['reached', 'reached', 'reached', 'pending'] as const),
  ],
  [
    'the candidate never became ready',
    seen({ phase: 'Failed', rollout: ended('Failed') }, 'Stalled=True ProgressDeadlineExceeded: -'),
    ...(['opposite', 'opposite', 'reached', 'opposite'] as const),
  ],
  [
    'the spec is invalid',
    seen({ phase: 'Failed' }, 'Stalled=True InvalidSpec: -'),
    ...(['opposite', 'opposite', 'opposite', 'opposite'] as const),
  ],
  [
    'a shadow has ended',
    seen(
      { phase: 'Paused', rollout: ended('Completed') },
      'Stalled=False Settled: -',
      'Ready=False ShadowCompleted: -',
    ),
    ...(['opposite', 'opposite', 'opposite', 'opposite'] as const),
  ],
  [
    'nothing is to be served',
    seen(
      { phase: 'Healthy' },
      'Ready=True ScaledToZero: -',
      'Available=False ScaledToZero: -',
      'Promoted=True Promoted: -',
    ),
    ...(['reached', 'reached', 'opposite', 'pending'] as const),
  ],
];

describe('what is waited for', () => {
  it.each(rows)('when %s', (_, found, ...expected) => {
    const asked: Goal[] = ['promoted', 'traffic', 'rolled-back', 'healthy'];
    expect(asked.map((goal) => standingOf(goal, found).state)).toEqual(expected);
  });

  it('an old status is no answer to a new spec', () => {
    const { model: before } = healthy();
    before.metadata.generation = 5;
    expect(standingOf('promoted', before)).toEqual({
      state: 'pending',
      because:
        'the last change of the spec is not seen yet; before: revision b81e0c4d5e serves with 4 ready pods',
    });
  });

  it('one that is being deleted will not be promoted', () => {
    const { model: going } = healthy();
    going.metadata.deletionTimestamp = '2026-03-14T02:59:00Z';
    expect(standingOf('healthy', going).state).toBe('opposite');
  });
});
