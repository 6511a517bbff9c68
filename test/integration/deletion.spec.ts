import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { labels } from '../../src/api/group.ts';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { objectPath } from '../support/api-paths.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';
import { WatchedModel } from '../support/watched-model.ts';

jest.setTimeout(120_000);

/** What becomes of traffic and pods when a ModelDeployment is deleted in the middle of a rollout, by the ways that kubectl knows. */
let bed: TestBed;

beforeAll(async () => {
  bed = await TestBed.start();
  await bed.startController();
}, 600_000);
afterAll(() => bed?.stop(), 60_000);

const spec = {
  replicas: 1,
  strategy: { canary: { steps: [{ weight: 20, hold: '0s' }, { pause: {} }] } },
};

async function inTheMiddle(name: string): Promise<WatchedModel> {
  const model = await WatchedModel.serve(bed, name, { spec });
  await model.apply({ version: '2' });
  await model.until('waits at its pause', ({ phase }) => phase === 'Paused');
  return model;
}

async function deleteBy(
  propagationPolicy: 'Foreground' | 'Background' | 'Orphan',
  name: string,
): Promise<void> {
  const options = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy };
  const path = objectPath(resourceKinds.modelDeployment, name, 'default');
  expect((await bed.user.send('DELETE', path, options)).status).toBeLessThan(300);
}

const podsOf = (name: string) => bed.list(resourceKinds.pod, 'default', `${labels.modelDeployment}=${name}`);

it.each(['Foreground', 'Background'] as const)(
  '%s: traffic and pods go, nothing is made or raised again, and no model answers wrongly',
  async (policy) => {
    const name = policy.toLowerCase();
    const model = await inTheMiddle(name);
    const users = model.load();
    await waitFor('users are served', () => Promise.resolve(users.answers.length > 20));
    const routes = model.route.versions.length;
    const deployments = model.deployments.objects.length;
    await deleteBy(policy, name);
    await waitFor('everything is gone', async () => {
      const left = [...(await podsOf(name)), await bed.get(resourceKinds.modelDeployment, name)];
      return left.every((object) => object === undefined);
    });
    await users.stop();
    const after = model.route.versions.slice(routes);
    expect(after.filter(({ type }) => type === 'ADDED')).toEqual([]);
    expect(after.at(-1)?.type).toBe('DELETED');
    const capacities = model.deployments.objects.slice(deployments).map(({ spec }) => spec.replicas);
    expect(capacities.every((replicas) => replicas === 1)).toBe(true);
    const byModels = users.answers.filter(({ model: answered }) => answered !== undefined);
    expect(byModels.filter(({ status }) => status !== 200)).toEqual([]);
    expect(await bed.get(resourceKinds.service, name)).toBeUndefined();
    expect(await bed.get(resourceKinds.modelRollout, `${name}-1`)).toBeUndefined();
  },
);

it('Orphan: everything stays and serves, and one that is made again under the name finds it taken', async () => {
  const model = await inTheMiddle('orphan');
  const users = model.load();
  const before = (await podsOf('orphan')).map(({ metadata }) => metadata.uid).sort();
  await deleteBy('Orphan', 'orphan');
  await waitFor(
    'it is gone',
    async () => (await bed.get(resourceKinds.modelDeployment, 'orphan')) === undefined,
  );
  await model.apply({ version: '3' });
  const { message } = await model.until('is refused', ({ phase }) => phase === 'Failed');
  expect(message).toMatch(/exists and belongs to/);
  expect((await podsOf('orphan')).map(({ metadata }) => metadata.uid)).toEqual(
    expect.arrayContaining(before),
  );
  await users.stop();
  expect(users.failuresOnTheWay()).toEqual([]);
  expect(Object.keys(users.counts()).sort()).toEqual(['v1 200', 'v2 200']);
});
