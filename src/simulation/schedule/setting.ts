import type { ModelDeploymentSpec } from '../../api/model-deployment.ts';
import type { Strategy } from '../../api/strategy/strategy.ts';
import type { Traffic } from '../../api/traffic.ts';
import type { TargetMood } from '../outside/service-mood.ts';
import type { Random } from '../random.ts';
import { type DrawnTarget, drawLastTargets, drawTargets } from './drawn-targets.ts';
import { type DrawnGate, drawGates, drawLastWord, type LastWord } from './drawn-gates.ts';

/** What a schedule is played on: everything that is fixed before its first event. Plain JSON. */
export interface Setting {
  strategy: StrategyName;
  router: RouterName;
  replicas: number;
  /** Whether gates ask a metric. */
  analysis: boolean;
  controllers: Controllers;
  /** Whether there is another ModelDeployment beside it that no controller can read. */
  neighbour: boolean;
  /** Checks of the user's own, outside of the metrics. */
  gates: DrawnGate[];
  lastWord: LastWord;
  /** Who is told of rollouts. */
  targets: DrawnTarget[];
  lastTargets: TargetMood;
  /** How long a controller rests between two passes, in milliseconds: what happens meanwhile is seen in one. */
  paceMs: number;
  /** For how long the world goes on after the last event before all faults end, in milliseconds. */
  lastsMs: number;
  /** What the last release is like, when all faults are over. */
  finale: 'good' | 'harmful' | 'broken' | 'revert';
  /** By which plan: that of the setting, or a short one of its own, since what counts is where it ends. */
  finalPlan: StrategyName;
}

export type Controllers =
  /** One that leads without asking. */
  | 'one'
  /** Two that ask for the Lease. */
  | 'elected'
  /** Three that share the shards, each with another setting. */
  | 'sharded'
  /** Two that both believe they lead. */
  | 'both';

export type RouterName = 'gateway' | 'service';

/** Short holds: what counts is what happens at each place of a plan, not how long it is there. */
const hold = '2s';
const bake = { duration: '2s' };
const strategies = {
  canary: { canary: { steps: [20, 50].map((weight) => ({ weight, hold })), bake } },
  adaptive: { canary: { adaptive: { start: 20, max: 60, growth: 2, hold }, bake } },
  pausing: { canary: { steps: [{ weight: 30, hold }, { pause: { duration: '2s' } }], bake } },
  scaling: { canary: { steps: [{ scale: { percent: 100 } }, { weight: 40, hold }], bake } },
  following: { canary: { steps: [{ weight: 50, hold }], stableScale: 'follow', bake } },
  holdingBack: { canary: { steps: [{ weight: 50, hold }], bake: { ...bake, holdBack: 20 } } },
  blueGreen: { blueGreen: { bake } },
  testers: {
    canary: {
      steps: [
        { match: { headers: [{ name: 'x-tester', value: 'true' }] }, hold },
        { weight: 50, hold },
      ],
      bake,
    },
  },
  mirroring: {
    canary: {
      steps: [{ mirror: { percent: 100, duration: '2s', minRequests: 0 } }, { weight: 50, hold }],
      bake,
    },
  },
  short: { canary: { steps: [{ weight: 50, hold: '1s' }], bake: { duration: '1s' } } },
  shadow: { shadow: { duration: '2s', minRequests: 0, then: 'promote', bake } },
} satisfies Record<string, Strategy>;
export type StrategyName = keyof typeof strategies;

export const strategyNames = Object.keys(strategies) as StrategyName[];
/** Plans that need nothing of a router but to shift traffic. */
const plainNames: StrategyName[] = [
  'canary',
  'short',
  'adaptive',
  'pausing',
  'scaling',
  'following',
  'holdingBack',
  'blueGreen',
];
export const strategyOf = (name: StrategyName): Strategy => strategies[name];

