import type { PlannedGate } from '../api/gate.ts';
import type { GateRecord, GateSaying } from '../api/gate-record.ts';
import type { ModelDeployment } from '../api/model-deployment.ts';
import type { ModelRollout } from '../api/model-rollout.ts';
import {
  dueAtMs,
  gatesAt,
  inForceSinceMs,
  openGates,
  type Placed,
  recordOf,
} from '../domain/strategy/outside-gates.ts';
import { toMs } from '../domain/time.ts';
import { conditionOf } from './words.ts';

/** Where a gate of the user's own stands. */
export const gateStates = ['ahead', 'asked', 'passed', 'waits', 'failed', 'silent', 'never'] as const;
export type GateState = (typeof gateStates)[number];

/** One gate of a rollout: what its record holds, and what is waited for. */
export interface GateStanding {
  gate: PlannedGate;
  state: GateState;
  /** The rollout stands where the gate is asked. */
  isHere: boolean;
  /** What it said last, and where. */
  record?: GateRecord;
  /** The record is of a step that was left: at this one it has said nothing yet. */
  isEarlier?: boolean;
  /** Since when its next answer is awaited. */
  askedSinceMs?: number;
  /** When it is asked again. */
  nextAtMs?: number;
}

const stateOf: Record<GateSaying, GateState> = {
  Pass: 'passed',
  Fail: 'failed',
  Wait: 'waits',
  Silent: 'silent',
};

/** Every gate of a rollout, in the order of its spec. `model` is given for the rollout that its status is about. */
export function gateStandings(
  { spec, status }: Pick<ModelRollout, 'spec' | 'status'>,
  nowMs: number,
  model?: ModelDeployment,
): GateStanding[] {
  const { gates = [] } = spec;
  if (!status) return gates.map(aheadOf);
  const rollout = { spec, status };
  const here = gatesAt(rollout);
  const sinceMs = askableSinceMs(rollout, model);
  return gates.map((gate) =>
    here.includes(gate) ? standingHere(rollout, gate, { sinceMs, nowMs }) : standingElsewhere(rollout, gate),
  );
}

/** A gate that nothing was asked of yet. */
export const aheadOf = (gate: PlannedGate): GateStanding => ({ gate, state: 'ahead', isHere: false });

/** The gates without whose Pass a rollout does not go on from where it is. */
export const openGatesOf = (rollout: ModelRollout | undefined): PlannedGate[] =>
  rollout?.status ? openGates({ spec: rollout.spec, status: rollout.status }) : [];

/** What a gate said last, at whatever place. */
const lastOf = ({ status }: Placed, { name }: PlannedGate): GateRecord | undefined =>
  status.gates?.find((record) => record.name === name);

function standingHere(
  rollout: Placed,
  gate: PlannedGate,
  { sinceMs, nowMs }: { sinceMs: number | undefined; nowMs: number },
): GateStanding {
  const record = recordOf(rollout, gate);
  if (!record) {
    const earlier = lastOf(rollout, gate);
    return {
      ...{ gate, isHere: true, state: sinceMs === undefined ? 'ahead' : 'asked' },
      ...(earlier && { record: earlier, isEarlier: true }),
      ...(sinceMs !== undefined && { askedSinceMs: sinceMs }),
    };
  }
  const dueMs = dueAtMs(gate, record);
  return {
    ...{ gate, isHere: true, state: stateOf[record.said], record },
    ...(dueMs !== undefined && (dueMs > nowMs ? { nextAtMs: dueMs } : { askedSinceMs: dueMs })),
  };
}

function standingElsewhere(rollout: Placed, gate: PlannedGate): GateStanding {
  const record = lastOf(rollout, gate);
  if (record) return { gate, isHere: false, state: stateOf[record.said], record };
  return { gate, isHere: false, state: comesLater(rollout, gate) ? 'ahead' : 'never' };
}

/** Its time is still to come. */
function comesLater({ spec: { plan }, status: { phase, full } }: Placed, { when }: PlannedGate): boolean {
  if (full || plan.immediate || when === 'before') return false;
  if (phase === 'Preparing' || phase === 'Stepping') return when === 'during' || plan.end !== 'stop';
  return phase === 'Promoting' && when === 'after';
}

/** Since when the place has what its gates are asked about. Only the status tells of the candidate's pods. */
function askableSinceMs(rollout: Placed, model: ModelDeployment | undefined): number | undefined {
  if (rollout.status.phase !== 'Preparing') return inForceSinceMs(rollout);
  const ready = model && conditionOf(model, 'CandidateReady');
  return ready?.status === 'True' ? toMs(ready.lastTransitionTime) : undefined;
}
