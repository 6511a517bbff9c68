import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RolloutVerb } from '../../src/api/rollout-action.ts';
import type { DetailAnswer, ListAnswer, Me } from '../../src/dashboard-api/schemas.ts';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { CliProcess } from '../support/cli-process.ts';
import type { ControllerRun } from '../support/controller-run.ts';
import { DashboardPeople } from '../support/dashboard-people.ts';
import { modelDeployment } from '../support/model-deployment.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';

/** Of these people each has one role in the namespace `default`; nat has none anywhere. */
const roles = {
  ann: 'understudy-approver',
  oli: 'understudy-operator',
  vic: 'understudy-viewer',
  nat: undefined,
};
const one = '/api/v1/namespaces/default/modeldeployments/digits';

interface StreamEvent {
  event: string;
  id: string;
  data: string;
}

describe('the dashboard of the controller', () => {
  let bed: TestBed;
  let controller: ControllerRun;
  let people: DashboardPeople;

  const ask = (path: string, person?: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${controller.address}${path}`, {
      ...init,
      headers: {
        ...(person !== undefined && { authorization: `Bearer ${people.tokenOf(person)}` }),
        ...init.headers,
      },
    });
  const json = async <T>(path: string, person: string): Promise<T> =>
    (await (await ask(path, person)).json()) as T;

  /** The first events of a stream, which is left then. */
  async function events(
    path: string,
    person: string,
    count: number,
    headers: Record<string, string> = {},
  ): Promise<StreamEvent[]> {
    const stop = new AbortController();
    const response = await ask(path, person, { headers, signal: stop.signal });
    let text = '';
    for await (const part of response.body!) {
      text += Buffer.from(part).toString();
      if (text.split('\n\n').length > count) break;
    }
    stop.abort();
    return text
      .split('\n\n')
      .slice(0, count)
      .map(
        (event) =>
          Object.fromEntries(
            event.split('\n').map((line) => line.split(/: (.*)/s)),
          ) as unknown as StreamEvent,
      );
  }

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
    people = await DashboardPeople.admit(bed, roles);
    ({ run: controller } = await bed.installController({
      dashboard: { enabled: true },
      admissionPolicy: { enabled: true },
    }));
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

  it('lets RBAC and the admission policy decide on a verb, and its record names the person', async () => {
    const refusedViewer = await act('restart', 'vic');
    expect([refusedViewer.status, refusedViewer.body.next?.[0]]).toEqual([
      403,
      expect.stringContaining('understudy-operator'),
    ]);
    // A policy is in force a moment after it is there.
    await waitFor('the operator may not ask for a verb of others', async () => {
      const { status, body } = await act('retry', 'oli');
      return status === 403 && body.detail?.includes('retry') === true;
    });
    expect((await act('restart', 'oli')).status).toBe(201);
    const made = await bed.list(resourceKinds.rolloutAction);
    const restarts = made.filter(({ spec }) => spec.verb === 'restart');
    expect(restarts.map(({ spec }) => spec.requestedBy)).toEqual(['system:serviceaccount:default:oli']);
    await waitFor('the action is shown with its answer', async () => {
      const { detail } = await json<DetailAnswer>(one, 'vic');
      return detail.actions.some(({ by, state }) => by?.verified === true && state !== undefined);
    });
  });

  it('tells of changes, and goes on where somebody was', async () => {
    const [snapshot] = await events('/api/v1/stream', 'vic', 1);
    expect(snapshot!.event).toBe('snapshot');
    await bed.merge(resourceKinds.modelDeployment, 'digits', { spec: { model: { version: '2' } } });
    await bed.untilStatus('digits', 'has seen it', ({ observedGeneration }) => (observedGeneration ?? 0) > 1);
    await waitFor('the change is told to who comes back', async () => {
      const [missed] = await events('/api/v1/stream', 'vic', 1, { 'last-event-id': snapshot!.id });
      return missed!.event === 'delta' && missed!.data.includes('default/digits');
    });
    const [nothing] = await events(`${one}/stream`, 'vic', 1);
    expect(nothing!.event).toBe('snapshot');
    expect((await ask('/api/v1/stream', 'nat')).status).toBe(200);
    expect((await ask(`${one}/stream`, 'nat')).status).toBe(403);
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