/** The strategies that a router can carry out. */
export const strategiesFor = (router: RouterName): readonly StrategyName[] =>
  router === 'gateway' ? strategyNames : plainNames;

const traffics = {
  gateway: {
    gatewayAPI: { parentRefs: [{ name: 'public', namespace: 'gateway' }], hostnames: ['model.example.com'] },
  },
  service: { service: {} },
} satisfies Record<RouterName, Traffic>;
export const trafficOf = (router: RouterName): Traffic => traffics[router];

export function drawSetting(random: Random): Setting {
  const router = random.chance(0.75) ? 'gateway' : 'service';
  const analysis = random.chance(0.7);
  const strategy = random.chance(0.4) ? 'canary' : random.pick(strategiesFor(router));
  const replicas = random.pick([1, 1, 2, 3]);
  const drawn = random.pick(['one', 'one', 'one', 'elected', 'both'] as const);
  const controllers = drawn === 'elected' && random.fork('shards').chance(0.2) ? 'sharded' : drawn;
  // Two that see different things undo each other's status as fast as they can, for as long as both lead: nothing else is learnt from that.
  const leastPaceMs = controllers === 'both' ? 100 : 0;
  return {
    router,
    strategy,
    replicas,
    analysis,
    controllers,
    paceMs: Math.max(leastPaceMs, random.pick([0, 100, 100, 250, 250, 250, 500, 500, 500, 500])),
    neighbour: random.chance(0.25),
    gates: drawGates(random.fork('gates')),
    lastWord: drawLastWord(random.fork('lastWord')),
    targets: drawTargets(random.fork('targets')),
    lastTargets: drawLastTargets(random.fork('lastTargets')),
    // What the last event has begun is under way by then, or has had its consequences.
    lastsMs: random.pick([500, 1_500, 4_000]),
    finale: random.pick(
      // To go back is the shortest end.
      analysis
        ? ['good', 'good', 'harmful', 'broken', 'revert', 'revert', 'revert', 'revert']
        : ['good', 'broken', 'revert', 'revert'],
    ),
    finalPlan: random.chance(0.1) ? strategy : 'short',
  };
}

/** Versions of the model by what they are like. */
export const firstVersion = 'a';
/** What the last wish asks for; `served` is what users have. */
export const finalVersionOf = ({ finale }: Setting, served: string): string =>
  finale === 'revert' ? served : `${finale}-final`;
export const isHarmful = (version: string): boolean => version.startsWith('harmful');
export const brokenImage = 'example.com/model:broken';

/** The last wish. */
export const finalSpecOf = (setting: Setting, version: string): ModelDeploymentSpec => ({
  ...specOf(setting, version),
  strategy: strategyOf(setting.finalPlan),
});

export function specOf(setting: Setting, version: string): ModelDeploymentSpec {
  const metric = {
    name: 'harm',
    kind: 'query' as const,
    query: 'harm{revision="{{ candidate.revision }}"}',
    pass: 'result < 1.0',
  };
  return {
    replicas: setting.replicas,
    drain: '2s',
    progressDeadline: '20s',
    revisionHistoryLimit: 2,
    model: { name: 'model', version },
    serving: { workload: { template: templateOf(version) } },
    traffic: trafficOf(setting.router),
    strategy: strategyOf(setting.strategy),
    ...(setting.analysis && { analysis: { metrics: [metric] } }),
    ...(setting.gates.length > 0 && { gates: setting.gates.map(({ gate }) => gate) }),
    ...(setting.targets.length > 0 && { notifications: setting.targets.map(({ target }) => target) }),
  };
}

/** The version is the model's; its image says only whether it can be pulled. */
export const templateOf = (version: string) => ({
  spec: {
    terminationGracePeriodSeconds: 2,
    containers: [
      {
        name: 'server',
        image: version.startsWith('broken') ? brokenImage : 'example.com/model:good',
        ports: [{ name: 'http', containerPort: 8080 }],
      },
    ],
  },
});
