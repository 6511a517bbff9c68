import { describe, expect, it } from '@jest/globals';
import { TinyWorld } from '../testing/tiny-world.ts';
import { type TinyOptions, weightStep } from '../testing/tiny-spec.ts';
import { ModelDeploymentStatus } from '../../api/model-deployment-status.ts';
import { ModelRolloutStatus } from '../../api/model-rollout-status.ts';

const minute = 60_000;

type Row = [
  situation: string,
  phase: string,
  ready: string,
  reconciling: string,
  stalled: string,
  available: string,
  promoted: string,
  paused: string,
  world: () => TinyWorld,
];

const rolling = (
  minutes: number,
  change: (world: TinyWorld) => void = () => undefined,
  options: TinyOptions = {},
) => {
  const world = new TinyWorld({ analysis: true, ...options }).run(minute);
  change(world);
  world.editSpec('v2');
  return world.run(minutes * minute);
};

/** What kstatus, `kubectl wait` and people read, in every situation. */
const table: Row[] = [
  [
    'first revision starts',
    'Pending',
    'False',
    'True',
    'False',
    'False',
    'Unknown',
    'False',
    () => {
      const world = new TinyWorld();
      world.breakPods('v1');
      return world.run(minute);
    },
  ],
  [
    'first revision is refused',
    'Failed',
    'False',
    'False',
    'True',
    'False',
    'False',
    'False',
    () => {
      const world = new TinyWorld();
      world.birthRefused = 'no';
      world.settlePasses();
      return world;
    },
  ],
  [
    'settled',
    'Healthy',
    'True',
    'False',
    'False',
    'True',
    'True',
    'False',
    () => new TinyWorld().run(minute),
  ],
  [
    'stable loses a pod',
    'Progressing',
    'False',
    'True',
    'False',
    'True',
    'True',
    'False',
    () => {
      const world = new TinyWorld().run(minute);
      world.healPods('v1', 30_000);
      world.killPods('v1', 1);
      return world.run(1_000);
    },
  ],
  [
    'preparing',
    'Progressing',
    'False',
    'True',
    'False',
    'True',
    'Unknown',
    'False',
    () => rolling(1, (world) => world.breakPods('v2')),
  ],
  ['at a step', 'Progressing', 'False', 'True', 'False', 'True', 'Unknown', 'False', () => rolling(1)],
  [
    'paused by its plan',
    'Paused',
    'False',
    'True',
    'False',
    'True',
    'Unknown',
    'True',
    () => rolling(1, undefined, { steps: [{ kind: 'pause' }, weightStep(50)] }),
  ],
  ['baking', 'Baking', 'False', 'True', 'False', 'True', 'True', 'False', () => rolling(8)],
  ['promoted', 'Healthy', 'True', 'False', 'False', 'True', 'True', 'False', () => rolling(30)],
  [
    'rolled back',
    'RolledBack',
    'False',
    'False',
    'True',
    'True',
    'False',
    'False',
    () => rolling(5, (world) => world.say('v2', 'Fail')),
  ],
  [
    'candidate never ready',
    'Failed',
    'False',
    'False',
    'True',
    'True',
    'False',
    'False',
    () => rolling(15, (world) => world.breakPods('v2')),
  ],
  [
    'paused before its rollout',
    'Paused',
    'False',
    'True',
    'False',
    'True',
    'Unknown',
    'True',
    () => rolling(1, (world) => world.pause()),
  ],
  [
    'somebody else has the route',
    'Failed',
    'False',
    'False',
    'True',
    'True',
    'True',
    'False',
    () => {
      const world = new TinyWorld().run(minute);
      world.cluster.trafficProblem = { reason: 'RouteConflict', message: 'belongs to nginx' };
      return world.run(1_000);
    },
  ],
  [
    'somebody else takes the route in the middle of a rollout',
    'Failed',
    'False',
    'False',
    'True',
    'True',
    'Unknown',
    'False',
    () => {
      const world = rolling(1);
      world.cluster.trafficProblem = { reason: 'RouteConflict', message: 'belongs to nginx' };
      return world.run(1_000);
    },
  ],
];

