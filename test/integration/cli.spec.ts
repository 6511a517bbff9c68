import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { RolloutAction } from '../../src/api/rollout-action.ts';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { CliProcess, type CliResult } from '../support/cli-process.ts';
import type { InstalledController } from '../support/installed-controller.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';
import { WatchedModel } from '../support/watched-model.ts';

jest.setTimeout(120_000);

/** Of these people each has one role of the install in the namespace `default`, and no other right. */
const roles = {
  vic: 'understudy-viewer',
  edi: 'understudy-editor',
  oli: 'understudy-operator',
  ann: 'understudy-approver',
};
type Person = keyof typeof roles;

let bed: TestBed;
let controller: InstalledController;
let model: WatchedModel;
const kubeconfigs = new Map<Person | 'administrator', string>();

const start = (person: Person | 'administrator', ...argv: string[]): CliProcess =>
  new CliProcess(kubeconfigs.get(person)!, argv);
const run = (...[person, ...argv]: Parameters<typeof start>): Promise<CliResult> =>
  start(person, ...argv).result();

const stepsByHand = {
  strategy: {
    canary: {
      steps: [{ weight: 20, hold: '0s' }, { pause: {} }, { weight: 50, hold: '0s' }],
      bake: { duration: '2s' },
    },
  },
};

/** The newest action of a verb. */
async function actionOf(verb: string): Promise<RolloutAction> {
  const actions = (await bed.list(resourceKinds.rolloutAction)) as unknown as RolloutAction[];
  return actions
    .filter(({ spec }) => spec.verb === verb)
    .sort((one, other) => Number(one.metadata.resourceVersion) - Number(other.metadata.resourceVersion))
    .at(-1)!;
}

const untilPause = () =>
  model.until('stands at its pause', ({ phase, traffic }) => phase === 'Paused' && traffic?.applied === 20);

beforeAll(async () => {
  bed = await TestBed.start();
  for (const [person, role] of Object.entries(roles) as [Person, string][]) {
    const metadata = { name: person, namespace: 'default' };
    await bed.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
    await bed.apply({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
      subjects: [{ kind: 'ServiceAccount', ...metadata }],
    });
    const access = await bed.cluster.writeKubeconfig({ namespace: 'default', serviceAccount: person });
    kubeconfigs.set(person, access.kubeconfigPath);
  }
  kubeconfigs.set('administrator', bed.cluster.kubeconfigPath);
  controller = await bed.installController({ admissionPolicy: { enabled: true } });
  model = await WatchedModel.serve(bed, 'led', { version: '1', spec: stepsByHand });
}, 600_000);

afterAll(() => bed?.stop(), 60_000);

