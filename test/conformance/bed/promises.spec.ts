import { describe, expect, it } from '@jest/globals';
import { resourceKinds } from '../../../src/kubernetes/resource.ts';
import { mirrorServiceName } from '../../../src/routers/objects/labels.ts';
import { leftoversOf, remains } from './promises.ts';
import { canary, fourReplicas, Scenario, weight } from './scenario.ts';

const { deployment, modelDeployment } = resourceKinds;
const name = { namespace: 'ml', name: 'model' };

/** In the middle of a canary; the controller is gone, so that what is done by hand stays. */
async function inTheMiddle(): Promise<Scenario & { second: string }> {
  const scenario = new Scenario({}, {});
  scenario.model.create(fourReplicas(canary([weight(50, '10m')])));
  await scenario.until(() => scenario.model.phase === 'Healthy');
  await scenario.run(1_000);
  scenario.sendRequests();
  const second = await scenario.release('2');
  await scenario.until(() => scenario.model.percentOf(second) === 50);
  await scenario.run(5_000);
  scenario.world.killController(scenario.world.controllers[0]!);
  expect(scenario.promises.broken).toEqual([]);
  expect(scenario.promises.routesWritten).toBeGreaterThan(1);
  return Object.assign(scenario, { second });
}

/** Writes the route as a controller would. */
function writeRoute({ world, model }: Scenario, parts: number[]): void {
  const route = model.route!;
  const [rule] = route['spec'].rules;
  const backendRefs = rule.backendRefs.map((ref: object, at: number) => ({ ...ref, weight: parts[at] }));
  world
    .as('understudy-9')
    .replace({ ...route, spec: { ...route['spec'], rules: [{ ...rule, backendRefs }] } });
}

describe('what every scenario promises', () => {
  it('is broken by weights that do not sum to the total', async () => {
    const scenario = await inTheMiddle();
    writeRoute(scenario, [500, 499]);
    expect(scenario.promises.broken[0]).toMatch(/weights of model sum to 999: /);
  });

  it('is broken by a weight that is in no plan', async () => {
    const scenario = await inTheMiddle();
    writeRoute(scenario, [400, 600]);
    expect(scenario.promises.broken[0]).toMatch(/got 400 of 1000, which is in no plan: 0,500,1000/);
    expect(scenario.promises.broken).toHaveLength(2);
  });

  it('is broken by a revision without pods that has traffic', async () => {
    const scenario = await inTheMiddle();
    const live = scenario.world.server.find(deployment, `ml/model-${scenario.second}`)!;
    scenario.world.as('alice').replace({ ...live, spec: { ...live['spec'], replicas: 0 } });
    await scenario.run(10_000);
    expect(scenario.promises.failedRequests).toBeGreaterThan(100);
  });

  it('is broken by pods that are gone at once, unless that was the scenario', async () => {
    const scenario = await inTheMiddle();
    scenario.model.losePods(scenario.second, 1);
    await scenario.run(10_000);
    expect(scenario.promises.failedRequests).toBeGreaterThan(0);
    scenario.losePods(scenario.second, 1);
    await scenario.run(10_000);
    expect(scenario.promises.failedRequests).toBe(0);
  });

  it('is not broken by errors of the model, or by its crash', async () => {
    const scenario = await inTheMiddle();
    scenario.world.traffic.qualities.forRevision(scenario.second, { errorRate: 1 });
    scenario.model.makeCandidate({ kind: 'crashes', afterMs: 0, exitCode: 1 });
    await scenario.run(100);
    expect(scenario.promises.failedRequests).toBe(0);
  });

  it('names what is left beside a settled ModelDeployment, and what is left of a deleted one', async () => {
    const scenario = await inTheMiddle();
    const { world, second } = scenario;
    expect(leftoversOf(world, 'ml/model')).toEqual([]);
    const live = world.modelDeployment('ml/model')!;
    world
      .as('alice')
      .replace({ ...live, status: { ...live['status'], phase: 'Healthy' } }, { subresource: 'status' });
    world.as('alice').create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        namespace: 'ml',
        name: mirrorServiceName('model', second),
        labels: { 'understudy.dev/model-deployment': 'model', 'understudy.dev/role': 'mirror' },
      },
      spec: { ports: [{ port: 80 }] },
    });
    const left = leftoversOf(world, 'ml/model').map((line) => line.split(':')[0]);
    expect(left).toEqual(['pods', 'pods asked for by', 'backends', 'mirror Services']);
    world.as('alice').delete(modelDeployment, name, { propagation: 'Orphan' });
    await scenario.run(60_000);
    expect(remains(world).map((line) => line.split(' ')[0])).toEqual(
      expect.arrayContaining(['deployment', 'service', 'pod', 'httpRoute', 'modelRollout']),
    );
  });
});
