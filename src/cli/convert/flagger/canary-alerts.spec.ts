import { describe, expect, it } from '@jest/globals';
import { convertedCanary, weights } from '../testing/converted-canary.ts';

const provider = (spec: Record<string, unknown>, namespace = 'ml') => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'AlertProvider',
  metadata: { name: 'chat', namespace },
  spec,
});
const alerting = (alert: Record<string, unknown>, spec?: Record<string, unknown>, namespace?: string) =>
  convertedCanary(
    { ...weights, alerts: [{ name: 'On call', providerRef: { name: 'chat' }, ...alert }] },
    spec ? [provider(spec, namespace)] : [],
  );
const secretRef = { name: 'chat-url' };
const path = 'spec.analysis.alerts[0]';

describe('an alert of Flagger', () => {
  it.each([
    ['info', ['Started', 'Paused', 'Promoted', 'RolledBack', 'Failed', 'Aborted']],
    [undefined, ['Started', 'Paused', 'Promoted', 'RolledBack', 'Failed', 'Aborted']],
    ['warn', ['Paused', 'RolledBack', 'Failed', 'Aborted']],
    ['error', ['RolledBack', 'Failed']],
  ])('of severity %s is told of what is so grave, or graver', (severity, events) => {
    const { spec } = alerting({ ...(severity && { severity }) }, { type: 'slack', secretRef });
    expect(spec.notifications).toEqual([{ name: 'on-call', type: 'slack', secretRef, events }]);
  });

  it.each([
    ['slack', 'slack', "the address as url, beside Flagger's key address"],
    ['discord', 'discord', 'without /slack at its end'],
    ['msteams', 'teams', 'that of a workflow'],
    ['rocket', 'slack', "the address as url, beside Flagger's key address"],
  ])('by %s goes to a target of type %s, and it is told what the Secret needs', (given, type, words) => {
    const { spec, said } = alerting({}, { type: given, secretRef });
    expect(spec.notifications).toMatchObject([{ type, secretRef }]);
    expect(said(path)).toContainEqual(['action', expect.stringContaining(words)]);
  });

  it('by an address in the manifest needs a Secret, and the address stands nowhere', () => {
    const converted = alerting({}, { type: 'slack', address: 'https://hooks.slack.com/services/hidden' });
    expect(converted.spec.notifications).toMatchObject([{ secretRef: { name: 'chat-address' } }]);
    expect(converted.said(path)).toContainEqual([
      'action',
      expect.stringContaining('Secret ml/chat-address has to hold the address as url (that of spec.address)'),
    ]);
    expect(JSON.stringify([converted, converted.said('')])).not.toContain('hidden');
  });

  it('by a provider of another namespace needs the Secret in its own', () => {
    const other = { providerRef: { name: 'chat', namespace: 'flagger' } };
    const { spec, said } = alerting(other, { type: 'slack', secretRef }, 'flagger');
    expect(spec.notifications).toMatchObject([{ secretRef }]);
    expect(said(path)).toContainEqual([
      'action',
      expect.stringMatching(/^Secret ml\/chat-url .*that of Flagger lies in namespace flagger$/),
    ]);
  });

  it('by a provider that is in no file is missing', () => {
    const { spec, said } = alerting({});
    expect(spec.notifications).toBeUndefined();
    expect(said(path)).toEqual([['missing', expect.stringContaining('AlertProvider "chat" is in none')]]);
  });

  it('by a chat for which there is no target is left out', () => {
    const { spec, said } = alerting({}, { type: 'gchat', secretRef });
    expect(spec.notifications).toBeUndefined();
    expect(said(path)).toEqual([['dropped', expect.stringContaining('nobody can be told')]]);
    expect(said('spec.type')).toEqual([['dropped', expect.stringContaining('no target of type gchat')]]);
  });
});
