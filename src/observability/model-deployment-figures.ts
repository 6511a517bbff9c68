import type { Condition, ConditionType } from '../api/conditions.ts';
import type { ModelDeploymentStatus } from '../api/model-deployment-status.ts';
import type { Decision } from '../domain/decision.ts';
import { toMs } from '../domain/time.ts';
import type { RolloutView } from '../domain/world.ts';
import { type JudgedFigures, judgedFigures } from './judged-figures.ts';

/** What is told of one ModelDeployment. Weights are in percent, as in its status. */
export interface ModelDeploymentFigures {
  phase?: string;
  /** The rollout that runs; absent while none does, and with it all that is told of one. */
  rollout?: { name: string; step: number; sinceMs?: number; nextDecisionMs?: number };
  /** The candidate's. */
  weights: { desired?: number; applied?: number; observed?: number };
  verdicts: readonly { metric: string; verdict: string }[];
  /** Conditions that say that something is wrong. */
  problems: readonly { condition: string; reason: string }[];
  /** Why forward progress is stopped. */
  paused?: string;
  /** What the gate heard in the newest pass that heard something. */
  judged?: JudgedFigures;
}

/** What a pass brought. `decision` is absent where there was none: the spec cannot be read. */
export interface PassFigures {
  status: ModelDeploymentStatus;
  decision?: Pick<Decision, 'judgement' | 'rolloutStatus'>;
  /** The records that the pass found. */
  rollouts?: readonly RolloutView[];
}

/** The figures of a pass. */
export function figuresOf({ status, decision, rollouts = [] }: PassFigures): ModelDeploymentFigures {
  const { desired, applied, observed } = status.traffic ?? {};
  const { rollout, conditions = [] } = status;
  const runs = rollout && rollout.outcome === undefined;
  const paused = conditions.find(({ type, status: said }) => type === 'Paused' && said === 'True');
  const record = rollouts.find(({ name }) => name === decision?.rolloutStatus?.name);
  return {
    phase: status.phase,
    ...(runs && {
      rollout: {
        name: rollout.name,
        step: rollout.step,
        sinceMs: toMs(rollout.since),
        nextDecisionMs: toMs(rollout.nextDecisionAt),
      },
    }),
    weights: { desired, applied, observed },
    verdicts: (status.analysis ?? []).map(({ metric, verdict }) => ({ metric, verdict })),
    problems: conditions.filter(isProblem).map(({ type, reason }) => ({ condition: type, reason })),
    ...(paused && { paused: paused.reason }),
    ...(runs && record && decision?.judgement && { judged: judgedFigures(decision.judgement, record) }),
  };
}

/** What says that something is wrong: the status, and the reasons with which it is as it should be all the same. */
const problems: Partial<Record<ConditionType, { bad: Condition['status']; fine?: readonly string[] }>> = {
  Stalled: { bad: 'True' },
  Available: { bad: 'False', fine: ['ScaledToZero'] },
  CandidateReady: { bad: 'False', fine: ['NoCandidate'] },
  TrafficApplied: { bad: 'False' },
  AnalysisAvailable: { bad: 'False', fine: ['NotConfigured', 'NoMetrics'] },
};

/** The conditions that can be a problem. */
export const problemConditions = Object.keys(problems);

function isProblem({ type, status, reason }: Condition): boolean {
  const known = problems[type as ConditionType];
  return known?.bad === status && !known.fine?.includes(reason);
}