describe('before any rollout', () => {
  it('a viewer sees what is served, and no more than may be seen', async () => {
    const table = await run('vic', 'get');
    expect([table.code, table.complaints]).toEqual([0, '']);
    expect(table.output).toMatch(
      /^NAME +PHASE .*\nled +Healthy +1 +- +- +2\/2 .* serves with 2 ready pods\n$/,
    );
    const tree = await run('vic', 'get', 'led');
    expect(tree.output).toMatch(/^default\/led {3}Healthy\n/);
    expect(tree.output).toMatch(/└─ stable +\w{10} +led 1 +100 % +2 of 2 pods ready/);
    expect(tree.output).toContain('not shown, for you may not list them: kept revisions (Deployments), pods');
    expect((await run('vic', 'get', '-o', 'name')).output).toBe('modeldeployment.understudy.dev/led\n');
    expect(JSON.parse((await run('vic', 'get', 'led', '-o', 'json')).output).kind).toBe('ModelDeployment');
    expect(await run('vic', 'history', 'led')).toMatchObject({
      code: 0,
      complaints: expect.stringContaining('had no rollout yet'),
    });
  });

  it.each<[string, Person | 'administrator', string[], number, RegExp]>([
    [
      'a name that is not there',
      'vic',
      ['get', 'lad'],
      3,
      /no ModelDeployment "lad" .*\n {2}Near to it: led\./,
    ],
    ['a namespace without rights', 'vic', ['get', '-n', 'kube-system'], 3, /can-i list modeldeployments/],
    ['all namespaces without rights', 'vic', ['get', '-A'], 3, /forbidden.*\n.*--all-namespaces/],
    ['no goal', 'vic', ['wait', 'led'], 3, /wait needs --for; accepted: promoted, traffic, /],
    ['a goal that does not exist', 'vic', ['wait', 'led', '--for', 'x'], 3, /there is no goal "x"/],
    ['a context that does not exist', 'vic', ['get', '--context', 'x'], 3, /contexts there: \w/],
    ['a viewer who asks', 'vic', ['restart', 'led'], 1, /restart default\/led was refused: .*rolloutactions/],
    [
      'an editor who asks',
      'edi',
      ['restart', 'led'],
      1,
      /restart default\/led was refused: .*rolloutactions/,
    ],
    [
      'an administrator who asks as that editor',
      'administrator',
      ['restart', 'led', '--as', 'system:serviceaccount:default:edi', '--as-group', 'system:authenticated'],
      1,
      /restart default\/led was refused: .*"system:serviceaccount:default:edi" cannot create .*rolloutactions/,
    ],
    [
      'a viewer who asks as somebody who may',
      'vic',
      ['restart', 'led', '--as', 'system:serviceaccount:default:ann'],
      3,
      /cannot impersonate/,
    ],
    [
      'nothing that could be aborted',
      'oli',
      ['abort', 'led'],
      1,
      /had no rollout yet: there is nothing to abort/,
    ],
    [
      'nothing that could be paused',
      'oli',
      ['pause', 'led'],
      1,
      /pause default\/led: Refused: .*RolloutNotRunning/,
    ],
    [
      'a revision that does not exist',
      'oli',
      ['rollback', 'led', '--to', 'v9'],
      3,
      /there is no revision "v9"/,
    ],
  ])('%s ends with words and no stack', async (_, person, argv, code, words) => {
    const result = await run(person, ...argv);
    expect([result.code, result.complaints]).toEqual([code, expect.stringMatching(words)]);
    expect(result.complaints).not.toMatch(/^ +at /m);
  });

  it('an editor sees what is served, as a viewer does', async () => {
    expect((await run('edi', 'get', 'led', '-o', 'name')).output).toBe(
      'modeldeployment.understudy.dev/led\n',
    );
    expect(await run('edi', 'wait', 'led', '--for', 'healthy')).toMatchObject({ code: 0 });
  });

  it('no ModelDeployment to wait for is an error, with a verdict that says so', async () => {
    const { code, output } = await run('vic', 'wait', 'lad', '--for', 'healthy');
    expect([code, JSON.parse(output)]).toEqual([
      3,
      expect.objectContaining({ verdict: 'Error', exitCode: 3 }),
    ]);
  });
});

