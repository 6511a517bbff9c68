import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RolloutVerb } from '../../src/api/rollout-action.ts';
import type { DetailAnswer, ListAnswer, Me } from '../../src/dashboard-api/schemas.ts';
import { permissions } from '../../src/kubernetes/permissions.ts';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { CliProcess } from '../support/cli-process.ts';
import type { ControllerProcess } from '../support/controller-process.ts';
import { modelDeployment } from '../support/model-deployment.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';

/** Of these people each has one role in the namespace `default`; nat has none anywhere. */
const roles = { ann: 'understudy-approver', oli: 'understudy-operator', vic: 'understudy-viewer' };
const one = '/api/v1/namespaces/default/modeldeployments/digits';
const rbac = 'rbac.authorization.k8s.io';

describe('the dashboard of the controller', () => {
  let bed: TestBed;
  let controller: ControllerProcess;
  const tokens = new Map<string, string>();

  const ask = (path: string, person?: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${controller.address}${path}`, {
      ...init,
      headers: {
        ...(person !== undefined && { authorization: `Bearer ${tokens.get(person)}` }),
        ...init.headers,
      },
    });
  const json = async <T>(path: string, person: string): Promise<T> =>
    (await (await ask(path, person)).json()) as T;

  async function act(
    verb: RolloutVerb,
    person: string,
  ): Promise<{ status: number; body: { detail?: string; next?: string[] } }> {
    const { detail } = await json<DetailAnswer>(one, 'vic');
    const { uid, step } = detail.row;
    const wish = { verb, uid, ...(step && { rollout: step.rollout }), reason: 'tried' };
    const headers = { 'content-type': 'application/json' };
    const answer = await ask(`${one}/actions`, person, {
      method: 'POST',
      headers,
      body: JSON.stringify(wish),
    });
    return { status: answer.status, body: (await answer.json()) as never };
  }

  beforeAll(async () => {
    bed = await TestBed.start();
    // What the chart adds where the dashboard is on, from the same list.
    const rules = permissions
      .filter(({ feature }) => feature === 'dashboard')
      .map(({ apiGroup, resources, verbs }) => ({
        apiGroups: [apiGroup],
        resources: [...resources],
        verbs: [...verbs],
      }));
    await bed.apply({ apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name: 'reviews' }, rules });
    await bed.apply({
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'reviews' },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'reviews' },
      subjects: [{ kind: 'ServiceAccount', name: 'understudy', namespace: 'understudy-system' }],
    });
    for (const person of [...Object.keys(roles), 'nat']) {
      await bed.apply({
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: person, namespace: 'default' },
      });
      const path = `/api/v1/namespaces/default/serviceaccounts/${person}/token`;
      const { body } = await bed.user.post(path, {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: {},
      });
      tokens.set(person, body.status.token as string);
    }
    for (const [name, role] of Object.entries(roles)) {
      await bed.apply({
        apiVersion: `${rbac}/v1`,
        kind: 'RoleBinding',
        metadata: { name: `${name}-is-${role}`, namespace: 'default' },
        roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
        subjects: [{ kind: 'ServiceAccount', name, namespace: 'default' }],
      });
    }
    controller = await bed.startController({ dashboard: { enabled: true } });
    await bed.apply(modelDeployment({ name: 'digits', version: '1', spec: { replicas: 1 } }));
    await bed.untilStatus('digits', 'is served', ({ phase }) => phase === 'Healthy');
  }, 240_000);
  afterAll(() => bed?.stop(), 60_000);

  it('knows people by their tokens', async () => {
    expect((await ask('/api/v1/modeldeployments')).status).toBe(401);
    expect((await ask('/api/v1/modeldeployments', 'made-up')).status).toBe(401);
    const me = await json<Me>('/api/v1/me', 'vic');
    expect([me.user?.name, me.namespaces]).toEqual(['system:serviceaccount:default:vic', ['default']]);
  });

  it('shows each person what they may see', async () => {
    const rows = async (person: string) =>
      (await json<ListAnswer>('/api/v1/modeldeployments', person)).rows.map(
        ({ key, phase }) => `${key} ${phase}`,
      );
    expect(await rows('vic')).toEqual(['default/digits Healthy']);
    expect(await rows('nat')).toEqual([]);
    expect((await ask(one, 'nat')).status).toBe(403);
    const { detail } = await json<DetailAnswer>(one, 'vic');
    // A viewer of ours alone sees our kinds: Deployments and pods are another right.
    expect(detail.rights.sees).toMatchObject({
      rollouts: true,
      actions: true,
      revisions: false,
      pods: false,
    });
    expect(detail.revisions).toBeUndefined();
  });

  it.each<[string, RolloutVerb[]]>([
    ['vic', []],
    ['oli', ['pause', 'abort', 'rollback', 'restart']],
    ['ann', ['promote', 'pause', 'resume', 'abort', 'retry', 'rollback', 'skip', 'restart']],
  ])('says what %s may do', async (person, verbs) => {
    const { detail } = await json<DetailAnswer>(one, person);
    const allowed = detail.rights.verbs.flatMap(({ verb, allowed: is }) => (is ? [verb] : []));
    expect(allowed.sort()).toEqual([...verbs].sort());
  });

  it('lets RBAC decide on a verb', async () => {
    const refusedViewer = await act('restart', 'vic');
    expect([refusedViewer.status, refusedViewer.body.next?.[0]]).toEqual([
      403,
      expect.stringContaining('understudy-operator'),
    ]);
    expect(await bed.list(resourceKinds.rolloutAction)).toEqual([]);
  });

  it('is served on loopback to who may reach the cluster, and knows the secret', async () => {
    const { kubeconfigPath } = await bed.cluster.writeKubeconfig({
      namespace: 'default',
      serviceAccount: 'oli',
    });
    const program = new CliProcess(kubeconfigPath, ['dashboard', '--port', '0', '-n', 'default']);
    try {
      await waitFor('it prints its address', () => Promise.resolve(program.output.includes('#token=')));
      const address = new URL(program.output.trim());
      const headers = { authorization: `Bearer ${address.hash.slice('#token='.length)}` };
      await waitFor('it shows what there is', async () => {
        const answer = await fetch(new URL('/api/v1/modeldeployments', address), { headers });
        return ((await answer.json()) as ListAnswer).rows.some(({ key }) => key === 'default/digits');
      });
      expect((await fetch(new URL('/api/v1/modeldeployments', address))).status).toBe(401);
      const { detail } = (await (await fetch(new URL(one, address), { headers })).json()) as DetailAnswer;
      const allowed = detail.rights.verbs.flatMap(({ verb, allowed: is }) => (is ? [verb] : []));
      expect(allowed.sort()).toEqual(['abort', 'pause', 'restart', 'rollback']);
    } finally {
      expect(await program.interrupt()).toMatchObject({ code: 0 });
    }
  });
});
