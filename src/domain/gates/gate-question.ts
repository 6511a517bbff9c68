import type { PodTemplate } from '../../api/pod-template.ts';

export interface PlannedGate {
  name: string;
  timeoutMs: number;
  job?: { template: PodTemplate; backoffLimit?: number };
}
export interface ArmFacts {
  revision: string;
  model?: { name?: string; version?: string };
}
export interface GateFacts {
  namespace: string;
  name: string;
  uid: string;
  rollout: { name: string; uid: string };
  step: number;
  weight: number;
  candidate: ArmFacts;
  stable: ArmFacts;
}
/** One question to one gate; `id` stays the same at every attempt and across restarts: rollout, gate, place in the plan, round. */
export interface GateQuestion {
  id: string;
  gate: PlannedGate;
  round: number;
  facts: GateFacts;
}
export type GateAnswer =
  | { kind: 'answered'; verdict: 'Pass' | 'Fail' | 'Wait'; message: string; log?: string }
  | { kind: 'silent'; message: string; retryAfterMs?: number };
