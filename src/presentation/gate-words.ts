import { formatDuration } from '../api/duration-text.ts';
import type { GateTime, PlannedGate } from '../api/gate.ts';
import type { GateRecord, GateSaying } from '../api/gate-record.ts';
import type { RolloutPlan } from '../api/model-rollout.ts';
import { stepInWords } from '../domain/strategy/plan.ts';
import type { GateStanding, GateState } from './gate-standing.ts';

/** Gates of the user's own in words, for the command line and the dashboard alike. No times that pass are in them. */

/** How a gate stands, for a badge or a column. */
export const gateLabels: Record<GateState, string> = {
  ahead: 'not asked yet',
  asked: 'asked',
  passed: 'said yes',
  waits: 'not yet',
  failed: 'said no',
  silent: 'no answer',
  never: 'was not asked',
};

const times: Record<GateTime, (gate: PlannedGate) => string> = {
  before: () => 'before the candidate gets its first request',
  during: ({ intervalMs }) =>
    `at every step at which the candidate has requests, every ${formatDuration(intervalMs)}`,
  after: () => 'when the candidate has taken over, until it passes',
};

/** What is asked, and when: of an address only the host, for the rest may be nobody's business. */
export const askedWords = (gate: PlannedGate): string => `${targetWords(gate)}, ${times[gate.when](gate)}`;

export const targetWords = ({ webhook }: PlannedGate): string =>
  webhook ? `webhook at ${URL.parse(webhook.url)?.host ?? 'an address'}` : 'Job';

/** What it said, at which place, and how often. */
export function sayingWords({ gate, state, record, isEarlier }: GateStanding, plan: RolloutPlan): string {
  if (!record) return state === 'asked' ? 'asked, and no answer yet' : gateLabels[state];
  const at = gate.when === 'during' ? ` at ${stepInWords(plan, record.place)}` : '';
  const said = `${verbs[record.said]}${at}${noteOf(gate, record)}`;
  return isEarlier ? `${state === 'asked' ? 'asked' : 'not asked yet'} at this step; it ${said}` : said;
}

const verbs: Record<GateSaying, string> = {
  Pass: 'said yes',
  Fail: 'said no',
  Wait: 'said not yet',
  Silent: 'gave no answer',
};

function noteOf({ failureLimit, onSilence }: PlannedGate, { said, failures }: GateRecord): string {
  if (said === 'Silent' && onSilence === 'ignore') return ', which is ignored';
  if (said !== 'Fail' || failureLimit === 0) return '';
  return ` (${failures} ${failures === 1 ? 'failure' : 'failures'}, ${failureLimit} ${failureLimit === 1 ? 'is' : 'are'} tolerated)`;
}

/** What failure and silence mean for it. */
export function meaningWords({ when, failureLimit, onFailure, onSilence }: PlannedGate): string[] {
  const back = when === 'before' ? 'the rollout ends' : 'the traffic goes back';
  const where = when === 'during' ? ' at one step' : '';
  const no = failureLimit === 0 ? 'When it says no' : `When it has said no ${failureLimit + 1} times${where}`;
  return [
    `${no}, ${onFailure === 'rollback' ? back : 'the rollout pauses until a person decides'}.`,
    `When nobody answers, ${{ hold: 'the rollout waits and asks again', rollback: back, ignore: 'the rollout goes on without it' }[onSilence]}.`,
  ];
}
