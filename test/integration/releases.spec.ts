import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { labels } from '../../src/api/group.ts';
import type { ModelRolloutStatus } from '../../src/api/model-rollout.ts';
import { type KubernetesObject, resourceKinds } from '../../src/kubernetes/resource.ts';
import { controllerUser, isWrite, readAuditLog } from '../support/audit-log.ts';
import { GatewayLoad } from '../support/gateway-load.ts';
import type { InstalledController } from '../support/installed-controller.ts';
import { ObjectHistory } from '../support/object-history.ts';
import { putBack, readRelease, recordedReleases } from '../support/release-fixture.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';

jest.setTimeout(180_000);

/**
 * What an earlier release left in the API server, and what this one makes of it: a rollout goes on at its step, what is settled is not
 * touched, and no rollout begins because of an upgrade (law 19). Then the same from a backup, which holds no status (law 20).
 */
let bed: TestBed;

beforeAll(async () => {
  bed = await TestBed.start();
}, 600_000);
afterAll(() => bed?.stop(), 60_000);

const rollouts = async (name: string): Promise<KubernetesObject[]> =>
  await bed.list(resourceKinds.modelRollout, 'default', `${labels.modelDeployment}=${name}`);
const statusOf = (rollout: KubernetesObject | undefined) => rollout?.['status'] as ModelRolloutStatus;
const named = (objects: KubernetesObject[], kind: string) => objects.filter((object) => object.kind === kind);

/** Waits until the pods of all Deployments are as many as they should be, as they are when a new release takes over. */
async function untilPodsAreReady(name: string): Promise<void> {
  await waitFor(`the pods of ${name} are ready`, async () => {
    const deployments = await bed.list(
      resourceKinds.deployment,
      'default',
      `${labels.modelDeployment}=${name}`,
    );
    return deployments.every(({ spec, status }) => (status?.readyReplicas ?? 0) === spec.replicas);
  });
}

async function deleteAll(names: string[]): Promise<void> {
  for (const name of names) await bed.delete(resourceKinds.modelDeployment, name);
  for (const name of names)
    await waitFor(`${name} is gone`, async () => {
      const label = `${labels.modelDeployment}=${name}`;
      const lists = [resourceKinds.pod, resourceKinds.deployment, resourceKinds.httpRoute].map((kind) =>
        bed.list(kind, 'default', label),
      );
      return (await Promise.all(lists)).flat().length === 0;
    });
}

