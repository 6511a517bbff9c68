import type { Gate, GateTime } from '../../api/gate.ts';
import { parseDuration } from '../../api/duration.ts';
import { lateMs, type Meaning } from '../outside/service-mood.ts';
import type { DrawnGate, LastWord } from './drawn-gates.ts';
import type { Setting } from './setting.ts';

/** What the gates make of the last wish, when everything else is well. */
export type Outlook =
  | { kind: 'passes' }
  | { kind: 'takenBack' }
  /** One of these holds it for as long as they say what they say. */
  | { kind: 'held'; by: string[] };

const inOrder: readonly GateTime[] = ['before', 'during', 'after'];

/** What docs/gates.md promises, read again here: of the gates of one time each is asked, and the first time decides that lets nothing through. */
export function outlookOf({ gates, finale, lastWord }: Setting): Outlook {
  // Who goes back asks no gate, and what does harm or does not start is to end by that.
  if (finale !== 'good') return { kind: 'passes' };
  for (const when of inOrder) {
    const asked = gates.filter(({ gate }) => gate.when === when).map(({ gate }) => gate);
    const ends = new Map(asked.map((gate) => [gate.name, endOf(gate, lastWord)]));
    if ([...ends.values()].includes('rollback')) return { kind: 'takenBack' };
    const by = asked.map(({ name }) => name).filter((name) => ends.get(name) === 'hold');
    if (by.length > 0) return { kind: 'held', by };
  }
  return { kind: 'passes' };
}

function endOf(gate: Gate, { says }: LastWord): 'pass' | 'hold' | 'rollback' {
  switch (meaningTo(gate, says)) {
    case 'Pass':
      return 'pass';
    case 'Wait':
      return 'hold';
    case 'Fail':
      return gate.onFailure === 'rollback' ? 'rollback' : 'hold';
    case 'Silent':
      return gate.onSilence === 'ignore' ? 'pass' : gate.onSilence === 'rollback' ? 'rollback' : 'hold';
  }
}

const timeoutOf = ({ timeout = '10s' }: Gate): number => parseDuration(timeout);

function meaningTo(gate: Gate, says: LastWord['says']): Meaning {
  switch (says) {
    case 'no':
    case 'refuses':
      return 'Fail';
    case 'waits':
      return 'Wait';
    case 'late':
      return timeoutOf(gate) > lateMs ? 'Pass' : 'Silent';
    case 'never':
    case 'unreachable':
    case 'unwell':
      return 'Silent';
    default:
      return 'Pass';
  }
}

/** Longer than all gates one after the other take until each has said its last. */
export const patienceMs = (gates: readonly DrawnGate[]): number =>
  gates.reduce((sum, { gate }) => sum + askedForMs(gate), 0);

function askedForMs({ retries = 0, failureLimit = 0, interval = '1m', ...gate }: Gate): number {
  const attempts = retries + 1;
  const oneAnswer = attempts * (timeoutOf(gate as Gate) + longestPauseMs);
  return (failureLimit + 1) * (oneAnswer + parseDuration(interval));
}

/** Between two attempts, of the few that gates here make. */
const longestPauseMs = 4_000;
