import type { PlannedGate } from '../../api/gate.ts';
import { type GateRecord, longestSaying } from '../../api/gate-record.ts';
import type { ModelRolloutStatus } from '../../api/model-rollout-status.ts';
import { findRevision } from '../roles.ts';
import type { GateAnswer, GateQuestion } from '../gates/gate-question.ts';
import { earliest, toMs, toTime } from '../time.ts';
import { clip } from '../words.ts';
import type { RolloutView, World } from '../world.ts';
import type { GateCheck } from './gate.ts';
import { neededPodsOf } from './needed-pods.ts';
import { adaptiveStep, currentStep, hasRequests, lastPlace, plannedWeight, stepSinceMs } from './plan.ts';

/**
 * Checks outside of the metrics. What is asked follows from where a rollout stands and what its record says was answered; answers are noted in the
 * record first, and everything is decided from there (laws 12 and 13). Nothing here waits for anybody (laws 5 and 17).
 */

export type Placed = Pick<RolloutView, 'spec' | 'status'>;

/** The questions that are to be asked now, or are being asked. */
export function questionsOf(world: World, rollout: RolloutView): GateQuestion[] {
  const gates = gatesAt(rollout);
  // Most ModelDeployments have none.
  if (gates.length === 0 || !mayBeAsked(world, rollout)) return [];
  const { spec, status } = rollout;
  const { namespace, name, uid } = world.deployment;
  const id = rollout.uid ?? rollout.name;
  const step = status.step.index;
  return gates
    .filter((gate) => (dueAtMs(gate, recordOf(rollout, gate)) ?? Infinity) <= world.nowMs)
    .map((gate) => {
      const before = recordOf(rollout, gate);
      const round = before ? before.round + 1 : 0;
      return {
        id: `${id}/${gate.name}/${step}/${round}`,
        gate,
        round,
        facts: {
          ...{ namespace, name, uid },
          rollout: { name: rollout.name, uid: id },
          when: gate.when,
          step,
          steps: spec.plan.steps.length,
          weight: status.weight,
          candidate: spec.to,
          stable: spec.from,
        },
      };
    });
}

/** Notes what was answered since the last pass: each answer once, whatever happens before it is written. */
export function noteGates(world: World, rollout: RolloutView): ModelRolloutStatus {
  const { status } = rollout;
  const answers = new Map(world.gates?.map(({ id, answer }) => [id, answer]));
  const news = questionsOf(world, rollout).flatMap((question) => {
    const answer = answers.get(question.id);
    return answer ? [recorded(world, rollout, question, answer)] : [];
  });
  if (news.length === 0) return status;
  const named = new Set(news.map(({ name }) => name));
  return { ...status, gates: [...(status.gates ?? []).filter(({ name }) => !named.has(name)), ...news] };
}

/** Every gate of this place said Pass, or is silent where that is ignored. */
export const gatesHavePassed: GateCheck = ({ rollout }) => {
  for (const gate of openGates(rollout)) {
    const record = recordOf(rollout, gate);
    const name = `gate ${gate.name}`;
    if (!record) return { message: `${name} is asked` };
    if (hasFailed(gate, record))
      return { message: `${name} failed: ${record.message}`, pauses: 'GateFailed' };
    const untilMs = dueAtMs(gate, record);
    return {
      message: `${name} ${inWords(gate, record)}; it is asked again`,
      ...(untilMs !== undefined && { untilMs }),
    };
  }
  return undefined;
};

/** The gates that the place where a rollout stands is not left without. */
export function openGates(rollout: Placed): PlannedGate[] {
  const kind = currentStep(rollout.spec.plan, rollout.status)?.kind;
  if (kind === 'pause' || kind === 'scale') return [];
  return gatesAt(rollout).filter((gate) => !hasPassed(gate, recordOf(rollout, gate)));
}

/** What a gate said that ends the rollout. */
export function endingGate(rollout: Placed): GateRecord | undefined {
  for (const gate of gatesAt(rollout)) {
    const record = recordOf(rollout, gate);
    if (!record) continue;
    if (hasFailed(gate, record) && gate.onFailure === 'rollback') return record;
    if (record.said === 'Silent' && gate.onSilence === 'rollback') return record;
  }
  return undefined;
}

