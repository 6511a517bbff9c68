import { afterEach, describe, expect, it } from '@jest/globals';
import type { LoopbackApi } from '../../../test/support/loopback-api.ts';
import type { ModelDeploymentSpec } from '../../api/model-deployment.ts';
import { expectGolden } from '../testing/golden.ts';
import {
  deploymentOf,
  manifestOf,
  type PlannedCluster,
  revisionOf,
  specOf,
  startPlannedCluster,
} from '../testing/planned-cluster.ts';
import { runCaptured } from '../testing/run-captured.ts';

let api: LoopbackApi | undefined;
async function stop(): Promise<void> {
  await api?.stop();
  api = undefined;
}
afterEach(stop);
const [v1, v2] = [
  specOf('1'),
  specOf('2', { model: { name: 'digits', version: '2', parameters: { beam: '4' } } }),
];

const cluster = (
  asked: ModelDeploymentSpec,
  status: object | undefined,
  deployments: object[] | 403 = [deploymentOf(v1, 4), deploymentOf(v2, 1, 1)],
): PlannedCluster => ({
  model: { ...manifestOf(asked), ...(status && { status }) },
  lists: {
    deployments,
    modelrollouts: [
      {
        metadata: { name: 'digits-1' },
        spec: { number: 1, from: { revision: revisionOf(v1) }, to: { revision: revisionOf(v2) } },
        status: { phase: 'Ended', outcome: 'Promoted' },
      },
    ],
  },
  dryRun: 'accepted',
});
const role = (spec: ModelDeploymentSpec) => ({ revision: revisionOf(spec), replicas: 1, ready: 1 });

async function diff(found: PlannedCluster, { isTTY = false, more = [] as string[] } = {}) {
  await stop();
  api = await startPlannedCluster(found);
  return await runCaptured(['diff', 'digits', '-n', 'ml', '--kubeconfig', api.kubeconfig, ...more], {
    isTTY,
  });
}
const lines = (output: string): string[] => output.trimEnd().split('\n');

describe('understudy diff', () => {
  it('shows the candidate against the stable revision, in colours where a person looks', async () => {
    const found = cluster(v2, { stable: role(v1), candidate: role(v2) });
    const { code, output } = await diff(found);
    expect(code).toBe(0);
    expectGolden('diff-candidate', lines(output));
    expectGolden('diff-candidate-coloured', lines((await diff(found, { isTTY: true })).output));
  });

  it('of a spec that is not rolled out is with what it asks for, also before that has a Deployment', async () => {
    const { output } = await diff(cluster(v2, { stable: role(v1) }, [deploymentOf(v1, 4)]));
    expect(output).toMatch(
      new RegExp(
        `^--- stable ${revisionOf(v1)} \\(digits 1\\)\n\\+\\+\\+ asked for by the spec ${revisionOf(v2)} \\(digits 2\\)\n`,
      ),
    );
  });

  it('of a settled model is with the revision before', async () => {
    const { output } = await diff(cluster(v2, { stable: role(v2) }));
    expect(output).toMatch(
      new RegExp(`^--- previous ${revisionOf(v1)} .*\n\\+\\+\\+ stable ${revisionOf(v2)} `),
    );
  });

  it('tells programs both sides', async () => {
    const found = cluster(v2, { stable: role(v1), candidate: role(v2) });
    const document = JSON.parse((await diff(found, { more: ['-o', 'json'] })).output);
    expect(document.stable).toMatchObject({ revision: revisionOf(v1), content: { model: { version: '1' } } });
    expect(document.candidate.content.model.parameters).toEqual({ beam: '4' });
    expect(document.hunks.length).toBeGreaterThan(0);
  });

  it.each<[string, PlannedCluster, RegExp]>([
    [
      'nothing is served',
      cluster(v1, undefined),
      /no stable revision yet: there is nothing to compare with\n.*get digits -n ml/,
    ],
    [
      'there is one revision',
      { ...cluster(v1, { stable: role(v1) }), lists: { deployments: [deploymentOf(v1, 4)] } },
      /has one revision only/,
    ],
    [
      'nobody remembers',
      cluster(v2, { stable: role(v1), candidate: role(v2) }, []),
      /what revision \w+ was made from is not known/,
    ],
    ['one may not look', cluster(v2, { stable: role(v1) }, 403), /deployments is forbidden/],
  ])('says what to do when %s', async (_, found, words) => {
    const { code, complaints } = await diff(found);
    expect(complaints).toMatch(words);
    expect(complaints).not.toMatch(/^ +at /m);
    expect(code).toBe(3);
  });
});
