import type { Metric } from '../../../api/analysis.ts';
import type { ModelDeploymentSpec } from '../../../api/model-deployment.ts';
import type { Sticky } from '../../../api/strategy/canary.ts';
import type { TesterMatch } from '../../../api/strategy/match.ts';
import type { Step } from '../../../api/strategy/step.ts';
import { planDefaults } from '../../../api/step-defaults.ts';
import { durationText, type SourceNode } from '../source-node.ts';
import { needsPartialMirror } from '../traffic.ts';
import { valueMatch } from '../value-match.ts';
import type { CanaryMetrics } from './canary-metrics.ts';
import type { Confirmations } from './canary-hooks.ts';

/** The most steps of a plan, and the most metrics of one place. */
const mostSteps = 30;
const mostMetrics = 8;

interface PlanContext {
  metrics: CanaryMetrics;
  confirmations: Confirmations;
  hasGateway: boolean;
}

/** Strategy and metrics of a ModelDeployment. */
export type CanaryPlan = Pick<ModelDeploymentSpec, 'strategy'> & { metrics: Metric[] };

/** Reads which strategy `analysis` stands for: testers, copies or a switch by `iterations`, otherwise weights. */
export function canaryPlan(analysis: SourceNode, context: PlanContext): CanaryPlan {
  const intervalMs = intervalOf(analysis);
  const iterations = iterationsOf(analysis);
  const { compared, queries } = context.metrics;
  const metrics = [...compared, ...queries];
  if (iterations === undefined) {
    const steps = weightSteps(analysis, intervalMs, context);
    const sticky = stickyOf(analysis.at('sessionAffinity'), context.hasGateway);
    return {
      strategy: {
        canary: { ...(steps.length > 0 && { steps: framed(steps, context.confirmations) }), ...sticky },
      },
      metrics,
    };
  }
  const durationMs = iterations * intervalMs;
  const match = testersOf(analysis.at('match'), context.hasGateway);
  analysis.at('sessionAffinity').dropped('clients are told apart by what they ask for, or move all at once');
  if (match) {
    const steps = framed([{ match, hold: durationText(durationMs) }], context.confirmations);
    return { strategy: { canary: { steps } }, metrics };
  }
  const mirror = analysis.at('mirror');
  const percent = mirrorPercent(analysis);
  if (mirror.flag() === true && context.hasGateway) {
    const duration = durationText(durationMs);
    // A shadow has no place where a person is waited for.
    if (context.confirmations.before || context.confirmations.after) {
      const steps = framed([{ mirror: { ...percent, duration } }], context.confirmations);
      return { strategy: { canary: { steps } }, metrics };
    }
    mirror.changed(
      'at least 1000 copies are compared before the promotion: shadow.minRequests says otherwise',
    );
    return { strategy: { shadow: { ...percent, duration, then: 'promote' } }, metrics };
  }
  if (mirror.raw === true) mirror.dropped(needsGateway('requests are copied'));
  return blueGreen(analysis, durationMs, context);
}

/** How often a canary without weights is looked at; undefined: it has weights. */
export function iterationsOf(analysis: SourceNode): number | undefined {
  const iterations = analysis.at('iterations').number();
  return iterations !== undefined && iterations > 0 ? iterations : undefined;
}

/** How often a Canary is looked at, in milliseconds. */
export const intervalOf = (analysis: SourceNode): number => analysis.at('interval').durationMs() ?? 60_000;

const needsGateway = (what: string): string =>
  `${what} by a gateway, and none is known: --gateway NAMESPACE/NAME names one`;

function blueGreen(
  analysis: SourceNode,
  durationMs: number,
  { metrics, confirmations }: PlanContext,
): CanaryPlan {
  const { compared, queries } = metrics;
  if (compared.length > 0) {
    analysis
      .at('metrics')
      .saidOf(
        'changed',
        'before the switch no requests come through the gateway: what is counted there is asked during the bake',
      );
  }
  if (queries.length > mostMetrics)
    analysis
      .at('metrics')
      .saidOf('changed', `an analysis has at most ${mostMetrics} metrics; the others are left out`);
  const own = queries.slice(0, mostMetrics);
  return {
    strategy: {
      blueGreen: {
        preAnalysis: { hold: durationText(durationMs), ...(own.length > 0 && { metrics: own }) },
        ...(confirmations.before || confirmations.after ? { promotion: 'manual' as const } : {}),
      },
    },
    metrics: compared,
  };
}

