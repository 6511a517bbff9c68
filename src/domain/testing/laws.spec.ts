import { describe, expect, it } from '@jest/globals';
import { initialRolloutStatus } from '../strategy/transitions.ts';
import type { RolloutView } from '../world.ts';
import type { Facts } from './facts.ts';
import { brokenBy, law1TakenBackInThePass, law3ReadyPodsRemain } from './laws.ts';
import { tinySpec } from './tiny-spec.ts';

/** Each law must be able to fail: a write that breaks it is fed to the checks. */

const startMs = Date.UTC(2026, 0, 1);

const spec = tinySpec({});

const rollout = (status: Partial<RolloutView['status']> = {}): RolloutView => ({
  name: 'sentiment-1',
  spec: {
    number: 1,
    modelDeployment: 'sentiment',
    from: { revision: 'old' },
    to: { revision: 'new' },
    plan: {
      steps: spec.plan.steps,
      bakeMs: 0,
      progressDeadlineMs: 0,
      readinessPercent: 100,
    },
    analysis: spec.analysis,
  },
  status: { ...initialRolloutStatus(new Date(startMs).toISOString()), phase: 'Stepping', ...status },
});

const raised = { at: '', step: 0, action: 'WeightRaised', weight: 25, reason: 'WeightRaised', message: '' };

const carriedOut = {
  name: 'promote',
  uid: 'uid',
  actor: { name: 'alice', verified: true },
  verb: 'promote' as const,
  at: '',
  step: 0,
  message: '',
};

/** A canary at 25 %, in force, with its pods. */
const facts = (changes: Partial<Facts> = {}): Facts => ({
  nowMs: startMs,
  router: 'weighted',
  replicas: 4,
  drainMs: 60_000,
  route: [
    { revision: 'old', weight: 750 },
    { revision: 'new', weight: 250 },
  ],
  apex: { kind: 'revision', revision: 'old' },
  acknowledged: true,
  shares: { old: 75, new: 25 },
  named: ['new', 'old'],
  revisions: { old: { replicas: 4, ready: 4 }, new: { replicas: 2, ready: 2 } },
  rollout: rollout({ weight: 25, decisions: [raised] }),
  lostTrafficAtMs: {},
  decisionsAtFall: {},
  readyWhenGiven: 1,
  ...changes,
});

const atZero = {
  route: [
    { revision: 'old', weight: 1000 },
    { revision: 'new', weight: 0 },
  ],
  shares: { old: 100, new: 0 },
};

