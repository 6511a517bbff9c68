import { type Case, type Change, type Manifest, set } from './model-deployment-cases/changes.ts';

/** An action that promotes, as an object to change. */
export function rolloutAction(name = 'case'): Manifest {
  return {
    apiVersion: 'understudy.dev/v1alpha1',
    kind: 'RolloutAction',
    metadata: { name, namespace: 'default' },
    spec: {
      target: {
        name: 'sentiment',
        uid: '2c0f6ae4-4c0c-4b43-a1a1-6a5a0a3a0e0d',
        rollout: 'sentiment-4',
        step: 1,
      },
      verb: 'promote',
    },
  };
}

export function changedAction(change: Change, name = 'case'): Manifest {
  const action = rolloutAction(name);
  change(action);
  return action;
}

const without = (object: Manifest, name: string) => delete object[name];
/** Another verb, with a target that has no step, and no rollout either unless it is said. */
const verb =
  (name: string, more: object = {}, { rollout = false } = {}): Change =>
  (action) => {
    const { target } = action.spec;
    without(target, 'step');
    if (!rollout) without(target, 'rollout');
    action.spec = { target, verb: name, ...more };
  };

/** Every rule of a RolloutAction, both ways, as it is put to the rules at the edge and to a real API server. */
export const actionCases: Case[] = [
  {
    title: 'verbs',
    accept: [
      () => {},
      set('spec.full', true),
      set('spec.verb', 'skip'),
      ...['pause', 'resume', 'retry', 'rollback', 'restart'].map((name) => verb(name)),
      verb('abort', {}, { rollout: true }),
      set('spec.requestedBy', 'system:serviceaccount:ci:deployer'),
      set('spec.reason', 'the dashboards look good'),
    ],
    refuse: [
      { change: set('spec.verb', 'delete'), path: 'spec.verb' },
      { change: (action) => without(action.spec, 'verb'), path: 'spec.verb' },
    ],
  },
  {
    title: 'target',
    accept: [set('spec.target.step', 0), verb('pause', {}, { rollout: true })],
    refuse: [
      { change: (action) => without(action.spec.target, 'uid'), path: 'spec.target.uid' },
      { change: (action) => without(action.spec.target, 'name'), path: 'spec.target.name' },
      { change: set('spec.target.uid', ''), path: 'spec.target.uid' },
      { change: set('spec.target.step', -1), path: 'spec.target.step' },
      {
        change: (action) => without(action.spec.target, 'step'),
        path: 'spec.target',
        says: 'target.rollout and target.step are needed for promote and skip',
      },
      {
        change: (action) => without(action.spec.target, 'rollout'),
        path: 'spec.target.step',
        says: 'target.step needs target.rollout',
      },
      { change: verb('skip'), path: 'spec.target', says: 'needed for promote and skip' },
      { change: verb('abort'), path: 'spec.target', says: 'target.rollout is needed for abort' },
    ],
  },
  {
    title: 'full',
    accept: [set('spec.full', false)],
    refuse: [
      { change: set('spec.full', 'yes'), path: 'spec.full' },
      { change: verb('retry', { full: true }), path: 'spec.full', says: 'full belongs to verb promote only' },
    ],
  },
  {
    title: 'revision',
    accept: ['rollback', 'restart'].map((name) => verb(name, { revision: 'bcdfghjklm' })),
    refuse: [
      {
        change: set('spec.revision', 'bcdfghjklm'),
        path: 'spec.revision',
        says: 'revision belongs to the verbs rollback and restart only',
      },
      ...['', 'V2', 'sentiment-bcdfghjklm'].map((revision) => ({
        change: verb('rollback', { revision }),
        path: 'spec.revision',
        says: 'revision must be the ten-character name of a revision',
      })),
    ],
  },
  {
    title: 'ttl',
    accept: [set('spec.ttl', '1s'), set('spec.ttl', '8760h')],
    refuse: [
      { change: set('spec.ttl', 'soon'), path: 'spec.ttl', says: 'ttl must be a duration such as' },
      { change: set('spec.ttl', '0s'), path: 'spec.ttl', says: 'ttl must be at least 1s' },
    ],
  },
  {
    title: 'texts',
    accept: [set('spec.reason', 'x'.repeat(1024))],
    refuse: [
      { change: set('spec.reason', 'x'.repeat(1025)), path: 'spec.reason' },
      { change: set('spec.requestedBy', ''), path: 'spec.requestedBy' },
    ],
  },
];