/** When the next gate is to be asked although nothing happens. */
export function nextQuestionAtMs({ nowMs }: World, rollout: RolloutView): number | undefined {
  const times = gatesAt(rollout).map((gate) => dueAtMs(gate, recordOf(rollout, gate)));
  return earliest(...times.filter((atMs) => atMs !== undefined && atMs > nowMs));
}

/** The gates of the place at which a rollout stands. Who promotes in full asks none. */
export function gatesAt({ spec, status }: Placed): PlannedGate[] {
  const { gates = [], plan } = spec;
  if (gates.length === 0 || status.full || plan.immediate) return [];
  switch (status.phase) {
    case 'Preparing':
      return gates.filter(({ when }) => when === 'before');
    case 'Stepping':
      // Without any there is nothing to be seen.
      return hasRequests({ spec, status }) ? gates.filter(({ when }) => when === 'during') : [];
    case 'Baking':
      return status.step.index < lastPlace(plan) ? gates.filter(({ when }) => when === 'after') : [];
    default:
      return [];
  }
}

/** Before anything else, the candidate can answer; later, from the moment when the split of the place is in force (law 7). */
function mayBeAsked(world: World, rollout: RolloutView): boolean {
  const { spec, status } = rollout;
  if (status.phase !== 'Preparing') return inForceSinceMs(rollout) !== undefined;
  const to = findRevision(world, spec.to.revision);
  const { neededReady } = neededPodsOf(world, rollout);
  return to !== undefined && to.hasService && to.ready > 0 && to.ready >= neededReady;
}

/** Since when a place behind the preparation has what its gates are asked about; undefined: it has not yet. */
export function inForceSinceMs({ spec: { plan }, status }: Placed): number | undefined {
  // A step is entered with the weight of the one before.
  const awaitsWeight = !adaptiveStep(plan, status) && status.weight < plannedWeight(plan, status);
  return awaitsWeight ? undefined : stepSinceMs(plan, status);
}

/** What the gate said at this place; a place that was left says nothing about the next one. */
export function recordOf({ status }: Placed, { name }: PlannedGate): GateRecord | undefined {
  return status.gates?.find((record) => record.name === name && record.place === status.step.index);
}

const hasFailed = ({ failureLimit }: PlannedGate, { said, failures }: GateRecord): boolean =>
  said === 'Fail' && failures > failureLimit;

const hasPassed = ({ onSilence }: PlannedGate, record: GateRecord | undefined): boolean =>
  record?.said === 'Pass' || (record?.said === 'Silent' && onSilence === 'ignore');

/** When it is to be asked next; undefined: never again at this place. A failure beyond the limit is for a person, or is the end. */
export function dueAtMs(gate: PlannedGate, record: GateRecord | undefined): number | undefined {
  if (!record) return 0;
  if (hasFailed(gate, record) || (hasPassed(gate, record) && gate.when !== 'during')) return undefined;
  return (toMs(record.at) ?? 0) + gate.intervalMs;
}

function recorded(
  { nowMs }: World,
  rollout: RolloutView,
  { gate, round }: GateQuestion,
  answer: GateAnswer,
): GateRecord {
  const before = recordOf(rollout, gate);
  const said = answer.kind === 'silent' ? 'Silent' : answer.verdict;
  return {
    name: gate.name,
    place: rollout.status.step.index,
    round,
    said,
    at: toTime(nowMs),
    failures: (before?.failures ?? 0) + (said === 'Fail' ? 1 : 0),
    message: clip(answer.message, longestSaying),
    ...(answer.kind === 'answered' && answer.log !== undefined && { log: answer.log }),
  };
}

function inWords({ failureLimit }: PlannedGate, { said, failures, message }: GateRecord): string {
  switch (said) {
    case 'Fail':
      return `failed (${failures} of ${failureLimit} failures that are tolerated): ${message}`;
    case 'Wait':
      return `waits: ${message}`;
    default:
      return `has no answer: ${message}`;
  }
}
