import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { annotations, labels } from '../../src/api/group.ts';
import type { RolloutActionStatus } from '../../src/api/rollout-action.ts';
import { type KubernetesObject, resourceKinds } from '../../src/kubernetes/resource.ts';
import type { InstalledController } from '../support/installed-controller.ts';
import { ObjectHistory } from '../support/object-history.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';
import { WatchedModel } from '../support/watched-model.ts';

jest.setTimeout(180_000);

/** The pods of a revision are replaced under load: by the real eviction API, with and without a PodDisruptionBudget. */
let bed: TestBed;
let controller: InstalledController;

beforeAll(async () => {
  bed = await TestBed.start();
  controller = await bed.installController();
}, 600_000);

afterAll(() => bed?.stop(), 60_000);

const { rolloutAction, modelDeployment, podDisruptionBudget } = resourceKinds;

async function ask(model: WatchedModel, name: string, more: object = {}): Promise<void> {
  const { uid } = (await bed.get(modelDeployment, model.name))!.metadata;
  await bed.apply({
    apiVersion: rolloutAction.apiVersion,
    kind: rolloutAction.kind,
    metadata: { name, namespace: 'default' },
    spec: { target: { name: model.name, uid }, verb: 'restart', requestedBy: 'ann', ...more },
  });
}

const answerOf = async (name: string) =>
  ((await bed.get(rolloutAction, name))?.['status'] ?? {}) as RolloutActionStatus;

async function untilAnswer(
  name: string,
  what: string,
  is: (status: RolloutActionStatus) => boolean | undefined,
): Promise<RolloutActionStatus> {
  return await waitFor(
    `action ${name} ${what}`,
    async () => {
      const status = await answerOf(name);
      if (is(status)) return status;
      throw new Error(JSON.stringify(status));
    },
    { timeoutMs: 90_000 },
  );
}

const namesOf = (pods: KubernetesObject[]) => pods.map(({ metadata }) => metadata.name);
const inOneSecond = () => new Promise((resolve) => setTimeout(resolve, 1_100));

/** The ready endpoints of a revision's Service, at every moment since. */
function watchEndpoints(model: WatchedModel, version: string): () => number[] {
  const service = `${model.name}-${model.revisionOf(version)}`;
  const history = ObjectHistory.labelled(
    bed.cluster,
    resourceKinds.endpointSlice,
    `kubernetes.io/service-name=${service}`,
  );
  bed.atStop(() => history.stop());
  return () =>
    history.objects.map(
      ({ endpoints }) =>
        ((endpoints ?? []) as { conditions: { ready: boolean } }[]).filter(
          ({ conditions }) => conditions.ready,
        ).length,
    );
}

