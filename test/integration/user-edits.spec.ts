import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';
import {
  type RolloutRecord,
  WatchedModel,
  conditionOf,
  decisionsOf,
  totalOf,
} from '../support/watched-model.ts';

jest.setTimeout(180_000);

/** Somebody edits by hand what the controller owns: it is repaired, and a person is told. */
let bed: TestBed;

beforeAll(async () => {
  bed = await TestBed.start();
  await bed.installController();
}, 600_000);

afterAll(() => bed?.stop(), 60_000);

const steps = (...list: object[]) => ({ strategy: { canary: { steps: list, bake: { duration: '4s' } } } });

/** A canary that stands at 50% for longer than a test lasts. */
async function holdingCanary(name: string): Promise<WatchedModel> {
  const model = await WatchedModel.serve(bed, name, {
    version: '1',
    spec: steps({ weight: 50, hold: '600s' }),
  });
  await model.apply({ version: '2' });
  await model.until('holds its share', ({ traffic }) => traffic?.acknowledged && traffic.applied === 50);
  return model;
}

/** Writes other weights into the route, as `kubectl edit` would. */
async function editRoute(model: WatchedModel, weights: Record<string, number>): Promise<void> {
  const route = await bed.get(resourceKinds.httpRoute, model.name);
  const [rule] = route!['spec'].rules;
  const backendRefs = Object.entries(weights).map(([version, weight]) => ({
    name: `${model.name}-${model.revisionOf(version)}`,
    port: 80,
    weight,
  }));
  await bed.merge(resourceKinds.httpRoute, model.name, { spec: { rules: [{ ...rule, backendRefs }] } });
}

/** Waits until the split is seen again after the newest version that says otherwise. */
async function untilRepaired(model: WatchedModel, split: string): Promise<void> {
  await waitFor(`the route says ${split} again`, async () => {
    const route = await bed.get(resourceKinds.httpRoute, model.name);
    if (route && model.splitOf(route) === split && totalOf(route) === 1000) return true;
    throw new Error(`it says ${route && model.splitOf(route)}`);
  });
  await model.until('is acknowledged', ({ traffic }) => traffic?.acknowledged);
}

const repairs = async (model: WatchedModel): Promise<string[]> =>
  (await model.events()).filter((event) => event.startsWith('Warning TrafficRepaired'));