/** Copies first, then one weight after another. */
function weightSteps(
  analysis: SourceNode,
  intervalMs: number,
  { hasGateway, confirmations }: PlanContext,
): Step[] {
  const mirror = analysis.at('mirror');
  const percent = mirrorPercent(analysis);
  const steps: Step[] = [];
  if (mirror.flag() === true) {
    if (hasGateway) steps.push({ mirror: { ...percent, duration: durationText(intervalMs) } });
    else mirror.dropped(needsGateway('requests are copied'));
  }
  analysis.at('match').dropped('requests of testers are told apart where there are iterations');
  const hold = durationText(intervalMs);
  const { before, each, after } = confirmations;
  const named = weightsOf(analysis, each ? mostSteps / 2 : mostSteps);
  if (named.length === 0) {
    analysis.saidOf('changed', 'it names no weights: the default plan of 5, 25 and 50 % holds');
    if (steps.length === 0 && !before && !each && !after) return [];
  }
  // Where more is to happen than that, the plan has to be written down.
  const weights = named.length > 0 ? named : planDefaults.weights;
  return [
    ...steps,
    ...weights.flatMap((weight): Step[] => [{ weight, hold }, ...(each ? [{ pause: {} }] : [])]),
  ];
}

function mirrorPercent(analysis: SourceNode): { percent?: number } {
  const node = analysis.at('mirrorWeight');
  const weight = node.number();
  if (weight === undefined || weight < 1 || weight >= 100) return {};
  node.changed(needsPartialMirror);
  return { percent: Math.round(weight) };
}

/** The weights in percent, as far as they rise and say something new. */
function weightsOf(analysis: SourceNode, mostWeights: number): number[] {
  const full = analysis.at('fullWeight').number() ?? 100;
  const most = analysis.at('maxWeight').number() ?? full;
  const step = analysis.at('stepWeight').number();
  const listed = analysis
    .at('stepWeights')
    .items()
    .map((node) => node.number() ?? 0);
  analysis
    .at('stepWeightPromotion')
    .dropped('a promotion changes roles: no pods are replaced, and nothing is moved by steps');
  const all = listed.length > 0 ? listed : step !== undefined && step > 0 ? linear(step, most) : [];
  if (all.length === 0) return [];
  const last = all.findIndex((weight) => weight >= most);
  const rising = (last < 0 ? all : all.slice(0, last + 1))
    .map((weight) => Math.round((weight / full) * 1000) / 10)
    .filter((weight, index, weights) => weight > (weights[index - 1] ?? 0) && weight < 100);
  if (rising.length <= mostWeights) return rising;
  const every = Math.ceil(rising.length / mostWeights);
  analysis.saidOf(
    'changed',
    `${rising.length} weights are more than a plan has steps: every ${every === 2 ? 'second' : `${every}th`} is taken`,
  );
  return rising.filter((_, index) => index % every === 0);
}

/** Rises until it reaches the most. */
function linear(step: number, most: number): number[] {
  const count = Math.min(1_000, Math.max(1, Math.ceil(most / step)));
  return Array.from({ length: count }, (_, index) => (index + 1) * step);
}

/** Pauses for those who confirm before and after. */
const framed = (steps: readonly Step[], { before, after }: Confirmations): Step[] => [
  ...(before ? [{ pause: {} }] : []),
  ...steps,
  ...(after && !steps.at(-1)?.pause ? [{ pause: {} }] : []),
];

/** The first of the matches: either may stand for testers. */
function testersOf(node: SourceNode, hasGateway: boolean): TesterMatch | undefined {
  const [first, ...others] = node.items();
  if (!first) return undefined;
  if (!hasGateway) {
    node.dropped(needsGateway('testers are told apart'));
    return undefined;
  }
  for (const other of others)
    other.dropped('a match has one rule here; either may stand for testers, so the first is taken');
  const headers = first
    .at('headers')
    .entries()
    .flatMap(([name, value]) => {
      const match = valueMatch(value);
      if (!match) value.dropped('neither exact, regex, prefix nor suffix is given');
      return match ? [{ name, ...match }] : [];
    });
  first.at('sourceLabels').dropped('pods of clients are not told apart by a gateway');
  return headers.length > 0 ? { headers } : undefined;
}

function stickyOf(node: SourceNode, hasGateway: boolean): { sticky?: Sticky } {
  if (!node.isPresent) return {};
  if (!hasGateway) {
    node.dropped(needsGateway('clients stay with a revision'));
    return {};
  }
  const name = node.at('cookieName').text() ?? 'understudy';
  const maxAgeMs = node.at('maxAge').durationMs();
  node.at('primaryCookieName').dropped('one cookie holds clients of either revision');
  node.saidOf(
    'changed',
    'the gateway needs session persistence; where it has none, no rollout begins, and a condition says so',
  );
  return { sticky: { cookie: { name, ...(maxAgeMs !== undefined && { maxAge: durationText(maxAgeMs) }) } } };
}