describe.each(recordedReleases)('what release %s left', (version) => {
  const settled = readRelease(version, 'settled');
  const rolling = readRelease(version, 'rolling');
  const [rollout] = named(rolling.objects, 'ModelRollout');
  const candidate = rollout?.['spec'].to.revision as string;

  describe('taken over by this one', () => {
    let users: GatewayLoad;
    let controller: InstalledController;

    beforeAll(async () => {
      for (const release of [settled, rolling]) await putBack(bed, release, { keepStatus: true });
      for (const name of ['settled', 'rolling']) await untilPodsAreReady(name);
      await waitFor('the gateway has the route', async () => {
        const route = await bed.get(resourceKinds.httpRoute, 'rolling');
        return (route?.['status']?.parents ?? []).length > 0;
      });
      users = GatewayLoad.start(bed.cluster.gatewayUrl, 'rolling');
      controller = await bed.installController();
      await bed.untilStatus('rolling', 'is seen', ({ phase }) => phase === 'Paused');
    }, 180_000);
    afterAll(async () => {
      await users?.stop();
      await controller?.stop();
      await deleteAll(['rolling', 'settled']);
    });

    it('stands where it stood: the same step, the same split, no other rollout', async () => {
      const all = await rollouts('rolling');
      expect(all).toHaveLength(1);
      const before = statusOf(rollout);
      expect(statusOf(all[0])).toMatchObject({ phase: before.phase, step: { index: before.step.index } });
      expect((await bed.routeOf('rolling'))[candidate]).toBe(20);
    });

    it('goes on to its end when it is asked to, by the plan that it began with', async () => {
      const { uid } = (await bed.get(resourceKinds.modelDeployment, 'rolling'))!.metadata;
      await bed.apply({
        apiVersion: 'understudy.dev/v1alpha1',
        kind: 'RolloutAction',
        metadata: { name: 'go-on', namespace: 'default' },
        spec: {
          target: {
            name: 'rolling',
            uid,
            rollout: rollout?.metadata.name,
            step: statusOf(rollout).step.index,
          },
          verb: 'promote',
          requestedBy: 'ann',
        },
      });
      await bed.untilStatus('rolling', 'is promoted', ({ phase }) => phase === 'Healthy', {
        timeoutMs: 120_000,
      });
      const all = await rollouts('rolling');
      expect(all).toHaveLength(1);
      expect(statusOf(all[0]).outcome).toBe('Promoted');
      // Each step once, the last is the promotion: none was repeated because somebody else went on.
      const entered = (statusOf(all[0]).decisions ?? [])
        .filter(({ action }) => action === 'StepEntered')
        .map(({ step }) => step);
      expect(entered).toEqual([0, 1, 2, 3]);
      expect(users.failuresOnTheWay()).toEqual([]);
    });

    it('is not touched where it was settled (laws 15 and 19)', async () => {
      const ofSettled = readAuditLog(bed.cluster.auditLogPath).filter(
        (request) =>
          request.user === controllerUser && isWrite(request) && request.name.startsWith('settled'),
      );
      const beside = ofSettled.filter(({ resource }) => resource !== 'modeldeployments/status');
      expect(beside).toEqual([]);
      expect(await rollouts('settled')).toHaveLength(named(settled.objects, 'ModelRollout').length);
      expect((await bed.statusOf('settled')).phase).toBe('Healthy');
    });
  });

  describe('restored from a backup, without a status (law 20)', () => {
    const stable = rollout?.['spec'].from.revision as string;
    let route: ObjectHistory;
    let controller: InstalledController;

    beforeAll(async () => {
      // Nothing decides before everything is there: a ModelDeployment alone would be served as a first revision.
      for (const release of [settled, rolling]) await putBack(bed, release, { keepStatus: false });
      for (const name of ['settled', 'rolling']) await untilPodsAreReady(name);
      route = ObjectHistory.of(bed.cluster, resourceKinds.httpRoute, 'rolling');
      controller = await bed.installController();
    }, 180_000);
    afterAll(async () => {
      await route?.stop();
      await controller?.stop();
      await deleteAll(['rolling', 'settled']);
    });

    it('has its roles back, read from the route and the record', async () => {
      const status = await bed.untilStatus('rolling', 'has a status', ({ rollout: running }) => !!running);
      expect(status.stable?.revision).toBe(stable);
      expect(status.candidate?.revision).toBe(candidate);
      const { stable: other } = await bed.untilStatus(
        'settled',
        'settles',
        ({ phase }) => phase === 'Healthy',
      );
      expect(other?.revision).toBe(named(settled.objects, 'ModelRollout')[0]?.['spec'].to.revision);
    });

    it('gives the candidate no more than it had before it has proved itself again, and loses no object', async () => {
      const users = GatewayLoad.start(bed.cluster.gatewayUrl, 'rolling');
      await bed.untilStatus('rolling', 'is at its pause again', ({ phase }) => phase === 'Paused', {
        timeoutMs: 120_000,
      });
      await users.stop();
      const weights = route.objects
        .flatMap(({ spec }) => spec.rules[0].backendRefs as { name: string; weight: number }[])
        .filter(({ name }) => name === `rolling-${candidate}`)
        .map(({ weight }) => weight);
      expect(Math.max(...weights)).toBeLessThanOrEqual(200);
      expect(users.failuresOnTheWay()).toEqual([]);
      expect(await rollouts('rolling')).toHaveLength(1);
      expect(await rollouts('settled')).toHaveLength(1);
    });
  });
});