describe('a law', () => {
  it('is kept by a raise for which all is ready', () => {
    expect(brokenBy(facts(atZero), facts())).toEqual([]);
    expect(law1TakenBackInThePass(facts())).toBeUndefined();
  });

  const broken: [string, string, Facts, Facts][] = [
    [
      'law 1',
      'a raise without ready pods',
      facts({ ...atZero, revisions: { old: { replicas: 4, ready: 4 }, new: { replicas: 1, ready: 0 } } }),
      facts(),
    ],
    [
      'law 1',
      'a raise with too few ready pods',
      facts({
        ...atZero,
        replicas: 8,
        revisions: { old: { replicas: 8, ready: 8 }, new: { replicas: 2, ready: 1 } },
      }),
      facts(),
    ],
    [
      'law 1',
      'a raise to more than the one ready pod behind a plain Service carries',
      facts({
        router: 'replicaRatio',
        shares: { old: 100, new: 0 },
        rollout: rollout({ weight: 50, decisions: [raised] }),
        revisions: { old: { replicas: 4, ready: 4 }, new: { replicas: 4, ready: 1 } },
      }),
      facts({ router: 'replicaRatio', shares: { old: 50, new: 50 } }),
    ],
    [
      'law 1',
      'a raise of a backend that did not stand in the route',
      facts({ route: [{ revision: 'old', weight: 1000 }], shares: { old: 100 } }),
      facts(),
    ],
    [
      'law 1',
      'a raise before the backend at 0 was acknowledged',
      facts({ ...atZero, acknowledged: false }),
      facts(),
    ],
    [
      'law 1',
      'everybody sent to a dead revision while another one answers',
      facts({
        rollout: undefined,
        revisions: { old: { replicas: 4, ready: 0 }, new: { replicas: 2, ready: 2 } },
      }),
      facts({ rollout: undefined, ...atZero }),
    ],
    [
      'law 2',
      'weights that do not sum up',
      facts(),
      facts({
        route: [
          { revision: 'old', weight: 750 },
          { revision: 'new', weight: 240 },
        ],
      }),
    ],
    [
      'law 2',
      'a broken weight',
      facts(),
      facts({
        route: [
          { revision: 'old', weight: 749.5 },
          { revision: 'new', weight: 250.5 },
        ],
      }),
    ],
    ['law 2', 'two objects in one write', facts(), facts({ ...atZero, apex: { kind: 'live' } })],
    [
      'law 3',
      'a revision with weight that is scaled down',
      facts(),
      facts({ revisions: { ...facts().revisions, new: { replicas: 1, ready: 1 } } }),
    ],
    [
      'law 3',
      'a revision without weight, but named, that is deleted',
      facts({ ...atZero, rollout: undefined }),
      facts({ ...atZero, rollout: undefined, revisions: { old: { replicas: 4, ready: 4 } } }),
    ],
    [
      'law 4',
      'a revision that is scaled down before it has drained',
      facts({
        shares: { old: 100 },
        named: ['old'],
        rollout: undefined,
        lostTrafficAtMs: { new: startMs - 59_000 },
      }),
      facts({
        rollout: undefined,
        revisions: { old: { replicas: 4, ready: 4 }, new: { replicas: 0, ready: 0 } },
      }),
    ],
    [
      'law 5',
      'a raise by drift repair',
      facts({ ...atZero, decisionsAtFall: { new: [JSON.stringify(raised)] } }),
      facts(),
    ],
    [
      'law 6',
      'a stable that shrinks in mid-rollout',
      facts(),
      facts({ revisions: { ...facts().revisions, old: { replicas: 3, ready: 3 } } }),
    ],
    [
      'law 7',
      'a step that is left before its split is in force',
      facts(atZero),
      facts({ ...atZero, rollout: rollout({ weight: 25, step: { index: 1, enteredAt: '' } }) }),
    ],
    [
      'law 7',
      'a step that is left before its split is acknowledged',
      facts({ acknowledged: false }),
      facts({
        acknowledged: false,
        rollout: rollout({ phase: 'Promoting', weight: 25, step: { index: 3, enteredAt: '' } }),
      }),
    ],
    [
      'law 12',
      'an action that is carried out twice',
      facts(),
      facts({ rollout: rollout({ weight: 25, actions: [carriedOut, carriedOut] }) }),
    ],
    [
      'law 12',
      'a step that is passed over',
      facts(),
      facts({ rollout: rollout({ weight: 25, step: { index: 2, enteredAt: '' } }) }),
    ],
    [
      'law 13',
      'traffic before the record',
      facts({ ...atZero, rollout: rollout({ weight: 5 }) }),
      facts({ rollout: rollout({ weight: 5 }) }),
    ],
  ];

  it.each(broken)('%s: %s is caught', (law, _what, before, after) => {
    expect(brokenBy(before, after)).toEqual(expect.arrayContaining([expect.stringContaining(law)]));
  });

  it('law 3: a pod that goes although no other one is ready in its place is caught', () => {
    const after = facts({ revisions: { old: { replicas: 4, ready: 3 }, new: { replicas: 2, ready: 2 } } });
    expect(law3ReadyPodsRemain(facts(), after)).toMatch(/^law 3: old has 3 of 4 ready pods/);
    expect(law3ReadyPodsRemain(facts(), facts())).toBeUndefined();
  });

  it('law 1: behind a plain Service a share is measured against the pods that give it', () => {
    const before = facts({
      router: 'replicaRatio',
      replicas: 2,
      shares: { old: 100, new: 0 },
      rollout: rollout({ weight: 50, decisions: [{ ...raised, weight: 50 }] }),
      revisions: { old: { replicas: 2, ready: 2 }, new: { replicas: 2, ready: 1 } },
    });
    expect(brokenBy(before, { ...before, shares: { old: 200 / 3, new: 100 / 3 } })).toEqual([]);
  });

  it('law 1: weight that is left above the ready capacity is caught', () => {
    const lost = facts({
      readyWhenGiven: 2,
      revisions: { old: { replicas: 4, ready: 4 }, new: { replicas: 2, ready: 0 } },
    });
    expect(law1TakenBackInThePass(lost)).toContain('law 1');
  });
});
