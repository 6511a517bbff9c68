import { ModelDeploymentStatus } from '../../../src/api/model-deployment-status.ts';
import { unseenStatus } from '../../../src/api/unseen-status.ts';
import { ModelRolloutStatus } from '../../../src/api/model-rollout-status.ts';
import { InvalidModelDeploymentError } from '../../../src/api/validation/parse-object.ts';
import { invalidSpecStatus } from '../../../src/controller/invalid-spec-status.ts';
import { rolloutStatusObject } from '../../../src/controller/objects/model-rollout.ts';
import { decide } from '../../../src/domain/decide.ts';
import { type TinyOptions, weightStep } from '../../../src/domain/testing/tiny-spec.ts';
import { TinyWorld } from '../../../src/domain/testing/tiny-world.ts';
import { type KubernetesObject, resourceKinds } from '../../../src/kubernetes/resource.ts';

/** Objects with the statuses that the controller's own decisions give them, recorded anew in every test run. */

const minute = 60_000;

/** The ModelDeployment of a world, as the API server would show it now. */
export function modelDeploymentOf(world: TinyWorld): KubernetesObject {
  return asShown({ ...bare(world), status: ModelDeploymentStatus.strict().optional().parse(world.status) });
}

/** The newest ModelRollout of a world, as the API server would show it now. */
export function modelRolloutOf({ rollout }: TinyWorld): KubernetesObject {
  const { apiVersion, kind } = resourceKinds.modelRollout;
  const live = { apiVersion, kind, metadata: { namespace: 'ml', name: rollout.name, generation: 1 } };
  const { status } = rolloutStatusObject(live, ModelRolloutStatus.strict().parse(rollout.status));
  return asShown({ ...live, spec: rollout.spec, status });
}

const served = (options: TinyOptions = {}) => new TinyWorld({ analysis: true, ...options }).run(minute);

/** A second revision is asked for; `change` prepares it. */
function rolling(
  minutes: number,
  options: TinyOptions = {},
  change: (world: TinyWorld) => void = () => undefined,
): TinyWorld {
  const world = served(options);
  change(world);
  world.editSpec('v2');
  return world.run(minutes * minute);
}

/** Goes on in small steps until the record stands in a phase. */
function until(world: TinyWorld, phase: string): TinyWorld {
  for (let seconds = 0; seconds < 3600; seconds += 10) {
    if (world.rollouts.at(-1)?.status.phase === phase) return world;
    world.run(10_000);
  }
  throw new Error(`the rollout never stood in ${phase}: ${world.status?.message}`);
}

function after(world: TinyWorld, change: (world: TinyWorld) => void, forMs = 1_000): TinyWorld {
  change(world);
  return world.run(forMs);
}

const somebodyElses = { reason: 'RouteConflict', message: 'the HTTPRoute belongs to somebody else' } as const;
const conflict = (world: TinyWorld) => void (world.cluster.trafficProblem = somebodyElses);

