import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { json, type LoopbackApi, startLoopbackApi } from '../../../test/support/loopback-api.ts';
import { list } from '../testing/api-answers.ts';
import { runCaptured } from '../testing/run-captured.ts';

interface KubeconfigFile {
  contexts: { context: { user: string } }[];
  users: { name: string; user: object }[];
}

const status = (code: number, reason: string, message: string) => ({ kind: 'Status', code, reason, message });

describe('a command that talks to a cluster', () => {
  let api: LoopbackApi;
  const run = (...argv: string[]) =>
    runCaptured(['get', '-n', 'ml', '--kubeconfig', api.kubeconfig, ...argv]);
  /** Another user in the kubeconfig. */
  const logIn = (user: object): void => {
    const config = parse(readFileSync(api.kubeconfig, 'utf8')) as KubeconfigFile;
    config.users = [{ name: config.contexts[0]!.context.user, user }];
    writeFileSync(api.kubeconfig, stringify(config));
  };

  beforeEach(async () => {
    api = await startLoopbackApi((_, response) => json(response, list()));
  });
  afterEach(() => api.stop());

  it.each<[string, number, object | string, RegExp[]]>([
    [
      'may not do it',
      403,
      status(
        403,
        'Forbidden',
        'modeldeployments.understudy.dev is forbidden: User "vic" cannot list resource "modeldeployments" in API group "understudy.dev" in the namespace "ml"',
      ),
      [/User "vic" cannot list/, /kubectl auth can-i list modeldeployments.understudy.dev -n ml/],
    ],
    [
      'is not known',
      401,
      status(401, 'Unauthorized', 'Unauthorized'),
      [/does not accept your credentials/, /Log in again/],
    ],
    [
      'is before the CRDs',
      404,
      status(404, 'NotFound', 'the server could not find the requested resource'),
      [/knows no ModelDeployments: Understudy's CRDs are not installed/, /Install Understudy there/],
    ],
    [
      'is before the group of the CRDs',
      404,
      '404 page not found\n',
      [/knows no ModelDeployments: Understudy's CRDs are not installed/, /Install Understudy there/],
    ],
    [
      'meets an API server in trouble',
      500,
      status(500, 'InternalError', 'etcd is away'),
      [/etcd is away/, /try again in a moment/],
    ],
  ])('that %s says so, and what to do', async (_, code, body, words) => {
    api.answer = (_request, response) => json(response, body, code);
    const { code: exit, output, complaints } = await run();
    expect([exit, output]).toEqual([3, '']);
    for (const each of words) expect(complaints).toMatch(each);
    expect(complaints).not.toMatch(/^ +at /m);
  });

  it('that reaches nobody says whom', async () => {
    await api.shut();
    const { code, complaints } = await run();
    expect(code).toBe(3);
    expect(complaints).toContain(`the API server ${api.url} does not answer`);
    expect(complaints).toContain('kubectl cluster-info');
  });

  it('that names no context of the kubeconfig is told which there are', async () => {
    const { code, complaints } = await run('--context', 'prod');
    expect(code).toBe(3);
    expect(complaints).toMatch(/context prod names no cluster; contexts there: \w+/);
    expect(complaints).toContain('kubectl config get-contexts');
  });

  it('that finds no kubeconfig says where it looked', async () => {
    const { KUBECONFIG, HOME } = process.env;
    delete process.env['KUBECONFIG'];
    process.env['HOME'] = join(api.kubeconfig, '..');
    try {
      const { code, complaints } = await runCaptured(['get']);
      expect(code).toBe(3);
      expect(complaints).toMatch(/there is no kubeconfig: KUBECONFIG is not set, ~\/\.kube\/config/);
    } finally {
      if (KUBECONFIG !== undefined) process.env['KUBECONFIG'] = KUBECONFIG;
      process.env['HOME'] = HOME;
    }
  });

  it('that cannot read its kubeconfig says which', async () => {
    const { code, complaints } = await runCaptured(['get', '--kubeconfig', '/no/such/file']);
    expect(code).toBe(3);
    expect(complaints).toMatch(/cannot read \/no\/such\/file: /);
  });

  it('asks as another user, and in the groups that are named', async () => {
    const impersonated = () =>
      api.requests.map(({ headers }) => [headers['impersonate-user'], headers['impersonate-group']]);
    expect((await run('--as', 'vic', '--as-group', 'ml', '--as-group', 'on-call')).code).toBe(0);
    expect(impersonated()).toEqual([['vic', 'ml, on-call']]);
    logIn({ as: 'ann', token: 'secret' });
    await run();
    await run('--as=vic');
    expect(impersonated().slice(1)).toEqual([
      ['ann', undefined],
      ['vic', undefined],
    ]);
  });

  it('is told that a group needs a user, and asks nobody', async () => {
    const { code, complaints } = await run('--as-group', 'ml');
    expect([code, complaints]).toEqual([3, expect.stringContaining('--as-group: a group needs somebody')]);
    expect(api.requests).toEqual([]);
  });

  it('gets its credentials by the program that the kubeconfig names', async () => {
    const credential = {
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token: 'from-a-program' },
    };
    logIn({
      exec: {
        apiVersion: 'client.authentication.k8s.io/v1',
        command: process.execPath,
        args: ['-e', `console.log(${JSON.stringify(JSON.stringify(credential))})`],
        interactiveMode: 'Never',
      },
    });
    expect((await run()).code).toBe(0);
    expect(api.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer from-a-program']);
  });

  it('says when that program fails', async () => {
    logIn({
      exec: {
        apiVersion: 'client.authentication.k8s.io/v1',
        command: process.execPath,
        args: ['-e', 'console.error("the session is over"); process.exit(1)'],
        interactiveMode: 'Never',
      },
    });
    const { code, complaints } = await run();
    expect(code).toBe(3);
    expect(complaints).toMatch(/cannot load the credentials: .*the session is over/s);
    expect(complaints).toContain('log in again');
  });
});
