import type { RolloutView } from '../../domain/world.ts';
import { type GateCall, questionId } from '../outside/outside-gates.ts';
import type { Law } from './law.ts';

export interface QuestionsOptions {
  callsOf: (id: string) => readonly GateCall[];
  nowMs: () => number;
  /** The next question is due by the clock of whoever asks, and the answer was noted by that of whoever heard it. */
  clocksDifferMs: () => number;
}

/**
 * Law 12, of gates: one question after the other, each no sooner than the interval after the answer before it, none after the last word, and
 * no process asks one twice at the same time. Who takes over asks the same one again, under the same id.
 */
export const asksInTurn = ({ callsOf, nowMs, clocksDifferMs }: QuestionsOptions): Law => ({
  asked: (call, { rollout }) => {
    const earlier = callsOf(call.id);
    if (earlier.some(({ by, isOver }) => by === call.by && !isOver))
      return `law 12: ${call.by} asks ${call.id} while it asks it already`;
    if (call.round === 0 || rollout?.uid !== call.rolloutUid) return undefined;
    const heard = callsOf(questionId({ ...call, round: call.round - 1 })).flatMap(({ heard }) => heard ?? []);
    const gate = rollout.spec.gates?.find(({ name }) => name === call.gate);
    if (!gate || heard.length === 0)
      return `law 12: ${call.id} is asked, and nobody heard the answer before it`;
    const sinceMs = nowMs() - Math.min(...heard.map(({ atMs }) => atMs));
    if (sinceMs < gate.intervalMs - clocksDifferMs())
      return `law 12: ${call.id} is asked ${sinceMs} ms after the answer before it, before ${gate.intervalMs} ms are over`;
    const last = lastWord(rollout, call);
    return last && `law 12: ${call.id} is asked although the gate has said ${last}`;
  },
});

/** What a gate said in the round before, where nothing more is asked after it. */
function lastWord({ spec, status }: RolloutView, { gate: name, place, round }: GateCall): string | undefined {
  const record = status.gates?.find(
    (one) => one.name === name && one.place === place && one.round === round - 1,
  );
  const gate = spec.gates?.find((one) => one.name === name);
  if (!record || !gate) return undefined;
  const isDone = record.said === 'Pass' && gate.when !== 'during';
  const isOver = record.said === 'Fail' && record.failures > gate.failureLimit;
  return isDone || isOver ? record.said : undefined;
}
