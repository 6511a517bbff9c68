import { describe, expect, it } from '@jest/globals';
import type { ModelDeploymentSpec } from '../api/model-deployment.ts';
import { labels } from '../api/group.ts';
import { resourceKinds } from '../kubernetes/resource.ts';
import { type Bed, serving, specOf, until, weightsOf } from './testing/world-bed.ts';

const overGateway = specOf().traffic!;
const overServices: ModelDeploymentSpec['traffic'] = { service: {} };

const switchTo =
  (traffic: ModelDeploymentSpec['traffic']) =>
  ({ model }: Bed) =>
    model.edit((spec) => ({ ...spec, traffic }));

/** What the apex Service selects beside the ModelDeployment: a revision, or what is live. */
function apexOf({ world, model }: Bed): Record<string, string> {
  const selector = world.server.find(resourceKinds.service, model.key)?.['spec'].selector ?? {};
  const { [labels.modelDeployment]: _name, ...rest } = selector as Record<string, string>;
  return rest;
}

async function atHalf(spec: ModelDeploymentSpec): Promise<Bed & { first: string; second: string }> {
  const bed = await serving({}, spec);
  const first = bed.model.stable;
  bed.model.release('2');
  await until(
    bed,
    () => bed.model.status.traffic?.desired === 50 && bed.model.status.traffic.acknowledged === true,
  );
  return { ...bed, first, second: bed.model.candidate! };
}

async function promoted({ world, model, second }: Bed & { second: string }): Promise<void> {
  await until({ world, model }, () => model.phase === 'Healthy' && model.stable === second);
  await world.run(60_000);
  expect(model.rollouts.map(({ status }) => status?.outcome)).toEqual(['Promoted']);
}

describe('a router that is removed from the spec (S59)', () => {
  it('leaves a settled model to its plain Service, and nothing of the route is left', async () => {
    const bed = await serving();
    switchTo(overServices)(bed);
    await bed.world.run(30_000);
    expect(bed.model.route).toBeUndefined();
    expect(apexOf(bed)).toEqual({ [labels.revision]: bed.model.stable });
    expect(bed.model.phase).toBe('Healthy');
    expect(bed.model.rollouts).toEqual([]);
  });

  it('in the middle lets the plan go on by the ratio of pods, and the old pods go in the end', async () => {
    const bed = await atHalf(specOf());
    switchTo(overServices)(bed);
    await bed.world.run(10_000);
    expect(bed.model.status.rollout).toBeDefined();
    expect(bed.model.route).toBeUndefined();
    await promoted(bed);
    expect(apexOf(bed)).toEqual({ [labels.revision]: bed.second });
    expect(bed.model.podsOf(bed.first)).toEqual([]);
  });

  it('in the middle, and then goes back: neither the Service nor a route that is left names the candidate', async () => {
    const bed = await atHalf(specOf());
    switchTo(overServices)(bed);
    await bed.world.run(5_000);
    bed.model.release('1');
    await until(bed, () => bed.model.phase === 'Healthy');
    await bed.world.run(60_000);
    expect(bed.model.stable).toBe(bed.first);
    expect(bed.model.route).toBeUndefined();
    expect(apexOf(bed)).toEqual({ [labels.revision]: bed.first });
    expect(bed.model.podsOf(bed.second)).toEqual([]);
  });
});

describe('a gateway that is asked for later', () => {
  it('takes a settled model over without a rollout', async () => {
    const bed = await serving({}, specOf({ traffic: overServices }));
    switchTo(overGateway)(bed);
    await until(bed, () => bed.model.percentOf(bed.model.stable) === 100);
    await until(bed, () => bed.model.phase === 'Healthy');
    expect(bed.model.rollouts).toEqual([]);
  });

  it('in the middle has everybody at the stable first, and then the weight of the plan (law 1)', async () => {
    const bed = await atHalf(specOf({ traffic: overServices }));
    switchTo(overGateway)(bed);
    await promoted(bed);
    expect(weightsOf(bed, bed.second)).toEqual([0, 500, 1000]);
    expect(bed.model.podsOf(bed.first)).toEqual([]);
  });
});

describe('a model that is deleted in the middle of a rollout', () => {
  it.each(['Background', 'Foreground'] as const)(
    'leaves nothing behind, by %s deletion',
    async (propagation) => {
      const { world, model } = await atHalf(specOf());
      model.remove(propagation);
      await world.run(120_000);
      const kinds = ['deployment', 'service', 'pod', 'endpointSlice', 'httpRoute', 'modelRollout'] as const;
      expect(kinds.flatMap((kind) => [...world.server.list(resourceKinds[kind])])).toEqual([]);
    },
  );
});
