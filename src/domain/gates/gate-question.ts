import type { GateTime, PlannedGate } from '../../api/gate.ts';
import type { RevisionReference } from '../../api/model-rollout.ts';

/** What a gate is told about who asks. */
export interface GateFacts {
  namespace: string;
  /** Of the ModelDeployment. */
  name: string;
  uid: string;
  /** The ModelRollout. */
  rollout: { name: string; uid: string };
  when: GateTime;
  /** The place in the plan: a step, from 0, or a number behind them. */
  step: number;
  steps: number;
  /** The candidate's share of live traffic in percent. */
  weight: number;
  candidate: RevisionReference;
  stable: RevisionReference;
}

/** One question to one gate. */
export interface GateQuestion {
  /** The same at every attempt and across restarts (law 12): rollout, gate, place in the plan, round. */
  id: string;
  gate: PlannedGate;
  /** How often the gate has answered at this place before. */
  round: number;
  facts: GateFacts;
}

/** What came back. Silence is neither good nor bad (law 9). */
export type GateAnswer =
  | { kind: 'answered'; verdict: 'Pass' | 'Fail' | 'Wait'; message: string; log?: string }
  | { kind: 'silent'; message: string; retryAfterMs?: number };

/** What is known of a question by now. */
export interface GateView {
  id: string;
  /** Absent: it has been asked, and the answer comes in a later pass (law 17). */
  answer?: GateAnswer;
}
