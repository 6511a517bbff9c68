import type { RolloutVerb } from '../../api/rollout-action.ts';
import { nameOf, resourceKinds } from '../../kubernetes/resource.ts';
import type { Happening } from './happening.ts';
import {
  type RouterName,
  specOf,
  strategiesFor,
  strategyOf,
  type StrategyName,
  templateOf,
  trafficOf,
} from './setting.ts';
import type { Stage } from './stage.ts';

const release = ({ model }: Stage, version: string): void =>
  model.edit((spec) => ({
    ...spec,
    model: { ...spec.model, version },
    serving: { workload: { template: templateOf(version) } },
  }));

const asked = [
  'promote',
  'promote full',
  'pause',
  'resume',
  'abort',
  'retry',
  'rollback',
  'skip',
  'restart',
  'restart candidate',
];
/** Shorter than everything needs to come to rest: an action that goes away then is no unrest. */
export const actionTtl = '15s';
const needRollout: ReadonlySet<RolloutVerb> = new Set(['promote', 'skip', 'abort']);

/** What people do to the spec, and ask for. */
export const wishes = {
  release: {
    weight: 12,
    wish: true,
    draw: (random, { analysis }) => [
      random.pick(analysis ? ['b', 'b', 'c', 'd', 'harmful', 'broken'] : ['b', 'b', 'c', 'd', 'broken']),
    ],
    happen: (stage, version) => release(stage, String(version)),
  },
  /** Back to what users have. */
  revert: {
    weight: 3,
    wish: true,
    happen: (stage) => {
      const version = stage.model.status.stable?.model?.version;
      if (version !== undefined) release(stage, version);
    },
  },
  /** The one that failed last, once more. */
  tryAgain: {
    weight: 2,
    wish: true,
    happen: (stage) => {
      const failed = stage.model.rollouts.findLast(({ status }) => status?.remembered);
      const version = failed?.spec.to.model?.version;
      if (version !== undefined) release(stage, version);
    },
  },
  scale: {
    weight: 4,
    wish: true,
    draw: (random) => [random.integer(6)],
    happen: ({ model }, replicas) => model.scale(Number(replicas)),
  },
  pause: {
    weight: 3,
    wish: true,
    draw: (random) => [random.chance(0.4)],
    happen: ({ model }, paused) => model.pause(Boolean(paused)),
  },
  switchStrategy: {
    weight: 2,
    wish: true,
    draw: (random, { router }) => [random.pick(strategiesFor(router))],
    happen: ({ model }, name) =>
      model.edit((spec) => ({ ...spec, strategy: strategyOf(name as StrategyName) })),
  },
  switchRouter: {
    weight: 1,
    wish: true,
    draw: (random) => [random.pick(['gateway', 'service'])],
    happen: ({ model }, name) => model.edit((spec) => ({ ...spec, traffic: trafficOf(name as RouterName) })),
  },
  changeDrain: {
    weight: 1,
    wish: true,
    draw: (random) => [random.pick(['1s', '4s', '12s'])],
    happen: ({ model }, drain) => model.edit((spec) => ({ ...spec, drain: String(drain) })),
  },
  changeDeadline: {
    weight: 1,
    wish: true,
    draw: (random) => [random.pick(['5s', '20s'])],
    happen: ({ model }, deadline) => model.edit((spec) => ({ ...spec, progressDeadline: String(deadline) })),
  },
  /** A RolloutAction about what the status shows at that moment. */
  ask: {
    weight: 8,
    wish: true,
    draw: (random) => [random.pick(asked), random.integer(1_000_000)],
    happen: ({ model }, what, number) => {
      const { candidate, status } = model;
      const [verb, how] = String(what).split(' ') as [RolloutVerb, string | undefined];
      if (!status.rollout && needRollout.has(verb)) return;
      model.ask(verb, {
        name: `ask-${number}`,
        requestedBy: 'alice',
        ttl: actionTtl,
        ...(how === 'full' && { full: true }),
        ...(how === 'candidate' && candidate !== undefined && { revision: candidate }),
      });
    },
  },
  recreate: {
    weight: 1,
    wish: true,
    draw: (random) => [random.pick(['a', 'b', 'c'])],
    happen: ({ model, setting }, version) => {
      model.remove();
      model.create(specOf(setting, String(version)));
    },
  },
} satisfies Record<string, Happening>;

/** What people do by hand to objects that are the controller's. */
export const handiwork = {
  editRoute: {
    weight: 6,
    draw: (random) => [random.pick([0, 1, 30, 70, 100])],
    happen: ({ model }, percent) => {
      const { stable, candidate } = model;
      if (!model.route || candidate === undefined) return;
      model.editRoute({ [stable]: 100 - Number(percent), [candidate]: Number(percent) });
    },
  },
  deleteRoute: {
    weight: 2,
    happen: ({ model }) => {
      if (model.route) model.deleteRoute();
    },
  },
  deleteApex: {
    weight: 2,
    happen: ({ model, world }) => {
      if (world.server.find(resourceKinds.service, model.key)) model.deleteApex();
    },
  },
  loseStatus: { weight: 2, happen: ({ model }) => model.loseStatus() },
  deleteNewestRecord: {
    weight: 1,
    happen: ({ model, world }) => {
      const newest = model.rollouts.at(-1);
      if (!newest) return;
      const { namespace } = nameOf(model.key);
      world.as('alice').delete(resourceKinds.modelRollout, { namespace, name: newest.metadata.name });
    },
  },
  annotate: {
    weight: 1,
    happen: ({ model, world }) => {
      const { route } = model;
      if (!route) return;
      const annotations = { ...route.metadata.annotations, 'example.com/note': 'ask alice first' };
      world.as('alice').replace({ ...route, metadata: { ...route.metadata, annotations } });
    },
  },
} satisfies Record<string, Happening>;
