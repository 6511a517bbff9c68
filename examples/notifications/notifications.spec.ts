import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { parseModelDeployment } from '../../src/api/validation/parse-object.ts';
import { notificationsSchema } from '../../src/config/notifications-schema.ts';
import { targetsOf } from '../../src/notifications/target.ts';
import { AllowedHosts } from '../../src/outbound/allowed-hosts.ts';

const read = (file: string) => parse(readFileSync(join(import.meta.dirname, file), 'utf8'));

describe('the notifications to start from', () => {
  const secret = read('secret.yaml');
  const { metadata, spec } = parseModelDeployment(read('model.yaml'));
  const config = notificationsSchema.parse(read('values.yaml').notifications);
  const told = { namespace: metadata.namespace ?? '', labels: {}, notifications: spec.notifications ?? [] };
  const targets = targetsOf(told, config);

  it('name a Secret that may be named, and each other', () => {
    expect(targets.map(({ name }) => name)).toEqual(['team', 'pipeline', 'global:on-call']);
    for (const { secret: source } of targets.slice(0, 2)) {
      expect(source).toEqual({
        kind: 'secret',
        namespace: secret.metadata.namespace,
        name: secret.metadata.name,
      });
    }
    expect(secret.metadata.labels).toEqual({ 'understudy.dev/use': 'true' });
  });

  it('go to hosts that are allowed', () => {
    const hosts = new AllowedHosts(config.allowedHosts);
    for (const { url } of targets) expect(hosts.trust(new URL(url ?? secret.stringData.url))).toBe('exact');
  });
});
