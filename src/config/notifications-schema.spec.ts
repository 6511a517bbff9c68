import { describe, expect, it } from '@jest/globals';
import { loadConfig, printConfig } from './load-config.ts';

const configOf = async ({ file }: { file: string }) =>
  (await loadConfig({ argv: ['--config', '/c.yaml'], environment: {}, read: async () => file })).config;

describe('targets of notifications', () => {
  const file = (target: string) => `notifications: {targets: [${target}]}`;

  it('are read with their folders, and shown with them', async () => {
    const target = '{name: on-call, type: slack, secretDirectory: /etc/slack, events: [RolledBack]}';
    const config = await configOf({ file: file(target) });
    expect(config.notifications.targets).toEqual([
      {
        name: 'on-call',
        type: 'slack',
        secretDirectory: '/etc/slack',
        events: ['RolledBack'],
        namespaces: [],
        labels: [],
      },
    ]);
    expect(await printConfig(config)).toContain('/etc/slack');
  });

  it.each([
    ['{name: a, type: slack}', 'secretDirectory'],
    ['{name: a, type: slack, secretDirectory: /s, url: "https://hooks.slack.com/services/x"}', 'url'],
    ['{name: a, type: github, secretDirectory: /s}', 'repository'],
    ['{name: a, type: webhook, secretDirectory: /s, url: "https://user:word@example.com"}', 'url'],
    ['{name: a, type: webhook, secretDirectory: /s, text: "{{ secret }}"}', 'text'],
    ['{name: a, type: pager, secretDirectory: /s}', 'type'],
  ])('are refused as %s', async (target, field) => {
    await expect(configOf({ file: file(target) })).rejects.toThrow(`notifications.targets.0.${field}`);
  });

  it('name hosts without a path', async () => {
    const given = { file: 'notifications: {allowedHosts: ["https://example.com/hook"]}' };
    await expect(configOf(given)).rejects.toThrow('notifications.allowedHosts.0');
  });
});
