import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { json, type LoopbackApi, startLoopbackApi } from '../../../test/support/loopback-api.ts';
import { failure, list } from '../testing/api-answers.ts';
import { runCaptured } from '../testing/run-captured.ts';
import { packageVersion } from '../../package-folder.ts';
import { controllerLines } from './version.command.ts';

const deployment = {
  metadata: {
    name: 'understudy',
    namespace: 'understudy-system',
    labels: { 'app.kubernetes.io/name': 'understudy' },
  },
  spec: {
    replicas: 2,
    template: { spec: { containers: [{ image: 'example.com/understudy:9.1.0@sha256:abc' }] } },
  },
  status: { readyReplicas: 1 },
};

describe('understudy version', () => {
  let api: LoopbackApi;
  let mayList: boolean;
  let isInstalled: boolean;
  const run = (...argv: string[]) => runCaptured(['version', ...argv, '--kubeconfig', api.kubeconfig]);

  beforeEach(async () => {
    [mayList, isInstalled] = [true, true];
    api = await startLoopbackApi(({ path }, response) => {
      if (path.startsWith('/apis/apps/v1/'))
        return mayList
          ? json(response, list(deployment))
          : json(response, failure(403, 'Forbidden', 'deployments.apps is forbidden'), 403);
      return isInstalled
        ? json(response, list())
        : json(response, failure(404, 'NotFound', 'the server could not find the requested resource'), 404);
    });
  });
  afterEach(() => api.stop());

  it('shows client, controllers and API', async () => {
    const { code, output, complaints } = await run();
    expect([code, complaints]).toEqual([0, '']);
    expect(output)
      .toBe(`client      ${packageVersion()}, understudy.dev/v1alpha1, Node ${process.versions.node}
controller  9.1.0, understudy-system/understudy, 1 of 2 ready, example.com/understudy:9.1.0@sha256:abc; this program is ${packageVersion()}, use one of the same version
API         understudy.dev/v1alpha1 is served
`);
  });

  it('tells programs the same', async () => {
    const document = JSON.parse((await run('-o', 'json')).output);
    expect(document).toEqual({
      client: { version: packageVersion(), api: 'understudy.dev/v1alpha1', node: process.versions.node },
      controllers: [
        {
          namespace: 'understudy-system',
          name: 'understudy',
          image: 'example.com/understudy:9.1.0@sha256:abc',
          version: '9.1.0',
          replicas: 2,
          ready: 1,
        },
      ],
      api: { version: 'understudy.dev/v1alpha1', served: true },
    });
  });

  it('says what a viewer may not know, and what is not installed', async () => {
    mayList = false;
    isInstalled = false;
    const { code, output } = await run();
    expect(code).toBe(0);
    expect(output).toContain('controller  not known: you may not list Deployments\n');
    expect(output).toContain('is not served: install the CRDs, "kubectl apply -f crds/"');
  });

  it('needs no cluster for its own', async () => {
    await api.shut();
    expect(await run('--client')).toMatchObject({ code: 0, complaints: '' });
    const { code, output, complaints } = await run();
    expect(code).toBe(3);
    expect(output).toMatch(/^client +\d/);
    expect(complaints).toMatch(/does not answer/);
    expect(complaints).not.toMatch(/^ +at /m);
  });
});

it('a branch is no version, and is not compared', () => {
  const controller = { namespace: 's', name: 'u', image: 'i:main', version: 'main', replicas: 1, ready: 1 };
  expect(controllerLines([controller], '0.1.0')).toEqual(['controller  main, s/u, 1 of 1 ready, i:main']);
  expect(controllerLines([], '0.1.0')).toEqual([expect.stringContaining('none')]);
});
