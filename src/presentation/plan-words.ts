import { formatDuration } from '../api/duration-text.ts';
import type { ModelRollout, ModelRolloutStatus, RolloutPlan, RolloutStep } from '../api/model-rollout.ts';
import { promotedWeight, stepSinceMs } from '../domain/strategy/plan.ts';
import { ageWords, shareWords } from './words.ts';

/** The elements of a plan in words. */

const duration = (ms: number): string => formatDuration(ms);

/** What a step does, and what it is left by. */
export function stepWords(step: RolloutStep): string {
  switch (step.kind) {
    case 'weight':
      return `weight ${shareWords(step.weight)}, hold ${duration(step.holdMs)}`;
    case 'adaptive':
      return `weight ${shareWords(step.start)} to ${shareWords(step.max)} by evidence, may cost ${step.lossBudget} bad requests, hold ${duration(step.holdMs)}`;
    case 'pause':
      return pauseWords(step);
    case 'match':
      return step.matches.length > 0
        ? `testers only, hold ${duration(step.holdMs)}`
        : `testers are sent back, hold ${duration(step.holdMs)}`;
    case 'mirror':
      return `copies of ${shareWords(step.percent)} of the requests, ${duration(step.durationMs)}${step.minRequests > 0 ? ` and ${step.minRequests} requests` : ''}`;
    case 'scale':
      return `scale the candidate ${scaleWords(step)}`;
    case 'preview':
      return `preview, hold ${duration(step.holdMs)}`;
  }
}

function pauseWords({ durationMs, approvals }: Extract<RolloutStep, { kind: 'pause' }>): string {
  if (approvals !== undefined) return `pause until ${approvals} people approve`;
  return durationMs === undefined ? 'pause until somebody promotes' : `pause ${duration(durationMs)}`;
}

function scaleWords({ replicas, percent }: Extract<RolloutStep, { kind: 'scale' }>): string {
  if (replicas !== undefined) return `to ${replicas} pods`;
  return percent === undefined ? 'as its weight takes' : `to ${percent} % of the replicas`;
}

/** Where an element of the plan stands. */
export type Place = 'done' | 'here' | 'ahead' | 'failed' | 'never';

/** An element of the plan: its steps, then the promotion and the bake. */
export interface PlaceInPlan {
  /** Of a step: its number, from 1 as messages have it. */
  number?: number;
  words: string;
  place: Place;
  /** What is known of it by now. */
  note?: string;
}

/** The whole course of a rollout, and where it is. */
export function courseOf({ spec: { plan }, status }: ModelRollout, nowMs: number): PlaceInPlan[] {
  const at = positionOf(plan, status);
  const ended = status?.phase === 'Ended' || status?.phase === 'Returning';
  const good = status?.outcome === 'Promoted' || status?.outcome === 'Completed';
  const all: { words: string; number?: number }[] = [
    { words: 'prepare: pods, and the route at weight 0' },
    ...plan.steps.map((step, index) => ({ number: index + 1, words: stepWords(step) })),
    ...endWords(plan).map((words) => ({ words })),
  ];
  return all.map((one, index) => {
    if (good || index < at) return { ...one, place: 'done' };
    if (index > at) return { ...one, place: ended ? 'never' : 'ahead' };
    if (ended) return { ...one, place: 'failed' };
    const note = status && noteOf(plan, status, nowMs);
    return { ...one, place: 'here', ...(note !== undefined && { note }) };
  });
}

function endWords(plan: RolloutPlan): string[] {
  if (plan.end === 'stop') return ['end with a report'];
  const rest = plan.holdBack ? `, ${plan.holdBack} % are held back` : '';
  const bake = plan.bakeMs > 0 ? [`bake ${duration(plan.bakeMs)}`] : [];
  return [`promotion: weight ${shareWords(promotedWeight(plan))}${rest}`, ...bake];
}

/** The index into the course, whose first element is the preparation. */
function positionOf(plan: RolloutPlan, status: ModelRolloutStatus | undefined): number {
  if (!status || status.phase === 'Preparing') return 0;
  const { length } = plan.steps;
  if (status.promotedAt !== undefined && status.phase !== 'Promoting') return length + 2;
  return Math.min(status.step.index, length) + 1;
}

function noteOf(plan: RolloutPlan, status: ModelRolloutStatus, nowMs: number): string | undefined {
  const { approvals } = status.step;
  const given = approvals?.length
    ? [`approved by ${approvals.map(({ actor }) => actor.name).join(', ')}`]
    : [];
  if (status.phase === 'Baking') {
    const sinceMs = Date.parse(status.promotedAt ?? '');
    return Number.isNaN(sinceMs) ? undefined : `for ${ageWords(nowMs - sinceMs)}`;
  }
  if (status.phase === 'Preparing') return undefined;
  const sinceMs = stepSinceMs(plan, status);
  const force = sinceMs === undefined ? 'not in force yet' : `in force for ${ageWords(nowMs - sinceMs)}`;
  return [force, ...given].join(', ');
}
