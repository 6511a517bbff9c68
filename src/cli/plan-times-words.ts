import { formatDuration } from '../api/duration.ts';
import type { ResolvedSpec } from '../api/defaults.ts';
import type { RolloutStep } from '../api/model-rollout.ts';
import { percent } from '../domain/analysis/words.ts';
import type { AssumedTraffic } from '../domain/strategy/gate-forecast.ts';
import { planTimes, type PlanTimes, type StepTimes } from '../domain/strategy/plan-times.ts';
import { count, inSeconds, table } from './words.ts';

/** What times are asked of. */
export interface TimedPlan {
  spec: Pick<ResolvedSpec, 'plan' | 'analysis'>;
  traffic: AssumedTraffic | undefined;
  intervalMs: number;
}

/** A table of the steps with how long each takes, and the whole plan below. */
export function gateTimes({ spec, traffic, intervalMs }: TimedPlan): string[] {
  const times = planTimes(spec, traffic, intervalMs);
  const expected = (ms: number | undefined) => (ms === undefined ? [] : [long(ms)]);
  const rows = [
    ['step', 'at least', ...(traffic ? ['expected'] : []), 'at most', 'what it waits for'],
    ...times.steps.map((one, index) => [
      `${index + 1} ${stepWords(one)}`,
      long(one.leastMs),
      ...(traffic ? expected(one.expectedMs ?? one.leastMs) : []),
      mostWords(one.mostMs),
      waitWords(one, spec),
    ]),
    ...(spec.plan.end === 'promote' ? [bakeRow(times, traffic !== undefined)] : []),
    ['all', long(times.leastMs), ...expected(times.expectedMs), mostWords(times.mostMs), ''],
  ];
  return [...(traffic ? [assumption(traffic)] : []), ...leftTable(rows)];
}

/** The same for programs. */
export function timesFigures({ spec, traffic, intervalMs }: TimedPlan) {
  const times = planTimes(spec, traffic, intervalMs);
  const ms = (value: number) => (Number.isFinite(value) ? Math.round(value) : null);
  return {
    ...(traffic && { requestsPerSecond: traffic.requestsPerSecond, badShare: traffic.badShare }),
    leastMs: times.leastMs,
    ...(times.expectedMs !== undefined && { expectedMs: ms(times.expectedMs) }),
    mostMs: ms(times.mostMs),
    bakeMs: times.bakeMs,
    steps: times.steps.map(({ step, weight, leastMs, expectedMs, mostMs, metrics }) => ({
      kind: step.kind,
      weight,
      leastMs,
      ...(expectedMs !== undefined && { expectedMs: ms(expectedMs) }),
      mostMs: ms(mostMs),
      metrics: metrics.map(({ metric, requests, afterMs }) => ({
        metric,
        ...(requests !== undefined && { requests: ms(requests) }),
        afterMs: ms(afterMs),
      })),
    })),
  };
}

const assumption = ({ requestsPerSecond, badShare }: AssumedTraffic): string =>
  `At ${Number(requestsPerSecond.toPrecision(3))} requests a second, of which ${percent(badShare)} are bad with either model; half of all rollouts take longer than expected:`;

/** A step in a few words: `weight 5 %`. */
function stepWords({ step, weight }: Pick<StepTimes, 'step' | 'weight'>): string {
  switch (step.kind) {
    case 'weight':
      return `weight ${step.weight} %`;
    case 'adaptive':
      return `weights ${step.start} to ${step.max} % by evidence`;
    case 'pause':
      return `pause at ${weight} %`;
    case 'match':
      return step.matches.length > 0 ? 'testers only' : 'testers back to the split';
    case 'mirror':
      return `copies of ${step.percent} %`;
    case 'scale':
      return `scale to ${scaleWords(step)}`;
    case 'preview':
      return 'preview';
  }
}

const scaleWords = ({ replicas, percent: share }: Extract<RolloutStep, { kind: 'scale' }>): string =>
  replicas !== undefined ? `${replicas} pods` : share !== undefined ? `${share} % of the pods` : 'the weight';

function waitWords({ step, metrics, isGated }: StepTimes, { analysis }: TimedPlan['spec']): string {
  if (step.kind === 'pause') {
    if (step.durationMs !== undefined) return 'time';
    return step.approvals === undefined ? 'a person: promote' : `${step.approvals} approvals`;
  }
  if (step.kind === 'scale') return 'ready pods';
  const after = { pause: 'then a person', rollback: 'then back', promote: 'then on' }[
    analysis.onInconclusive
  ];
  if (!isGated) return step.kind === 'mirror' ? `copies; ${after}` : 'time';
  const needs = metrics.map(({ metric, requests }) =>
    requests === undefined || !Number.isFinite(requests)
      ? metric
      : `${metric}: ${count(Math.ceil(requests))} requests`,
  );
  return `${needs.length > 0 ? needs.join(', ') : 'its metrics'}; ${after}`;
}

function bakeRow({ bakeMs }: PlanTimes, withExpected: boolean): string[] {
  const bake = long(bakeMs);
  return ['bake with everybody', bake, ...(withExpected ? [bake] : []), bake, 'time, and no harm'];
}

/** Whole seconds; longer ones in whole minutes. */
const long = (ms: number): string => {
  if (!Number.isFinite(ms)) return 'never';
  return ms > 3_600_000 ? formatDuration(Math.round(ms / 60_000) * 60_000) : inSeconds(ms);
};
const mostWords = (ms: number): string => (Number.isFinite(ms) ? long(ms) : 'no limit');

/** The first and the last column to the left, times to the right. */
function leftTable(rows: string[][]): string[] {
  const last = rows.map((row) => row.at(-1) ?? '');
  return table(rows.map((row) => row.slice(0, -1))).map((line, index) =>
    `${line}   ${last[index]}`.trimEnd(),
  );
}
