import type { StrategyPlan } from '../../api/plan-defaults.ts';
import type { RolloutAnalysis, RolloutStep } from '../../api/model-rollout.ts';
import { type AssumedTraffic, forecastGate, type MetricForecast } from './gate-forecast.ts';
import { metricsOfPlace } from './placed-metrics.ts';
import { weightAt } from './plan.ts';

/** How long a step takes, in milliseconds from when its split is in force. */
export interface StepTimes {
  step: RolloutStep;
  /** The candidate's share of live traffic, in percent. */
  weight: number;
  leastMs: number;
  /** Until the evidence will probably do; absent where no traffic is assumed. */
  expectedMs?: number;
  /** Until the policy for what is inconclusive decides. Infinity where a person has to. */
  mostMs: number;
  /** Whether it is left on evidence. */
  isGated: boolean;
  /** By metric, where traffic is assumed. */
  metrics: MetricForecast[];
}

export interface PlanTimes {
  steps: StepTimes[];
  bakeMs: number;
  /** All of the above together. Pods that have to start are not in it. */
  leastMs: number;
  expectedMs?: number;
  mostMs: number;
}

/** How long a plan takes: at least, probably with the traffic that is assumed, and at most. Pure. */
export function planTimes(
  { plan, analysis }: { plan: StrategyPlan; analysis: RolloutAnalysis },
  assumed: AssumedTraffic | undefined,
  intervalMs: number,
): PlanTimes {
  const steps = plan.steps.map((step, index) => {
    const weight = weightAt(plan, index);
    const gate = metricsOfPlace(analysis.metrics, index, step.kind).filter(({ required }) => required);
    return timesOf(step, weight, gate, analysis, assumed, intervalMs);
  });
  const bakeMs = plan.end === 'stop' ? 0 : plan.bakeMs;
  const sum = (times: readonly number[]) => times.reduce((total, ms) => total + ms, bakeMs);
  return {
    steps,
    bakeMs,
    leastMs: sum(steps.map(({ leastMs }) => leastMs)),
    ...(assumed && { expectedMs: sum(steps.map(({ expectedMs, leastMs }) => expectedMs ?? leastMs)) }),
    mostMs: sum(steps.map(({ mostMs }) => mostMs)),
  };
}

function timesOf(
  step: RolloutStep,
  weight: number,
  gate: ReturnType<typeof metricsOfPlace>,
  analysis: RolloutAnalysis,
  assumed: AssumedTraffic | undefined,
  intervalMs: number,
): StepTimes {
  if (step.kind === 'pause') {
    const leastMs = step.durationMs ?? 0;
    return { step, weight, leastMs, mostMs: step.durationMs ?? Infinity, isGated: false, metrics: [] };
  }
  if (step.kind === 'scale') return { step, weight, leastMs: 0, mostMs: 0, isGated: false, metrics: [] };
  const leastMs = step.kind === 'mirror' ? step.durationMs : step.holdMs;
  const isGated = gate.length > 0;
  const mostMs = isGated || step.kind === 'mirror' ? Math.max(step.maxHoldMs, leastMs) : leastMs;
  const metrics =
    assumed && isGated && isCounted(step)
      ? forecastGate(gate, analysis, placeOf(step, weight), assumed, intervalMs)
      : [];
  const copies = step.kind === 'mirror' && assumed ? mirroredMs(step, assumed) : 0;
  const expectedMs = Math.max(leastMs, copies, ...metrics.map(({ afterMs }) => afterMs));
  return { step, weight, leastMs, mostMs, isGated, metrics, ...(assumed && { expectedMs }) };
}

/** Testers and people who look at a preview send what they like: nothing can be predicted. */
const isCounted = ({ kind }: RolloutStep): boolean =>
  kind === 'weight' || kind === 'adaptive' || kind === 'mirror';

/** An adaptive step decides at its largest weight, which it has soon when all is well. */
function placeOf(step: RolloutStep, weight: number) {
  if (step.kind === 'mirror') return { candidateShare: step.percent / 100, stableShare: 1 };
  const share = (step.kind === 'adaptive' ? step.max : weight) / 100;
  return { candidateShare: share, stableShare: 1 - share };
}

/** How long the copies that are asked for take to come. */
const mirroredMs = (
  { percent, minRequests }: Extract<RolloutStep, { kind: 'mirror' }>,
  { requestsPerSecond }: AssumedTraffic,
): number => (1_000 * minRequests) / ((requestsPerSecond * percent) / 100);
