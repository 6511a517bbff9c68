import type { GateRecord } from '../../api/gate-record.ts';
import type { PlannedGate } from '../../api/gate.ts';
import type { RolloutView } from '../../domain/world.ts';
import { type GateCall, questionId } from '../outside/outside-gates.ts';
import type { Law } from './law.ts';

type CallsOf = (id: string) => readonly GateCall[];

/**
 * Law 9, of gates: what a record says that a gate said, somebody heard of that gate, and nobody is said to be silent who was not asked as often
 * as the gate says. Law 12: each answer counts once.
 */
export function gatesSaidWhatWasHeard(callsOf: CallsOf): Law {
  return {
    written: ({ write: { kind }, before, after: { rollout } }) => {
      if (kind !== 'ModelRollout' || !rollout?.status.gates) return undefined;
      const known = before.rollout?.name === rollout.name ? before.rollout.status.gates : undefined;
      return rollout.status.gates.flatMap((record) => {
        const was = known?.find(({ name }) => name === record.name);
        const isNews = was?.place !== record.place || was.round !== record.round || was.said !== record.said;
        const complaint = isNews
          ? (unheard(rollout, record, callsOf) ?? miscounted(rollout, record, was, callsOf))
          : undefined;
        return complaint === undefined ? [] : [complaint];
      });
    },
  };
}

const heardOf = (rollout: RolloutView, { name, place }: GateRecord, round: number, callsOf: CallsOf) =>
  callsOf(questionId({ rolloutUid: rollout.uid ?? rollout.name, gate: name, place, round })).flatMap(
    ({ by, heard }) => (heard ? [{ by, ...heard }] : []),
  );

function unheard(rollout: RolloutView, record: GateRecord, callsOf: CallsOf): string | undefined {
  const { name, place, round, said } = record;
  const heard = heardOf(rollout, record, round, callsOf);
  const what = `gate ${name} said ${said} at place ${place} in round ${round}`;
  if (said !== 'Silent')
    return heard.some((one) => one.said === said)
      ? undefined
      : `law 9: ${rollout.name} has it that ${what}, and nobody ever heard that`;
  const attempts = 1 + (rollout.spec.gates?.find((gate) => gate.name === name)?.retries ?? 0);
  const isSilent = heard.some(
    ({ by }) => heard.filter((one) => one.by === by && one.said === 'Silent').length >= attempts,
  );
  return isSilent
    ? undefined
    : `law 9: ${rollout.name} has it that ${what}, and nobody asked ${attempts} times in vain`;
}

function miscounted(
  rollout: RolloutView,
  record: GateRecord,
  was: GateRecord | undefined,
  callsOf: CallsOf,
): string | undefined {
  const { name, place, round, failures } = record;
  const where = `of gate ${name} at place ${place} of ${rollout.name}`;
  const next = was?.place === place ? was.round + 1 : 0;
  if (round !== next) return `law 12: round ${round} ${where} is noted where round ${next} comes next`;
  const rounds = Array.from({ length: round + 1 }, (_, at) => at);
  const failed = rounds.filter((at) =>
    heardOf(rollout, record, at, callsOf).some(({ said }) => said === 'Fail'),
  );
  return failures > failed.length
    ? `law 12: ${failures} failures ${where} are counted, and there were ${failed.length}`
    : undefined;
}

/** Where a rollout stands, as gates see it. */
const timeOf = ({
  spec: { plan },
  status: { phase, step },
}: RolloutView): PlannedGate['when'] | undefined => {
  const kind = plan.steps[step.index]?.kind;
  if (phase === 'Preparing') return 'before';
  if (phase === 'Stepping') return kind === 'pause' || kind === 'scale' ? undefined : 'during';
  return phase === 'Baking' && step.index <= plan.steps.length + 1 ? 'after' : undefined;
};

const phases = ['Preparing', 'Stepping', 'Promoting', 'Baking'];
const placeIn = ({ status: { phase, step, outcome } }: RolloutView): number =>
  phase === 'Ended' && outcome === 'Promoted' ? Infinity : 1_000 * phases.indexOf(phase) + step.index;

/**
 * Law 9, of gates: nobody goes past one that has not said yes, or is silent where that is ignored, but by a person's word. Where it stands and
 * what it is to wait for is read here from the record and the plan alone.
 */
export const nothingPassesAGate = (): Law => ({
  written: ({ write: { kind }, before, after }) => {
    const [was, is] = [before.rollout, after.rollout];
    if (!was || !is || was.name !== is.name || (was.spec.gates ?? []).length === 0) return undefined;
    const candidate = was.spec.to.revision;
    const isGiven = (after.shares[candidate] ?? 0) > (before.shares[candidate] ?? 0);
    // Whoever stands before a gate that is to be asked before all traffic has none.
    const isForward =
      kind === 'ModelRollout' ? placeIn(is) > placeIn(was) : is.status.phase === 'Preparing' && isGiven;
    if (!isForward || is.status.full || is.spec.plan.immediate || isByAPerson(was, is)) return undefined;
    const open = was.spec.gates?.find(
      (gate) => gate.when === timeOf(was) && !letsPass(gate, is.status.gates ?? [], was.status.step.index),
    );
    return open
      ? `law 9: ${was.name} goes on from ${was.status.phase} ${was.status.step.index} past gate ${open.name}, which has not said yes`
      : undefined;
  },
});

const letsPass = (
  { name, onSilence }: PlannedGate,
  records: readonly GateRecord[],
  index: number,
): boolean => {
  const said = records.find((record) => record.name === name && record.place === index)?.said;
  return said === 'Pass' || (said === 'Silent' && onSilence === 'ignore');
};

const isByAPerson = ({ status: was }: RolloutView, { status: is }: RolloutView): boolean => {
  const known = new Set(was.decisions?.map((decision) => JSON.stringify(decision)));
  return (is.decisions ?? []).some(
    (decision) => decision.requestedBy !== undefined && !known.has(JSON.stringify(decision)),
  );
};