/** A world in each situation that a status can speak of. */
export const worlds = {
  'the first revision starts': () => after(new TinyWorld(), (world) => world.breakPods('v1')),
  'the first revision is paused': () => after(new TinyWorld(), (world) => world.pause()),
  'the first revision is refused': () =>
    after(new TinyWorld(), (world) => void (world.birthRefused = 'no such field')),
  healthy: () => served(),
  'paused while healthy': () => after(served(), (world) => world.pause()),
  'scaled to zero': () => after(served(), (world) => world.setReplicas(0)),
  'a stable pod is lost': () =>
    after(served(), (world) => (world.healPods('v1', 30_000), world.killPods('v1', 1))),
  'the route belongs to somebody else': () => after(served(), conflict),
  'paused before its rollout': () => rolling(1, {}, (world) => world.pause()),
  'the candidate is refused': () => rolling(1, {}, (world) => void (world.birthRefused = 'no such field')),
  preparing: () => rolling(1, {}, (world) => world.breakPods('v2')),
  stepping: () => rolling(1),
  'silent metrics': () => rolling(30, {}, (world) => world.say('v2', 'NoData')),
  'paused by its plan': () => rolling(1, { steps: [{ kind: 'pause' }, weightStep(50)] }),
  'paused by its plan for a time': () =>
    rolling(1, { steps: [{ kind: 'pause', durationMs: 10 * minute }, weightStep(50)] }),
  'paused by its spec': () => after(rolling(1), (world) => world.pause()),
  inconclusive: () => rolling(40, {}, (world) => world.say('v2', 'Inconclusive')),
  'the route is taken in the middle': () => after(rolling(1), conflict),
  promoting: () =>
    until(
      rolling(1, {}, (world) => world.healPods('v2', 30_000)),
      'Promoting',
    ),
  baking: () => until(rolling(1), 'Baking'),
  promoted: () => until(rolling(1), 'Ended'),
  'drained after its promotion': () => until(rolling(1), 'Ended').run(10 * minute),
  'rolled back': () => rolling(5, {}, (world) => world.say('v2', 'Fail')),
  'rolled back while it bakes': () =>
    after(until(rolling(1), 'Baking'), (world) => world.say('v2', 'Fail'), minute),
  'the candidate never became ready': () => rolling(15, {}, (world) => world.breakPods('v2')),
  'superseded by the next': () => after(rolling(1), (world) => world.editSpec('v3'), minute),
  'returned to the stable': () => after(rolling(1), (world) => world.editSpec('v1'), minute),
} satisfies Record<string, () => TinyWorld>;

export type Situation = keyof typeof worlds;

/** Statuses that need more than one world, or less. */
export const others = {
  'never looked at': () => asShown({ ...bare(new TinyWorld()), status: unseenStatus }),
  'without any status': () => asShown(bare(new TinyWorld())),
  'the first revision never became ready': () => {
    const world = after(new TinyWorld(), (broken) => broken.breakPods('v1'));
    const gathered = world.gather();
    const revisions = gathered.revisions.map((view) => ({ ...view, deadlineExceeded: true }));
    return asShown({ ...bare(world), status: decide({ ...gathered, revisions }).status });
  },
  'edited, and not looked at again': () => {
    const world = served();
    world.editSpec('v2');
    return modelDeploymentOf(world);
  },
  'mended, and not looked at again': () => {
    const world = worlds['rolled back']();
    world.editSpec('v3');
    return modelDeploymentOf(world);
  },
  'an invalid spec from the beginning': () => invalid(bare(new TinyWorld()), new TinyWorld().nowMs),
  'an invalid spec while healthy': () => invalidEdit(worlds.healthy()),
  'an invalid spec in the middle of a pause': () => invalidEdit(worlds['paused by its plan']()),
  'being deleted': () => {
    const object = modelDeploymentOf(worlds.healthy());
    return { ...object, metadata: { ...object.metadata, deletionTimestamp: '2026-01-01T00:10:00Z' } };
  },
} satisfies Record<string, () => KubernetesObject>;

export type OtherSituation = keyof typeof others;

function bare({ generation }: TinyWorld): KubernetesObject {
  const { apiVersion, kind } = resourceKinds.modelDeployment;
  return { apiVersion, kind, metadata: { namespace: 'ml', name: 'sentiment', generation }, spec: {} };
}

function invalidEdit(world: TinyWorld): KubernetesObject {
  world.generation += 1;
  return invalid(modelDeploymentOf(world), world.nowMs);
}

function invalid(object: KubernetesObject, nowMs: number): KubernetesObject {
  const error = new InvalidModelDeploymentError([
    { path: 'spec.replicas', found: '-1', accepted: 'a whole number from 0' },
  ]);
  return asShown({ ...object, status: invalidSpecStatus(object, error, nowMs) });
}

/** As JSON has it: what is undefined is absent. */
const asShown = (object: KubernetesObject): KubernetesObject =>
  JSON.parse(JSON.stringify(object)) as KubernetesObject;
