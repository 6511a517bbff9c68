import type { ModelDeploymentSpec } from '../../api/model-deployment.ts';
import type { Step } from '../../api/strategy/step.ts';
import { rulesOf } from '../../routers/gateway-api/route-meaning.ts';
import { ScenarioVerbs } from '../verbs.ts';
import { SimulatedWorld, type StartOptions, type WorldOptions } from '../world.ts';

export const goodImage = 'example.com/model:good';
export const badImage = 'example.com/model:bad';

/** A model behind the gateway: 5, 25 and 50 percent for half a minute each, and a bake of a minute. */
export const specOf = (overrides: Partial<ModelDeploymentSpec> = {}): ModelDeploymentSpec => ({
  replicas: 2,
  drain: '10s',
  progressDeadline: '60s',
  model: { name: 'model', version: '1' },
  serving: { workload: { template: templateOf(goodImage) } },
  traffic: {
    gatewayAPI: { parentRefs: [{ name: 'public', namespace: 'gateway' }], hostnames: ['model.example.com'] },
  },
  strategy: {
    canary: {
      steps: [5, 25, 50].map((weight): Step => ({ weight, hold: '30s' })),
      bake: { duration: '60s' },
    },
  },
  ...overrides,
});

export const templateOf = (image: string) => ({
  spec: { containers: [{ name: 'server', image, ports: [{ name: 'http', containerPort: 8080 }] }] },
});

export interface Bed {
  world: SimulatedWorld;
  model: ScenarioVerbs;
}

/** A world with one controller and one ModelDeployment that is not there yet. */
export function bedOf(options: Partial<WorldOptions> = {}, start: StartOptions | false = {}): Bed {
  const world = new SimulatedWorld({ seed: 1, ...options });
  world.behaviours.forImage(badImage, { kind: 'neverPulls' });
  if (start) world.startController(start);
  return { world, model: new ScenarioVerbs(world, 'ml/model') };
}

/** The first revision is served and settled. */
export async function serving(options: Partial<WorldOptions> = {}, spec = specOf()): Promise<Bed> {
  const bed = bedOf(options);
  bed.model.create(spec);
  await until(bed, () => bed.model.phase === 'Healthy');
  return bed;
}

/** Fails with the state that was reached when the condition does not come to hold in ten minutes of virtual time. */
export async function until(
  { world, model }: Bed,
  condition: () => boolean,
  limitMs = 600_000,
): Promise<void> {
  if (await world.runUntil(condition, limitMs)) return;
  throw new Error(
    `after ${limitMs} ms: ${model.phase}, ${model.status.message}; ${JSON.stringify(model.split)}`,
  );
}

/** Every weight of a candidate that the route gave to everybody, in order and without repetitions. */
export function weightsOf({ world, model }: Bed, revision: string): number[] {
  const weights = world.history.writes
    .filter(
      ({ kind, key, verb, subresource }) =>
        kind === 'HTTPRoute' && key === model.key && verb !== 'delete' && subresource === undefined,
    )
    .map(({ object }) => rulesOf(object).at(-1)!.backendRefs as { name: string; weight: number }[])
    .map((backends) => backends.find(({ name }) => name === `${model.key.split('/')[1]}-${revision}`)?.weight)
    .filter((weight) => weight !== undefined);
  return weights.filter((weight, at) => weight !== weights[at - 1]);
}
