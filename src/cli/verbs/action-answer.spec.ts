import { describe, expect, it } from '@jest/globals';
import type { RolloutActionStatus } from '../../api/rollout-action.ts';
import { ClusterError } from '../../kubernetes/cluster-error.ts';
import { expectGolden } from '../testing/golden.ts';
import { action, canvas } from '../testing/pictures.ts';
import { answerLines, codeOf, isAnswered } from './action-answer.ts';
import { refusedByServer } from './refused-by-server.ts';

const actor = { name: 'alice', verified: true };
const answers: [string, RolloutActionStatus, number][] = [
  ['applied', { state: 'Applied', message: 'rollout sentiment-7 is paused', actor }, 0],
  [
    'applied in an unproved name',
    { state: 'Applied', message: 'rollout sentiment-7 is paused', actor: { ...actor, verified: false } },
    0,
  ],
  [
    'refused, with advice',
    {
      state: 'Refused',
      reason: 'PausedByAction',
      message: 'the rollout is paused by RolloutAction freeze: resume it first',
    },
    1,
  ],
  [
    'refused, with what the reason means',
    { state: 'Refused', reason: 'NotNow', message: 'rollout sentiment-7 has no step left' },
    1,
  ],
  ['expired', { state: 'Expired', reason: 'ActionExpired', message: 'it waited for 24h' }, 1],
  ['still waiting', { state: 'Pending', message: 'waits until the split is in force' }, 2],
  ['under way', { state: 'Running', message: '1 of 4 pods are new' }, 2],
  ['seen by nobody', { observedGeneration: -1 }, 2],
];

const withStatus = (status: RolloutActionStatus) => ({ ...action(), status });

describe('what became of an action', () => {
  it.each([false, true])('is told so, with colours: %s', (coloured) => {
    const lines = answers.flatMap(([, status]) => answerLines(withStatus(status), canvas({ coloured })));
    expectGolden(`action-answers${coloured ? '-coloured' : ''}`, lines);
  });

  it.each(answers)('%s', (_, status, code) => {
    expect([codeOf(withStatus(status)), isAnswered(withStatus(status))]).toEqual([code, code !== 2]);
  });
});

describe('an action that the API server refuses', () => {
  const target = { namespace: 'ml', name: 'sentiment' };

  it('by the admission policy, in the words of the policy alone', () => {
    const error = new ClusterError(
      'forbidden',
      `create rolloutactions ml/x: rolloutactions.understudy.dev "x" is forbidden: ValidatingAdmissionPolicy 'understudy-rollout-actions' with binding 'understudy-rollout-actions' denied request: user "oli" may not promote ModelDeployment ml/sentiment: RBAC gives no verb "promote" on modeldeployments.understudy.dev there (403 Forbidden)`,
    );
    const problem = refusedByServer(error, 'promote', target)!;
    expect(problem.message).toBe(
      'promote ml/sentiment was refused: user "oli" may not promote ModelDeployment ml/sentiment: RBAC gives no verb "promote" on modeldeployments.understudy.dev there',
    );
    expect(problem.exitCode).toBe(1);
    expect(problem.next.join('\n')).toContain('The role understudy-approver gives the right');
    expect(refusedByServer(error, 'pause', target)!.next.join('\n')).toContain(
      'understudy-operator or understudy-approver',
    );
  });

  it('by RBAC, in its words alone', () => {
    const said =
      'User "vic" cannot create resource "rolloutactions" in API group "understudy.dev" in the namespace "ml"';
    const error = new ClusterError(
      'forbidden',
      `create rolloutactions ml/x: rolloutactions.understudy.dev is forbidden: ${said} (403 Forbidden)`,
    );
    const problem = refusedByServer(error, 'pause', target)!;
    expect(problem.message).toBe(`pause ml/sentiment was refused: ${said}`);
    expect(problem.next.join('\n')).toContain('can-i create rolloutactions.understudy.dev -n ml');
  });

  it('and only that: what may pass is no refusal', () => {
    expect(refusedByServer(new ClusterError('unreachable', 'gone'), 'pause', target)).toBeUndefined();
    expect(refusedByServer(new Error('a fault'), 'pause', target)).toBeUndefined();
  });
});