describe('status', () => {
  it.each(table)(
    '%s: phase %s, Ready %s, Reconciling %s, Stalled %s, Available %s, Promoted %s, Paused %s',
    (_situation, phase, ready, reconciling, stalled, available, promoted, paused, make) => {
      const world = make();
      expect(world.status?.phase).toBe(phase);
      const types = ['Ready', 'Reconciling', 'Stalled', 'Available', 'Promoted', 'Paused'];
      expect(types.map((type) => `${type} ${world.condition(type)}`)).toEqual(
        [ready, reconciling, stalled, available, promoted, paused].map(
          (status, at) => `${types[at]} ${status}`,
        ),
      );
      expect(world.status?.observedGeneration).toBe(world.generation);
      expect(world.status?.message).toBeTruthy();
      expect(() => ModelDeploymentStatus.strict().parse(world.status)).not.toThrow();
      for (const { status } of world.rollouts)
        expect(() => ModelRolloutStatus.strict().parse(status)).not.toThrow();
    },
  );

  it('fits into the API however long the words of others are', () => {
    const words = 'x'.repeat(40_000);
    const refused = new TinyWorld();
    refused.birthRefused = words;
    refused.settlePasses();
    expect(() => ModelDeploymentStatus.parse(refused.status)).not.toThrow();
    const broken = rolling(15, (world) => world.breakPods('v2', words));
    expect(() => ModelDeploymentStatus.parse(broken.status)).not.toThrow();
    expect(() => ModelRolloutStatus.parse(broken.rollout.status)).not.toThrow();
    const unready = new TinyWorld();
    unready.breakPods('v1', words);
    unready.run(minute);
    expect(() => ModelDeploymentStatus.parse(unready.status)).not.toThrow();
  });

  it('tells desired, applied and observed apart (law 11)', () => {
    const world = rolling(1);
    world.editRoute({ v1: 600, v2: 400 });
    const { decision } = world.tick({ stopAfterWrites: 0 });
    expect(decision.status.traffic).toMatchObject({ desired: 5, applied: 40, acknowledged: false });
  });

  it('shows an autoscaler the stable arm only, and the achievable share behind a plain Service', () => {
    const world = rolling(1, undefined, { router: 'replicaRatio' });
    expect(world.status).toMatchObject({
      replicas: 4,
      selector: expect.stringContaining(world.revision('v1')),
      traffic: { desired: 5, achievable: 20, applied: 20 },
    });
    world.run(8 * minute);
    expect(world.status?.selector).toContain(world.revision('v2'));
  });

  describe('Ready, once the new revision is the stable', () => {
    const promoted = () => {
      const world = new TinyWorld({ steps: [weightStep(50, 1_000)], bakeMs: 1_000, drainMs: minute }).run(
        minute,
      );
      world.lag(500);
      world.editSpec('v2');
      for (let at = 0; at < 10 * minute; at += 250) {
        world.run(250);
        if (world.status?.stable?.revision === world.revision('v2') && world.condition('Ready') === 'True')
          return world;
      }
      throw new Error(`v2 was not promoted: ${world.status?.message}`);
    };

    it('stays so when the drain ends, and the old backend goes from the route', () => {
      const world = promoted();
      const seen = new Set<string | undefined>();
      for (let at = 0; at < 3 * minute; at += 250) {
        world.run(250);
        seen.add(world.condition('Ready'));
      }
      expect(world.cluster.route).toHaveLength(1);
      expect([...seen]).toEqual(['True']);
    });

    it('does not stay so when the traffic of users is another one', () => {
      const world = promoted();
      world.editRoute({ v1: 1000, v2: 0 });
      world.tick();
      expect(world.condition('Ready')).toBe('False');
    });
  });

  it('says when time alone brings the next decision', () => {
    const world = rolling(1);
    expect(world.status?.rollout?.nextDecisionAt).toBe(new Date(world.nowMs + minute).toISOString());
  });
});
