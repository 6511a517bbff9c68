import { expect, it } from '@jest/globals';
import { resourceKinds } from '../kubernetes/resource.ts';
import { serving, specOf, until } from './testing/world-bed.ts';

const shadow = specOf({
  strategy: { shadow: { duration: '30s', minRequests: 0, then: 'promote', bake: { duration: '10s' } } },
});

it('a revision that is superseded before it has a Deployment leaves no Service behind', async () => {
  const bed = await serving({}, shadow);
  const { world, model } = bed;
  const [first] = world.controllers;
  const services = () =>
    [...world.server.list(resourceKinds.service)].map(({ metadata }) => metadata.name).sort();
  const settled = services();
  first!.link.crash = (moment, { kind }) => {
    if (kind !== 'Deployment' || moment !== 'before') return false;
    world.killController(first!);
    return true;
  };
  model.release('2');
  await until(bed, () => world.controllers.length === 0);
  const left = services().filter((name) => !settled.includes(name));
  expect(left).toHaveLength(2);
  model.release('3');
  world.startController();
  await until(bed, () => model.phase === 'Healthy' && model.status.stable?.model?.version === '3');
  await world.run(60_000);
  expect(services().filter((name) => left.includes(name))).toEqual([]);
});
