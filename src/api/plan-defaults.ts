import type { Metric } from './analysis.ts';
import { parseDuration } from './duration.ts';
import type { ModelDeploymentSpec } from './model-deployment.ts';
import type { RolloutAnalysis, RolloutMetric } from './model-rollout.ts';
import type { RolloutPlan, RolloutStep } from './rollout-plan.ts';
import type { BlueGreen } from './strategy/blue-green.ts';
import type { Canary, Sticky } from './strategy/canary.ts';
import type { Shadow } from './strategy/shadow.ts';
import {
  mirrorMaxHoldMs,
  planDefaults as defaults,
  resolveAdaptive,
  inlined,
  resolveMetric,
  resolveStep,
} from './step-defaults.ts';
import type { Step } from './strategy/step.ts';

/** The part of a rollout's plan that the strategy decides on. */
export type StrategyPlan = Required<
  Pick<RolloutPlan, 'strategy' | 'steps' | 'end' | 'stableScale' | 'bakeMs' | 'holdBack'>
> &
  Pick<RolloutPlan, 'sticky'>;

/** The place of the bake in a plan: behind the steps comes the promotion, and behind that the bake. */
export const bakePlace = ({ steps }: Pick<RolloutPlan, 'steps'>): number => steps.length + 1;

/** Metrics of one place, or of several: where none is named, a metric is asked everywhere. */
interface PlacedMetrics {
  metrics: Metric[] | undefined;
  places: number[];
}

interface Resolved {
  plan: StrategyPlan;
  own: PlacedMetrics[];
}

/** The plan and the metrics of a spec's strategy; every metric that belongs to some places only knows them. */
export function resolveStrategy(
  strategy: ModelDeploymentSpec['strategy'] = {},
  analysis: Pick<RolloutAnalysis, 'minRequests'>,
): { plan: StrategyPlan; metrics: RolloutMetric[] } {
  const { plan, own } = strategy.blueGreen
    ? resolveBlueGreen(strategy.blueGreen)
    : strategy.shadow
      ? resolveShadow(strategy.shadow, analysis)
      : resolveCanary(strategy.canary ?? {}, analysis);
  const metrics = own.flatMap(({ metrics = [], places }) =>
    inlined(metrics).map((metric) => ({ ...resolveMetric(metric), places })),
  );
  return { plan, metrics };
}

function resolveCanary(
  { steps, adaptive, metrics, sticky, stableScale, bake }: Canary,
  analysis: Pick<RolloutAnalysis, 'minRequests'>,
): Resolved {
  const given = adaptive ? [] : (steps ?? defaultSteps());
  const planned = adaptive ? [resolveAdaptive(adaptive)] : given.map((step) => resolveStep(step, analysis));
  const plan: StrategyPlan = {
    strategy: 'canary',
    steps: planned,
    end: 'promote',
    stableScale: stableScale ?? defaults.stableScale,
    bakeMs: parseDuration(bake?.duration ?? defaults.bake),
    holdBack: bake?.holdBack ?? 0,
    ...(sticky && { sticky: resolveSticky(sticky) }),
  };
  return {
    plan,
    own: [
      ...ownOfSteps(given, 0),
      { metrics, places: planned.map((_step, index) => index) },
      { metrics: bake?.metrics, places: [bakePlace(plan)] },
    ],
  };
}

/** Preview, then the person's word or the delay, then all the pods; the switch itself is the promotion. */
function resolveBlueGreen({
  previewReplicas,
  preAnalysis,
  promotion,
  promotionDelay,
  postAnalysis,
  bake,
}: BlueGreen): Resolved {
  const holdMs = parseDuration(preAnalysis?.hold ?? '0s');
  const maxHoldMs = parseDuration(preAnalysis?.maxHold ?? defaults.maxHold);
  const preview: RolloutStep = {
    kind: 'preview',
    ...(previewReplicas !== undefined && { replicas: previewReplicas }),
    holdMs,
    maxHoldMs: preAnalysis?.maxHold === undefined ? Math.max(maxHoldMs, holdMs) : maxHoldMs,
  };
  const wait: RolloutStep[] =
    promotion === 'manual'
      ? [{ kind: 'pause' }]
      : promotionDelay === undefined
        ? []
        : [{ kind: 'pause', durationMs: parseDuration(promotionDelay) }];
  const plan: StrategyPlan = {
    strategy: 'blueGreen',
    steps: [preview, ...wait],
    end: 'promote',
    stableScale: 'keep',
    bakeMs: parseDuration(bake?.duration ?? defaults.bake),
    holdBack: 0,
  };
  const places = [bakePlace(plan)];
  return {
    plan,
    own: [
      { metrics: preAnalysis?.metrics, places: [0] },
      { metrics: postAnalysis?.metrics, places },
      { metrics: bake?.metrics, places },
    ],
  };
}

function resolveShadow(
  { percent, duration, maxHold, minRequests, metrics, then = 'stop', steps, bake }: Shadow,
  analysis: Pick<RolloutAnalysis, 'minRequests'>,
): Resolved {
  const mirror: RolloutStep = {
    kind: 'mirror',
    percent: percent ?? 100,
    durationMs: parseDuration(duration ?? defaults.shadow),
    minRequests: minRequests ?? defaults.shadowRequests,
    maxHoldMs: mirrorMaxHoldMs(maxHold, duration ?? defaults.shadow),
  };
  const following = then === 'canary' ? (steps ?? defaultSteps()) : [];
  const plan: StrategyPlan = {
    strategy: 'shadow',
    steps: [mirror, ...following.map((step) => resolveStep(step, analysis))],
    end: then === 'stop' ? 'stop' : 'promote',
    stableScale: 'keep',
    bakeMs: parseDuration(bake?.duration ?? defaults.bake),
    holdBack: 0,
  };
  return {
    plan,
    own: [
      { metrics, places: [0] },
      ...ownOfSteps(following, 1),
      { metrics: bake?.metrics, places: [bakePlace(plan)] },
    ],
  };
}

const defaultSteps = (): Step[] => defaults.weights.map((weight) => ({ weight }));

const ownOfSteps = (steps: readonly Step[], first: number): PlacedMetrics[] =>
  steps.map(({ metrics }, index) => ({ metrics, places: [first + index] }));

function resolveSticky({ cookie, header }: Sticky): NonNullable<RolloutPlan['sticky']> {
  if (!cookie) return { kind: 'header', name: header ?? '' };
  const { name, maxAge } = cookie;
  return { kind: 'cookie', name, ...(maxAge !== undefined && { maxAgeMs: parseDuration(maxAge) }) };
}