describe('the weights of the HTTPRoute during a canary', () => {
  let model: WatchedModel;

  it('edited up: taken back at once, and reported', async () => {
    model = await holdingCanary('edited');
    await editRoute(model, { v1: 100, v2: 900 });
    await untilRepaired(model, 'v1=500 v2=500');
    expect(model.splits().slice(-2)).toEqual(['v1=100 v2=900', 'v1=500 v2=500']);
    await waitFor('an event says so', async () => (await repairs(model)).length === 1);
    expect((await repairs(model))[0]).toMatch(
      /somebody else changed the route .*(=100, .*=900|=900, .*=100)/,
    );
    // The decided weight was right all the time: there was nothing to decide.
    expect(decisionsOf((await model.rollout(1))!)).toEqual(['StepEntered 0%', 'WeightRaised 50%']);
  });

  it('edited down: given back by a recorded decision (law 5), and reported', async () => {
    await editRoute(model, { v1: 1000, v2: 0 });
    await untilRepaired(model, 'v1=500 v2=500');
    const rollout = (await model.rollout(1))!;
    expect(decisionsOf(rollout)).toEqual(['StepEntered 0%', 'WeightRaised 50%', 'WeightRestored 50%']);
    expect(rollout.status?.decisions?.at(-1)?.message).toBe(
      'the live split gave the candidate 0% instead of 50%: restored',
    );
    await waitFor('an event says so', async () => (await repairs(model)).length === 2);
    // Its hold began anew with the split.
    const { decisions, step } = rollout.status!;
    const { object } = await model.rollouts.until(
      'it is applied again',
      ({ object: { status } }) => status?.decisions?.length === 3 && status.step.appliedAt !== undefined,
    );
    const applied = Date.parse((object as RolloutRecord).status!.step.appliedAt!);
    expect(applied).toBeGreaterThanOrEqual(Date.parse(decisions!.at(-1)!.at));
    expect(step.index).toBe(0);
  });

  it('edited to the same shares of another total: the total is restored (law 2)', async () => {
    await editRoute(model, { v1: 1, v2: 1 });
    await untilRepaired(model, 'v1=500 v2=500');
  });

  it('the route deleted: made again, the candidate first at 0, acknowledged (law 1), then with its weight', async () => {
    const before = model.route.versions.length;
    await bed.delete(resourceKinds.httpRoute, model.name);
    await waitFor('the route is there again', () => bed.get(resourceKinds.httpRoute, model.name));
    await untilRepaired(model, 'v1=500 v2=500');
    const splits = model.route.versions.slice(before).map(({ type, object }) => ({
      type,
      split: model.splitOf(object),
    }));
    expect(splits[0]).toEqual({ type: 'DELETED', split: 'v1=500 v2=500' });
    expect(splits[1]).toEqual({ type: 'ADDED', split: 'v1=1000 v2=0' });
    expect(splits.at(-1)).toEqual({ type: 'MODIFIED', split: 'v1=500 v2=500' });
  });

  it("the candidate's Service deleted: made again", async () => {
    const name = `${model.name}-${model.revisionOf('v2')}`;
    const before = (await bed.get(resourceKinds.service, name))?.metadata.uid;
    await bed.delete(resourceKinds.service, name);
    await waitFor('there is another', async () => {
      const uid = (await bed.get(resourceKinds.service, name))?.metadata.uid;
      return uid !== undefined && uid !== before;
    });
    await untilRepaired(model, 'v1=500 v2=500');
  });
});

describe('traffic objects of a settled ModelDeployment', () => {
  let model: WatchedModel;

  it('the selector of the apex Service is repaired, and reported', async () => {
    model = await WatchedModel.serve(bed, 'settled', { version: '1' });
    await bed.merge(resourceKinds.service, model.name, {
      spec: { selector: { 'understudy.dev/revision': 'bcdfghjklm' } },
    });
    await waitFor('the selector is ours again', async () => {
      const apex = await bed.get(resourceKinds.service, model.name);
      return apex?.['spec'].selector['understudy.dev/revision'] === model.revisionOf('v1');
    });
    await waitFor('an event says so', async () => (await repairs(model)).length > 0);
    expect((await repairs(model))[0]).toMatch(/somebody else changed the selector of Service settled/);
    await model.until('is healthy again', ({ phase }) => phase === 'Healthy');
  });

  it('whatever else of the route is ours is repaired, too', async () => {
    await bed.merge(resourceKinds.httpRoute, model.name, { spec: { hostnames: ['elsewhere.example.com'] } });
    await waitFor('the host name is ours again', async () => {
      const route = await bed.get(resourceKinds.httpRoute, model.name);
      return route?.['spec'].hostnames.join() === 'settled.example.com';
    });
  });
});

