import type { RolloutEvidence, RolloutMetric } from '../../api/model-rollout.ts';
import type { ArmCounts } from '../analysis/arm-counts.ts';
import { countsOf } from '../analysis/count-metric.ts';
import { cursorsOf } from '../analysis/evidence.ts';
import { isSuspected } from '../analysis/harm.ts';
import { percent } from '../analysis/words.ts';
import { nextWeight } from '../statistics/adaptive-weight.ts';
import { upperRateBound } from '../statistics/rate-bounds.ts';
import { toMs } from '../time.ts';
import { type GateCheck, hasAppliedSplit, hasFittingShare, isNotPaused, obstacleTo } from './gate.ts';
import { isAsked } from './evidence.ts';
import { boundError, spentInWords } from './loss-budget.ts';
import { type AdaptiveStep, adaptiveStep, adaptiveWeights } from './plan.ts';
import { knownEvidence, type RolloutContext } from './rollout-context.ts';

/**
 * The share that an adaptive step gives next: the largest whose possible loss until the next look stays within `lossBudget`, for every
 * metric that counts. Where none does, it grows once in each `hold`. Undefined while it may not grow: until one look at the present one,
 * while harm is suspected, or when the budget is spent.
 */
export function chosenWeight(context: RolloutContext): number | undefined {
  const { status, spec } = context.rollout;
  const step = adaptiveStep(spec.plan, status);
  if (!step || status.weight >= step.max || obstacleTo(mayGrow, context)) return undefined;
  const wish = isCounted(context) ? affordableWeight(context, step) : weightAfterHold(context, step);
  return weightUpTo(wish, status.weight, step);
}

/** The largest weight up to the wished one that a router can express; undefined where it is hardly more than the present one. */
export function weightUpTo(wish: number, weight: number, step: AdaptiveStep): number | undefined {
  const least = Math.min(step.max, leastGrowth * weight);
  return adaptiveWeights(step).findLast((each) => each >= least && each <= wish + rounding);
}

/** A raise by less is not worth a write of the route, and another look before the next one. */
const leastGrowth = 1.2;

/** A weight has one decimal; what is computed in percent may miss it by the last bits. */
const rounding = 1e-9;

/** The largest weight that may follow by `growth` alone; the smallest ones need more to reach the next that a router can express. */
const grown = (weight: number, { growth }: AdaptiveStep): number => Math.max(growth * weight, weight + 0.1);

const isCounted = (context: RolloutContext): boolean =>
  isAsked(context) &&
  context.rollout.spec.analysis.metrics.some(({ kind, dryRun }) => kind !== 'query' && !dryRun);

/** One whole scrape interval of the present split was counted, and the source speaks now (law 9). */
const hasBeenSeen: GateCheck = (context) => {
  if (!isAsked(context)) return undefined;
  const { judgement, world, rollout } = context;
  const seenMs = judgement ? cursorsOf(judgement.evidence).requestsMs : 0;
  const wantedMs = (toMs(rollout.status.step.appliedAt) ?? world.nowMs) + world.analysis.scrapeIntervalMs;
  const isSeen = isCounted(context)
    ? seenMs >= wantedMs && (judgement?.verdict === 'Pass' || judgement?.verdict === 'Inconclusive')
    : judgement?.verdict === 'Pass';
  return isSeen ? undefined : { message: 'the weight was not looked at yet' };
};

const isNotSuspected: GateCheck = ({ rollout: { spec }, judgement }) =>
  judgement && isSuspected(judgement.evidence.metrics, spec.analysis)
    ? { message: 'harm is suspected' }
    : undefined;

const isWithinBudget: GateCheck = (context) => {
  const message = spentInWords(context);
  return message === undefined ? undefined : { message };
};

const mayGrow: readonly GateCheck[] = [
  isNotPaused,
  hasAppliedSplit,
  hasBeenSeen,
  hasFittingShare,
  isNotSuspected,
  isWithinBudget,
];

function weightAfterHold(context: RolloutContext, step: AdaptiveStep): number {
  const { weight } = context.rollout.status;
  const isOver = context.world.nowMs >= (growsAtMs(context) ?? Infinity);
  return isOver ? Math.min(step.max, grown(weight, step)) : weight;
}

/** When time alone makes the weight grow, because nobody counts requests. */
export function growsAtMs(context: RolloutContext): number | undefined {
  const { spec, status } = context.rollout;
  const step = adaptiveStep(spec.plan, status);
  const sinceMs = toMs(status.step.appliedAt);
  if (!step || sinceMs === undefined || status.weight >= step.max || isCounted(context)) return undefined;
  return sinceMs + step.holdMs;
}

/** Over all metrics that count, the most careful answer (reference, section 6.4). */
function affordableWeight({ world, rollout, judgement }: RolloutContext, step: AdaptiveStep): number {
  const { status, spec } = rollout;
  const { scrapeIntervalMs } = world.analysis;
  // What the next weight costs is scraped, and then looked at.
  const untilLookMs = scrapeIntervalMs + (spec.analysis.intervalMs ?? scrapeIntervalMs);
  const evidence = judgement?.evidence;
  const weights = spec.analysis.metrics.flatMap((metric) => {
    const known = evidence && knownOf(evidence, metric);
    if (!known) return [];
    return affordableBy(known, known.perMs * untilLookMs, status.weight, step);
  });
  return weights.length === 0 ? status.weight : Math.min(...weights);
}

/** By what one metric counted of both arms, with so many requests of both until the next look. */
export function affordableBy(
  { candidate, stable }: ArmCounts,
  requests: number,
  weight: number,
  step: AdaptiveStep,
): number {
  const next = nextWeight({
    weight: weight / 100,
    requests,
    upperRate: upperRateBound(candidate, boundError),
    stableRate: stable.requests > 0 ? stable.bad / stable.requests : 0,
    lossBudget: step.lossBudget,
    growth: grown(weight, step) / weight,
    min: step.start / 100,
    max: step.max / 100,
  });
  return 100 * next;
}

/** What both arms had in the whole rollout, and the requests of both in one millisecond of this step. */
function knownOf(evidence: RolloutEvidence, { name, kind, dryRun }: RolloutMetric) {
  const known = evidence.metrics[name];
  if (kind === 'query' || dryRun || !known?.whole) return undefined;
  const { requestsMs, latencyMs } = cursorsOf(evidence);
  const spanMs = (kind === 'latency' ? latencyMs : requestsMs) - evidence.sinceMs;
  const { candidate, stable } = countsOf(known);
  const requests = candidate.requests + stable.requests;
  return spanMs > 0 && requests > 0 ? { ...known.whole, perMs: requests / spanMs } : undefined;
}

/** Why the weight is raised to the one that was chosen: the end of a sentence, for the record. */
export function choiceInWords(context: RolloutContext): string {
  const { spec, status } = context.rollout;
  const step = adaptiveStep(spec.plan, status);
  const bounds = Object.entries(knownEvidence(context)?.metrics ?? {}).flatMap(([name, { whole }]) =>
    whole && whole.candidate.requests > 0
      ? [`${name}: at most ${percent(upperRateBound(whole.candidate, boundError))} bad`]
      : [],
  );
  if (!step || bounds.length === 0) return '';
  return `; ${bounds.join(', ')}, so that until the next look no more than ${step.lossBudget} bad requests are risked`;
}