describe('a restart', () => {
  it('replaces every pod under load, without a new revision, and no request fails', async () => {
    const model = await WatchedModel.serve(bed, 'renewed', { version: '1', spec: { replicas: 3 } });
    const before = namesOf(await model.pods('v1'));
    const ready = watchEndpoints(model, 'v1');
    await inOneSecond();
    const load = model.load();
    await ask(model, 'renew');
    const { message, revision } = await untilAnswer(
      'renew',
      'is applied',
      ({ state }) => state === 'Applied',
    );
    expect(message).toContain('3 of 3 pods');
    expect(revision).toBe(model.revisionOf('v1'));
    await model.untilReplicas('v1', 3);
    await load.stop();
    expect(load.failuresOnTheWay()).toEqual([]);
    expect(Object.keys(load.counts())).toEqual(['v1 200']);
    const after = namesOf(await model.pods('v1'));
    expect(after).toHaveLength(3);
    expect(after.filter((name) => before.includes(name))).toEqual([]);
    expect(Math.min(...ready().filter((count) => count > 0))).toBe(3);
    expect(model.rollouts.objects).toEqual([]);
    const { metadata } = (await model.deployment('v1'))!;
    expect(metadata.annotations).not.toHaveProperty([annotations.surge]);
    // Kubernetes made no second ReplicaSet: the template is what it was.
    expect(
      new Set(
        model.deployments.objects
          .map(({ metadata: { annotations: all } }) => all?.['deployment.kubernetes.io/revision'])
          .filter(Boolean),
      ),
    ).toEqual(new Set(['1']));
  });

  it('waits for a PodDisruptionBudget and says so; a second one is refused meanwhile', async () => {
    const model = await WatchedModel.serve(bed, 'guarded', { version: '1', spec: { replicas: 2 } });
    const before = namesOf(await model.pods('v1'));
    await bed.apply({
      apiVersion: podDisruptionBudget.apiVersion,
      kind: podDisruptionBudget.kind,
      metadata: { name: 'keep', namespace: 'default' },
      spec: { minAvailable: 3, selector: { matchLabels: { [labels.modelDeployment]: 'guarded' } } },
    });
    await inOneSecond();
    const load = model.load();
    await ask(model, 'waiting');
    await untilAnswer('waiting', 'waits for the budget', ({ message }) =>
      message?.includes('The disruption budget keep needs 3 healthy pods and has 3 currently'),
    );
    await ask(model, 'impatient');
    const refused = await untilAnswer('impatient', 'is refused', ({ state }) => state === 'Refused');
    expect(refused.message).toMatch(/^RolloutAction waiting is restarting revision \w{10} already$/);
    expect(namesOf(await model.pods('v1'))).toEqual(expect.arrayContaining(before));

    await bed.merge(podDisruptionBudget, 'keep', { spec: { minAvailable: 2 } });
    const { message } = await untilAnswer('waiting', 'is applied', ({ state }) => state === 'Applied');
    expect(message).toContain('2 of 2 pods');
    await model.untilReplicas('v1', 2);
    await load.stop();
    expect(load.failuresOnTheWay()).toEqual([]);
    const after = namesOf(await model.pods('v1'));
    expect(after.filter((name) => before.includes(name))).toEqual([]);
  });

  it('goes on where it was when its controller is killed in the middle', async () => {
    const model = await WatchedModel.serve(bed, 'killed', { version: '1', spec: { replicas: 3 } });
    const before = namesOf(await model.pods('v1'));
    await inOneSecond();
    const load = model.load();
    await ask(model, 'lasting');
    await untilAnswer('lasting', 'has begun', ({ message }) => message?.startsWith('1 of 3'));
    controller.run.signal('SIGKILL');
    await untilAnswer('lasting', 'is applied', ({ state }) => state === 'Applied');
    await model.untilReplicas('v1', 3);
    await load.stop();
    expect(load.failuresOnTheWay()).toEqual([]);
    expect(namesOf(await model.pods('v1')).filter((name) => before.includes(name))).toEqual([]);
    // The same pod went on: its container was started again.
    const [killed, next] = [controller.run, await controller.nextRun()];
    expect([await killed.exitCode(), next.pod]).toEqual([128 + 9, killed.pod]);
  });

  it('beside a canary on plain Services: each pod loses its traffic before it goes', async () => {
    const spec = {
      replicas: 2,
      traffic: { service: {} },
      strategy: { canary: { steps: [{ weight: 50, hold: '60s' }], bake: { duration: '2s' } } },
    };
    const model = await WatchedModel.serve(bed, 'both', { version: '1', spec });
    const before = namesOf(await model.pods('v1'));
    const pods = ObjectHistory.labelled(bed.cluster, resourceKinds.pod, `${labels.modelDeployment}=both`);
    bed.atStop(() => pods.stop());
    await model.apply({ version: '2' });
    await model.until('splits evenly', ({ traffic }) => traffic?.applied === 50);
    await inOneSecond();
    await ask(model, 'beside', { revision: model.revisionOf('v1') });
    await untilAnswer('beside', 'is applied', ({ state }) => state === 'Applied');
    expect(namesOf(await model.pods('v1')).filter((name) => before.includes(name))).toEqual([]);
    expect((await model.rollout(1))?.status).toMatchObject({ phase: 'Stepping', weight: 50 });
    const going = pods.objects.filter(
      ({ metadata }) => before.includes(metadata.name) && metadata.deletionTimestamp !== undefined,
    );
    expect(new Set(going.map(({ metadata }) => metadata.name))).toEqual(new Set(before));
    expect(going.filter(({ metadata }) => metadata.labels?.[labels.live] !== undefined)).toEqual([]);
  });
});
