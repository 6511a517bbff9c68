import { describe, expect, it } from '@jest/globals';
import type { Notification } from '../../../api/notification.ts';
import { openSource } from '../conversion.ts';
import type { Note } from '../conversion-log.ts';
import { UniqueNames } from '../names.ts';
import { rolloutNotifications } from './rollout-notifications.ts';

interface Told {
  targets: Notification[];
  notes: Note[];
}

function subscribed(annotations: Record<string, string>): Told {
  const named = Object.entries(annotations).map(([key, value]) => [
    `notifications.argoproj.io/${key}`,
    value,
  ]);
  const object = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'digits', annotations: Object.fromEntries(named) },
  };
  const { root, log } = openSource({ file: 'x', apiVersion: object.apiVersion, kind: 'Rollout', object });
  const context = { names: new UniqueNames(), model: 'digits', namespace: 'ml' };
  return { targets: rolloutNotifications(root, context), notes: log.notes };
}

describe('a subscription of a Rollout', () => {
  it.each([
    ['on-rollout-updated', ['Started']],
    ['on-rollout-step-completed', ['StepEntered']],
    ['on-rollout-paused', ['Paused']],
    ['on-rollout-completed', ['Promoted']],
    ['on-rollout-aborted', ['RolledBack', 'Failed', 'Aborted']],
    ['on-analysis-run-failed', ['RolledBack']],
  ])('at %s is told of what it was told of', (trigger, events) => {
    expect(subscribed({ [`subscribe.${trigger}.slack`]: 'releases' }).targets).toEqual([
      { name: 'slack-releases', type: 'slack', secretRef: { name: 'digits-slack-releases' }, events },
    ]);
  });

  it('of several triggers and channels is one target for each channel', () => {
    const { targets, notes } = subscribed({
      'subscribe.on-rollout-completed.slack': 'one; two',
      'subscribe.on-rollout-updated.slack': 'one',
    });
    expect(targets.map(({ name, events }) => [name, events])).toEqual([
      ['slack-one', ['Started', 'Promoted']],
      ['slack-two', ['Promoted']],
    ]);
    const todo = notes.filter(({ kind }) => kind === 'action').map(({ words }) => words);
    expect(todo).toEqual([
      expect.stringContaining(
        'Secret ml/digits-slack-one has to hold the address of an incoming webhook of channel one as url',
      ),
      expect.stringContaining('Secret ml/digits-slack-two'),
    ]);
  });

  it('by mail is one mail for those who are told the same', () => {
    const { targets } = subscribed({
      subscriptions: `
        - trigger: [on-rollout-completed, on-rollout-aborted]
          destinations: [{service: email, recipients: [ann@example.com, bob@example.com]}]
        - trigger: [on-rollout-paused]
          destinations: [{service: email, recipients: [eve@example.com]}]`,
    });
    expect(targets).toEqual([
      expect.objectContaining({
        type: 'email',
        to: ['ann@example.com', 'bob@example.com'],
        events: ['Promoted', 'RolledBack', 'Failed', 'Aborted'],
      }),
      expect.objectContaining({ type: 'email', to: ['eve@example.com'], events: ['Paused'] }),
    ]);
  });

  it.each([
    ['subscribe.on-analysis-run-error.slack', 'a'],
    ['subscribe.on-scaling-replica-set.slack', 'a'],
    ['subscribe.on-purple.slack', 'a'],
    ['subscribe.slack', 'a'],
    ['subscribe.on-rollout-completed.pagerdutyv2', 'a'],
    ['subscribe.on-rollout-completed.toString', 'a'],
    ['subscribe.on-rollout-completed.slack', ''],
    ['subscriptions', '{not: [a list'],
    ['subscriptions', 'trigger'],
    ['notified.x', '{}'],
  ])('for which there is nothing is left out, and told of: %s', (key, value) => {
    const { targets, notes } = subscribed({ [key]: value });
    expect(targets).toEqual([]);
    expect(notes).toEqual([expect.objectContaining({ kind: 'dropped', path: expect.stringContaining(key) })]);
  });
});