describe('law 20: the status is deleted', () => {
  async function deleteStatus(model: WatchedModel): Promise<void> {
    const path = `/apis/understudy.dev/v1alpha1/namespaces/default/modeldeployments/${model.name}/status`;
    const { status } = await bed.user.merge(path, { status: null });
    expect(status).toBe(200);
    await model.self.until('it was gone for a moment', ({ object }) => isWithoutStatus(object, model));
    await model.until('has a status again', ({ phase }) => phase !== undefined);
  }

  /** Nothing but the default of the API server is left. The first version has no more either. */
  const isWithoutStatus = (object: unknown, { self }: WatchedModel): boolean => {
    const index = self.objects.findIndex((version) => version === object);
    const says = (at: number) => self.objects[at]?.['status']?.phase !== undefined;
    return index > 0 && says(index - 1) && !says(index);
  };

  it('in mid-rollout and in the bake: the roles are rebuilt, and nothing jumps', async () => {
    const model = await WatchedModel.serve(bed, 'lost', {
      version: '1',
      spec: steps({ weight: 20, hold: '3s' }, { weight: 50, hold: '3s' }),
    });
    await model.apply({ version: '2' });
    await model.until('is at 20%', ({ traffic }) => traffic?.acknowledged && traffic.applied === 20);
    await deleteStatus(model);
    const during = await model.status();
    expect(during).toMatchObject({
      phase: 'Progressing',
      stable: { revision: model.revisionOf('v1') },
      candidate: { revision: model.revisionOf('v2') },
      rollout: { name: 'lost-1' },
    });
    expect(conditionOf(during, 'Available')).toBe('True Available');

    await model.until('bakes', ({ phase }) => phase === 'Baking');
    await deleteStatus(model);
    expect(await model.status()).toMatchObject({
      stable: { revision: model.revisionOf('v2') },
      rollout: { name: 'lost-1' },
    });

    const rollout = await model.outcome(1);
    expect(decisionsOf(rollout)).toEqual([
      'StepEntered 0%',
      'WeightRaised 20%',
      'StepEntered 20%',
      'WeightRaised 50%',
      'StepEntered 50%',
      'WeightRaised 100%',
      'RoleTaken 100%',
      'Promoted 100%',
    ]);
    await model.untilReplicas('v1', 0);
    expect(model.splits()).toEqual([
      'v1=1000',
      'v1=1000 v2=0',
      'v1=800 v2=200',
      'v1=500 v2=500',
      'v1=0 v2=1000',
      'v2=1000',
    ]);
    expect(await model.rollout(2)).toBeUndefined();
  });

  it('before any rollout: what serves is no first revision a second time', async () => {
    const model = await WatchedModel.serve(bed, 'first', { version: '1' });
    const routes = model.route.versions.length;
    await deleteStatus(model);
    const status = await model.until('is healthy', ({ phase }) => phase === 'Healthy');
    expect(status.stable?.revision).toBe(model.revisionOf('v1'));
    const firsts = (await model.events()).filter((event) => event.startsWith('Normal FirstRevision'));
    expect(firsts).toHaveLength(1);
    expect(model.route.versions).toHaveLength(routes);
  });

  it('together with the record: the candidate is no stable for the weight that it has, and begins again', async () => {
    const model = await WatchedModel.serve(bed, 'both', {
      version: '1',
      spec: steps({ weight: 75, hold: '600s' }),
    });
    await model.apply({ version: '2' });
    await model.until('is at 75%', ({ traffic }) => traffic?.acknowledged && traffic.applied === 75);
    const { uid } = (await model.rollout(1))!.metadata;
    const path = `/apis/understudy.dev/v1alpha1/namespaces/default/modeldeployments/${model.name}/status`;
    await Promise.all([
      bed.user.merge(path, { status: null }),
      bed.delete(resourceKinds.modelRollout, 'both-1'),
    ]);
    const rollout = await waitFor('there is another attempt', async () => {
      const newest = (await bed.list(resourceKinds.modelRollout)).filter(
        ({ metadata, spec }) => spec.modelDeployment === 'both' && metadata.uid !== uid,
      );
      return newest[0];
    });
    expect(rollout['spec'].from.revision).toBe(model.revisionOf('v1'));
    // Not by the status: it says 75 % also before the weight was taken away.
    await waitFor('is at 75% again', () => model.splits().length >= 5);
    expect(model.splits()).toEqual([
      'v1=1000',
      'v1=1000 v2=0',
      'v1=250 v2=750',
      'v1=1000 v2=0',
      'v1=250 v2=750',
    ]);
  });
});
