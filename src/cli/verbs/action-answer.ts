import { type Reason, reasons } from '../../api/reasons.ts';
import type { ActionState, RolloutAction } from '../../api/rollout-action.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Style } from '../terminal.ts';
import type { Canvas } from '../views/view.ts';

const codes: Record<ActionState, ExitCode> = {
  Applied: exitCodes.done,
  Refused: exitCodes.opposite,
  Expired: exitCodes.opposite,
  Pending: exitCodes.notEnded,
  Running: exitCodes.notEnded,
};

const styles: Record<ActionState, Style> = {
  Applied: 'green',
  Refused: 'red',
  Expired: 'red',
  Pending: 'yellow',
  Running: 'yellow',
};

/** It will not change any more. */
export const isAnswered = ({ status }: RolloutAction): boolean =>
  status?.state !== undefined && codes[status.state] !== exitCodes.notEnded;

export const codeOf = ({ status }: RolloutAction): ExitCode => codes[status?.state ?? 'Pending'];

/** What became of an action: the answer, and what can be done where it is not what was asked for. */
export function answerLines(action: RolloutAction, { paint, program }: Canvas): string[] {
  const { spec, status, metadata } = action;
  const target = `${metadata.namespace}/${spec.target.name}`;
  const { state = 'Pending', message } = status ?? {};
  const head = `${spec.verb} ${target}: ${paint(styles[state], state)}`;
  if (status?.state === undefined) {
    return [
      `${head}, but no controller has looked at it`,
      '  Does one run? "kubectl get pods -n understudy-system".',
      ...withdrawal(action),
    ];
  }
  const said = message ? `: ${message}` : '';
  if (state === 'Applied') return [head + said, ...actorLines(action)];
  return [
    `${head}${said}${status.reason ? ` (${status.reason})` : ''}`,
    ...adviceFor(action, program).map((line) => `  ${line}`),
    ...(codes[state] === exitCodes.notEnded ? withdrawal(action) : []),
  ];
}

/** A name that nobody held to the truth is worth knowing at an audit, not later. */
const actorLines = ({ status }: RolloutAction): string[] =>
  status?.actor === undefined
    ? []
    : [`  recorded as asked for by ${status.actor.name}${status.actor.verified ? '' : ' (not verified)'}`];

const withdrawal = ({ metadata, spec }: RolloutAction): string[] => [
  `  It stays asked for${spec.ttl === undefined ? ' (24h)' : ` (${spec.ttl})`}; to withdraw it: kubectl delete ra ${metadata.name} -n ${metadata.namespace}`,
];

type Advice = (name: string, program: string) => string;

/** What a person does next; for every other reason its own documentation says it. */
const advice: Partial<Record<Reason, Advice>> = {
  StepNotReached: (name, program) =>
    `Look again ("${program} get ${name}"), and ask again if you still mean it.`,
  RolloutNotRunning: (name, program) => `"${program} history ${name}" shows how it ended.`,
  PausedByAction: (name, program) => `"${program} resume ${name}" lets it go on; then ask again.`,
  PausedBySpec: () => 'Set spec.paused to false where the manifest lies; then ask again.',
  ApprovedAlready: () => 'Somebody else has to approve as well.',
  RevisionNotKept: (name, program) => `"${program} get ${name}" shows the revisions that are kept.`,
};

function adviceFor({ spec, status, metadata }: RolloutAction, program: string): string[] {
  if (status?.state === 'Pending' || status?.state === 'Running') return [];
  const reason = status?.reason as Reason | undefined;
  const told = reason && advice[reason]?.(`${spec.target.name} -n ${metadata.namespace}`, program);
  const known = reason && (reasons as Partial<Record<string, string>>)[reason];
  return told ? [told] : known ? [known] : [];
}
