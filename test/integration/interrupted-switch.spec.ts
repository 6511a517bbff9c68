import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { errorAnalysis as analysis } from '../support/analysis.ts';
import { KilledController, type Place, record, split, takenBack } from '../support/killed-controller.ts';
import { expectServed } from '../support/served.ts';
import { TestBed } from '../support/test-bed.ts';
import { routeOfUser } from '../support/user-route.ts';
import { WatchedModel, decisionsOf, totalOf } from '../support/watched-model.ts';

jest.setTimeout(240_000);

/**
 * What moves everybody is killed in the middle of the switch, or loses its API server: law 12, counted at the clients. No
 * request may fail that the model did not fail.
 */
let bed: TestBed;
let controller: KilledController;

beforeAll(async () => {
  bed = await TestBed.start();
  controller = await KilledController.install(bed);
}, 600_000);

afterAll(() => bed?.stop(), 60_000);

const blueGreen = {
  strategy: { blueGreen: { preAnalysis: { hold: '1s' }, bake: { duration: '4s' } } },
};

describe('SIGKILL of the controller in the middle of a switch', () => {
  const thereAndBack = ['v1=1000', 'v1=1000 v2=0', 'v1=0 v2=1000', 'v1=1000 v2=0', 'v1=1000'];

  it('there: everybody is moved once, and no request fails', async () => {
    const model = await WatchedModel.serve(bed, 'there', { version: '1', spec: { ...blueGreen, analysis } });
    const load = model.load();
    await model.apply({ version: '2' });
    const places: Place[] = [
      record('the switch is decided', ({ phase, weight }) => phase === 'Promoting' && weight === 100),
      split('the route says it', 1000),
      record('it bakes', ({ phase }) => phase === 'Baking'),
    ];
    for (const place of places) await controller.killAt(place, model);
    const rollout = await model.outcome(1);
    await model.untilReplicas('v1', 0);
    await load.stop();

    expect(rollout.status).toMatchObject({ outcome: 'Promoted', weight: 100 });
    expect(decisionsOf(rollout).filter((decision) => decision.startsWith('WeightRaised'))).toEqual([
      'WeightRaised 100%',
    ]);
    expectServed(load, ['v1 200', 'v2 200'], 'v2');
    expect(model.splits()).toEqual(['v1=1000', 'v1=1000 v2=0', 'v1=0 v2=1000', 'v2=1000']);
    expect(new Set(model.route.objects.map(totalOf))).toEqual(new Set([1000]));
  });

  it('and back: everybody is moved back once and for all, and users see no failure but its own', async () => {
    const model = await WatchedModel.serve(bed, 'back', { version: '1', spec: { ...blueGreen, analysis } });
    const load = model.load();
    await model.apply({ version: '2', env: { ERROR_RATE: '0.5' } });
    const places: Place[] = [
      record('it bakes', ({ phase }) => phase === 'Baking'),
      record('the way back is decided', ({ outcome }) => outcome === 'RolledBack'),
      takenBack('the route says it'),
    ];
    for (const place of places) await controller.killAt(place, model);
    await model.untilReplicas('v2', 0);
    await load.stop();

    expect((await model.outcome(1)).status).toMatchObject({ outcome: 'RolledBack', weight: 0 });
    expectServed(load, ['v1 200', 'v2 200', 'v2 500'], 'v1');
    expect(model.splits()).toEqual(thereAndBack);
    expect(await model.rollout(2)).toBeUndefined();
  });

  it('on plain Services: the selector stays where it was decided to be', async () => {
    const model = await WatchedModel.serve(bed, 'plain', {
      version: '1',
      spec: { ...blueGreen, traffic: { service: {} } },
    });
    const load = model.load({ host: await routeOfUser(bed, model.name) });
    await model.apply({ version: '2' });
    const selector: Place = {
      at: 'the selector says it',
      history: ({ services }) => services,
      is: ({ object }, { name }) =>
        object.metadata.name === name &&
        model.knows('v2', object['spec'].selector['understudy.dev/revision']),
    };
    const decided = record('it is decided', ({ phase, weight }) => phase === 'Promoting' && weight === 100);
    for (const place of [decided, selector]) await controller.killAt(place, model);
    expect((await model.outcome(1)).status).toMatchObject({ outcome: 'Promoted', weight: 100 });
    await model.untilReplicas('v1', 0);
    await load.stop();
    expectServed(load, ['v1 200', 'v2 200'], 'v2');
  });
});

describe('the API server restarts', () => {
  it('in the middle of a promotion: it is finished, and no request fails', async () => {
    const model = await WatchedModel.serve(bed, 'promotion', {
      version: '1',
      spec: { ...blueGreen, analysis },
    });
    const load = model.load();
    await model.apply({ version: '2' });
    await model.rollouts.until(
      'the switch is decided',
      ({ object }) => object['status']?.phase === 'Promoting',
    );
    await bed.cluster.restartComponent('kube-apiserver');
    // Contour writes a status once; one that fell into the outage comes when it next looks at everything.
    await bed.cluster.restartComponent('contour');
    const { status } = await model.outcome(1, { timeoutMs: 120_000 });
    await model.untilReplicas('v1', 0);
    await load.stop();

    expect(status).toMatchObject({ outcome: 'Promoted', weight: 100 });
    expectServed(load, ['v1 200', 'v2 200'], 'v2');
    expect(model.splits()).toEqual(['v1=1000', 'v1=1000 v2=0', 'v1=0 v2=1000', 'v2=1000']);
  });
});
