import type { ResolvedSpec } from '../../api/defaults.ts';
import type { RolloutPlan, RolloutStep } from '../../api/model-rollout.ts';
import type { Verdict } from '../../api/phase.ts';
import type { MetricsState } from '../analysis/measurement.ts';
import type { RouterKind } from '../traffic/pods.ts';

export interface TinyOptions {
  router?: RouterKind;
  replicas?: number;
  steps?: RolloutStep[];
  strategy?: RolloutPlan['strategy'];
  end?: RolloutPlan['end'];
  stableScale?: RolloutPlan['stableScale'];
  sticky?: RolloutPlan['sticky'];
  gates?: ResolvedSpec['gates'];
  holdBack?: number;
  bakeMs?: number;
  drainMs?: number;
  progressDeadlineMs?: number;
  readinessPercent?: number;
  revisionHistoryLimit?: number;
  rollbackWindow?: number;
  /** Asks one query whose answer `verdicts` scripts. */
  analysis?: boolean;
  onInconclusive?: 'pause' | 'rollback' | 'promote';
  onNoData?: 'hold' | 'rollback';
  noDataForMs?: number;
}

const minute = 60_000;
export const weightStep = (weight: number, holdMs = 2 * minute, maxHoldMs = 30 * minute): RolloutStep => ({
  kind: 'weight',
  weight,
  holdMs,
  maxHoldMs,
});

/** A whole spec with the defaults of the API, but for what a test is about. */
export function tinySpec(options: TinyOptions): ResolvedSpec {
  return {
    replicas: options.replicas ?? 4,
    paused: false,
    revisionHistoryLimit: options.revisionHistoryLimit ?? 5,
    rollbackWindow: options.rollbackWindow ?? 3,
    model: { version: 'v1' },
    serving: { workload: { template: {} } } as ResolvedSpec['serving'],
    service: { port: 80, targetPort: 'http' },
    progressDeadlineMs: options.progressDeadlineMs ?? 10 * minute,
    drainMs: options.drainMs ?? minute,
    readiness: { percent: options.readinessPercent ?? 100 },
    traffic: { kind: 'service' },
    plan: {
      strategy: options.strategy ?? 'canary',
      steps: options.steps ?? [weightStep(5), weightStep(25), weightStep(50)],
      end: options.end ?? 'promote',
      stableScale: options.stableScale ?? 'keep',
      bakeMs: options.bakeMs ?? 15 * minute,
      holdBack: options.holdBack ?? 0,
      ...(options.sticky && { sticky: options.sticky }),
    },
    gates: options.gates ?? [],
    analysis: {
      source: 'default',
      minRequests: 1,
      falseRollback: 0.01,
      falsePromotion: 0.05,
      metrics: options.analysis
        ? [
            {
              name: 'health',
              kind: 'query',
              query: 'health',
              pass: 'result < 1.0',
              fail: 'result > 2.0',
              failureLimit: 0,
            },
          ]
        : [],
      onInconclusive: options.onInconclusive ?? 'pause',
      onNoData: options.onNoData ?? 'hold',
      noDataForMs: options.noDataForMs ?? 10 * minute,
    },
  };
}

/** The answer of a source that measures once in fifteen seconds, such that the query of `tinySpec` has this verdict. */
export function tinyAnswer(verdict: Verdict, nowMs: number): MetricsState {
  const values = { Pass: 0.5, Inconclusive: 1.5, Fail: 3 };
  const atMs = Math.floor(nowMs / 15_000) * 15_000;
  const warnings: string[] = [];
  const result =
    verdict === 'NoData'
      ? { kind: 'empty' as const, warnings }
      : { kind: 'value' as const, warnings, labels: {}, timeMs: atMs, value: values[verdict] };
  return { kind: 'measured', atMs, results: [{ id: 'query/health', result }] };
}