describe('a canary that is led from the command line', () => {
  it('is seen, paused, resumed and promoted by those who may', async () => {
    const watching = start('vic', 'watch', 'led');
    await waitFor('watch tells of it', () => watching.output.includes('default/led  Healthy'));
    await model.apply({ version: '2' });
    await untilPause();

    expect((await run('vic', 'get', 'led')).output).toMatch(
      /▶ 2 {2}pause until somebody promotes +in force for/,
    );
    const explained = await run('vic', 'explain', 'led');
    expect(explained.output).toMatch(/^default\/led is Paused\n/);
    expect(explained.output).toMatch(/candidate, 20 % of the traffic: led 2 \(\w{10}\), 1 of 1 pods ready/);
    expect(explained.output).toMatch(/Paused is True \(PauseStep\)/);
    expect(explained.output).toContain('understudy promote led -n default   leave the pause');
    const timedOut = await run('vic', 'wait', 'led', '--for', 'promoted', '--timeout', '500ms');
    expect([timedOut.code, JSON.parse(timedOut.output)]).toEqual([
      2,
      expect.objectContaining({
        verdict: 'TimedOut',
        phase: 'Paused',
        candidatePercent: 20,
        rollout: 'led-1',
      }),
    ]);

    // The right to pause is not the right to promote.
    expect(await run('oli', 'promote', 'led')).toMatchObject({
      code: 1,
      complaints: expect.stringMatching(
        /user "system:serviceaccount:default:oli" may not promote ModelDeployment default\/led: .*\n.*understudy-approver/,
      ),
    });
    expect(await run('oli', 'pause', 'led', '--reason', 'a look at the logs')).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^pause default\/led: Applied: rollout led-1 is paused\n.*:oli\n/),
    });
    expect(await run('ann', 'promote', 'led')).toMatchObject({
      code: 1,
      complaints: expect.stringMatching(/Refused: .*\(PausedByAction\)\n.*understudy resume led -n default/),
    });
    expect((await run('oli', 'resume', 'led')).code).toBe(1);
    expect((await run('ann', 'resume', 'led')).code).toBe(0);

    const waits = ['traffic', 'promoted', 'rolled-back'].map((goal) =>
      start('vic', 'wait', 'led', '--for', goal, '--timeout', '60s'),
    );
    const promoted = await run('ann', 'promote', 'led', '--reason', 'the dashboards look good');
    expect(promoted).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^promote default\/led: Applied: left step 2 of 3 of rollout led-1\n/),
    });
    expect(await actionOf('promote')).toMatchObject({
      spec: { requestedBy: 'system:serviceaccount:default:ann', reason: 'the dashboards look good' },
      status: { actor: { name: 'system:serviceaccount:default:ann', verified: true } },
    });
    const ends = await Promise.all(waits.map((each) => each.result()));
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 1]);
    const [traffic, end, back] = ends.map(({ output }) => JSON.parse(output));
    expect(traffic).toMatchObject({ verdict: 'AsAsked', for: 'traffic' });
    expect(end).toMatchObject({
      verdict: 'AsAsked',
      phase: 'Healthy',
      stable: { version: '2' },
      outcome: 'Promoted',
    });
    expect(back).toMatchObject({ verdict: 'Opposite', for: 'rolled-back' });
    expect((await run('vic', 'wait', 'led', '--for', 'healthy')).code).toBe(0);

    const watched = await watching.interrupt();
    expect([watched.code, watched.complaints]).toEqual([0, '']);
    for (const words of ['Paused  candidate 20 %  step 2/3', 'Baking', 'Healthy'])
      expect(watched.output).toContain(`default/led  ${words}`);
  });

  it('is skipped, aborted, tried again and promoted in full', async () => {
    await model.apply({ version: '3' });
    await untilPause();
    expect(await run('ann', 'skip', 'led')).toMatchObject({
      code: 0,
      output: expect.stringMatching(/Applied/),
    });
    const aborted = await run('oli', 'abort', 'led', '-o', 'json');
    expect(aborted.code === 0 && JSON.parse(aborted.output)).toMatchObject({
      kind: 'RolloutAction',
      status: { state: 'Applied', reason: 'Aborted' },
    });
    expect((await run('vic', 'wait', 'led', '--for', 'rolled-back', '--timeout', '30s')).code).toBe(0);
    expect((await run('vic', 'wait', 'led', '--for', 'promoted', '--timeout', '30s')).code).toBe(1);
    expect((await run('vic', 'explain', 'led')).output).toContain('understudy retry led -n default');
    expect((await run('ann', 'retry', 'led')).code).toBe(0);
    await untilPause();
    expect((await run('ann', 'promote', 'led', '--full')).code).toBe(0);
    expect((await run('vic', 'wait', 'led', '--for', 'promoted', '--timeout', '60s')).code).toBe(0);
  });

  it('goes back by the version of a model, and its pods are renewed', async () => {
    expect(await run('oli', 'rollback', 'led', '--to', '1')).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^rollback default\/led: Applied: /),
    });
    await model.until('serves version 1', ({ stable, phase }) => {
      return phase === 'RolledBack' && stable?.revision === model.revisionOf('v1');
    });
    const before = (await model.pods('v1')).map(({ metadata }) => metadata.name);
    expect(await run('oli', 'restart', 'led')).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^restart default\/led: Applied: /),
    });
    const after = (await model.pods('v1')).map(({ metadata }) => metadata.name);
    expect(after.filter((name) => before.includes(name))).toEqual([]);
    const { output } = await run('vic', 'history', 'led');
    expect(output).toMatch(/^ROLLOUT +VERSION +OUTCOME .*\nled-\d +3 → 1 +Promoted .* default:oli /);
    expect(output).toMatch(/\nled-2 +2 → 3 +Aborted .* default:oli +revision \w+ was aborted/);
    expect(JSON.parse((await run('vic', 'history', 'led', '-o', 'json')).output).items).toHaveLength(4);
  });

  it('says that nobody answers where no controller runs, and withdraws nothing', async () => {
    await controller.stop();
    const asked = await run('oli', 'restart', 'led', '--wait=false');
    expect([asked.code, asked.output]).toEqual([
      0,
      expect.stringMatching(/^restart default\/led: asked for by RolloutAction led-restart-\w{5}\n$/),
    ]);
    const { code, complaints } = await run('oli', 'restart', 'led', '--timeout', '500ms');
    expect([code, complaints]).toEqual([
      2,
      expect.stringMatching(
        /Pending, but no controller has looked at it\n.*\n.*kubectl delete ra led-restart-/,
      ),
    ]);
    expect((await run('vic', 'get', 'led')).output).toMatch(
      /└─ asked +restart by system:serviceaccount:default:oli/,
    );
  });
});
