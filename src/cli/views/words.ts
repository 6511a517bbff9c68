import type { Outcome, Phase, Verdict } from '../../api/phase.ts';
import type { Paint, Style } from '../terminal.ts';

/** Words of all views that have a colour. */

const phaseStyles: Record<Phase, Style> = {
  Pending: 'cyan',
  Progressing: 'cyan',
  Paused: 'yellow',
  Baking: 'cyan',
  Healthy: 'green',
  RolledBack: 'red',
  Failed: 'red',
};

const outcomeStyles: Record<Outcome, Style> = {
  Promoted: 'green',
  Completed: 'green',
  RolledBack: 'red',
  Failed: 'red',
  Aborted: 'yellow',
  Superseded: 'dim',
};

const verdictStyles: Record<Verdict, Style> = {
  Pass: 'green',
  Fail: 'red',
  Inconclusive: 'cyan',
  NoData: 'yellow',
};

export const phaseWords = (phase: Phase, paint: Paint): string => paint(phaseStyles[phase] ?? 'bold', phase);
export const outcomeWords = (outcome: Outcome, paint: Paint): string =>
  paint(outcomeStyles[outcome] ?? 'bold', outcome);
export const verdictWords = (verdict: Verdict, paint: Paint): string =>
  paint(verdictStyles[verdict] ?? 'bold', verdict);

/** The first word of a branch: what it is. */
export const roleWords = (role: string, paint: Paint): string =>
  paint('bold', role) + ' '.repeat(Math.max(0, 9 - role.length));
