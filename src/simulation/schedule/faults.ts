import type { FaultRates } from '../faults/fault-plan.ts';
import type { Acknowledging } from '../gateway/simulated-gateway.ts';
import type { PodBehaviour } from '../workloads/pod-behaviour.ts';
import type { Happening } from './happening.ts';
import type { Stage } from './stage.ts';
import type { SourceMood } from './told-metrics.ts';

type Arm = 'candidate' | 'stable';
const arms: readonly Arm[] = ['candidate', 'candidate', 'stable'];
const revisionOf = ({ model }: Stage, arm: unknown): string | undefined =>
  (arm === 'candidate' ? model.candidate : model.stable) || undefined;

const behaviours = {
  ready: { kind: 'ready', afterMs: 500 },
  slow: { kind: 'ready', afterMs: 9_000 },
  neverReady: { kind: 'neverReady' },
  crashes: { kind: 'crashes', afterMs: 3_000, readyAfterMs: 500, exitCode: 1 },
  neverPulls: { kind: 'neverPulls' },
} satisfies Record<string, PodBehaviour>;

/** What happens to pods, the gateway, the metrics source and the other controllers of the cluster. */
export const clusterFaults = {
  pods: {
    weight: 5,
    draw: (random) => [random.pick(arms), random.pick(Object.keys(behaviours))],
    happen: (stage, arm, how) => {
      const revision = revisionOf(stage, arm);
      if (revision !== undefined)
        stage.world.behaviours.forRevision(revision, behaviours[how as keyof typeof behaviours]);
    },
  },
  losePods: {
    weight: 4,
    draw: (random) => [random.pick(arms), 1 + random.integer(4)],
    happen: (stage, arm, count) => {
      const revision = revisionOf(stage, arm);
      if (revision !== undefined) stage.model.losePods(revision, Number(count));
    },
  },
  acknowledge: {
    weight: 4,
    draw: (random) => [random.pick(['true', 'true', 'never', 'oldGeneration'])],
    happen: ({ world }, mode) => world.gateway.acknowledge(mode as Acknowledging),
  },
  metrics: {
    weight: 5,
    draw: (random) => [random.pick(['answers', 'answers', 'harm', 'silent', 'nan', 'unreachable', 'slow'])],
    happen: ({ metrics }, mood) => {
      if (metrics) metrics.mood = mood as SourceMood;
    },
  },
  endpointsStandStill: {
    weight: 2,
    draw: (random) => [random.pick([2_000, 8_000])],
    happen: ({ world }, forMs) => {
      world.endpointSlices.stop();
      world.clock.after(Number(forMs), () => world.endpointSlices.resume());
    },
  },
  deploymentsStandStill: {
    weight: 1,
    draw: (random) => [random.pick([2_000, 8_000])],
    happen: ({ world }, forMs) => {
      world.deployments.stop();
      world.clock.after(Number(forMs), () => world.deployments.resume());
    },
  },
} satisfies Record<string, Happening>;

/** A network in some state. What is not named is without fault. */
const networks = {
  fine: {},
  lagging: { latencyMs: 40, watchLagMs: 600 },
  conflicts: { conflict: 0.3 },
  refusing: { throttled: 0.1, serverError: 0.2 },
  losing: { lost: 0.25, latencyMs: 20 },
  breaking: { watchBreaks: 1, watchBreaksWithinMs: 4_000, watchLagMs: 200 },
} satisfies Record<string, Partial<FaultRates>>;

/** What happens to the controllers and between them and the API server. */
export const processFaults = {
  network: {
    weight: 6,
    draw: (random) => [random.pick(Object.keys(networks))],
    happen: (stage, name) => stage.useNetwork(networks[name as keyof typeof networks]),
  },
  crash: {
    weight: 12,
    draw: (random) => [
      random.pick(['before', 'after']),
      1 + random.integer(8),
      random.integer(2),
      random.pick([50, 2_000, 9_000]),
    ],
    happen: (stage, moment, place, at, restartMs) => {
      const { controllers } = stage.world;
      const controller = controllers[Number(at) % Math.max(1, controllers.length)];
      if (!controller) return;
      let writes = 0;
      controller.link.crash = (when, { kind }) => {
        if (when !== moment || kind === 'Lease' || kind === 'Event') return false;
        writes += 1;
        if (writes !== place) return false;
        stage.kill(controllers.indexOf(controller), Number(restartMs));
        return true;
      };
    },
  },
  kill: {
    weight: 2,
    draw: (random) => [random.integer(2), random.pick([50, 2_000, 9_000])],
    happen: (stage, at, restartMs) => stage.kill(Number(at), Number(restartMs)),
  },
  /** Drawn on purpose, where there are others to go on: `withPartition`. */
  partition: {
    weight: 0,
    draw: (random) => [random.integer(3), random.pick([4_000, 12_000, 25_000])],
    happen: (stage, at, forMs) => stage.cutOff(Number(at), Number(forMs)),
  },
  dropWatches: {
    weight: 2,
    draw: (random) => [random.chance(0.5)],
    happen: (stage, forgets) => {
      stage.disturb(5_000);
      if (forgets) stage.world.server.compact();
      stage.world.server.endWatches();
    },
  },
  stepClocks: {
    weight: 1,
    draw: (random) => [random.pick([-30_000, -2_000, 2_000, 30_000])],
    happen: (stage, byMs) => stage.stepClocks(Number(byMs)),
  },
} satisfies Record<string, Happening>;
