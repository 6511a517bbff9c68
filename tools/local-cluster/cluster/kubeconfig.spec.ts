import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { makeTokens, renderTokenFile, users } from './credentials.ts';
import { renderKubeconfig } from './kubeconfig.ts';

describe('renderKubeconfig', () => {
  it('is YAML with the server, its authority and the token', () => {
    const text = renderKubeconfig({
      clusterName: 'one',
      server: 'https://localhost:1',
      certificateAuthority: Buffer.from('PEM'),
      user: 'admin',
      token: 'secret',
    });
    expect(parse(text)).toMatchObject({
      'current-context': 'one',
      clusters: [{ cluster: { server: 'https://localhost:1', 'certificate-authority-data': 'UEVN' } }],
      users: [{ name: 'admin', user: { token: 'secret' } }],
      contexts: [{ name: 'one', context: { cluster: 'one', user: 'admin', namespace: 'default' } }],
    });
  });
});

describe('the token file', () => {
  it('has a line for each user, each with a token of its own', () => {
    const tokens = makeTokens();
    expect(new Set(Object.values(tokens)).size).toBe(users.length);
    const lines = renderTokenFile(tokens).trim().split('\n');
    expect(lines).toHaveLength(users.length);
    expect(lines[0]).toBe(`${tokens.admin},admin,admin,"system:masters"`);
  });
});
