import type { Outcome, Phase, Verdict } from '../../../src/api/phase.ts';
import type { UserGate } from '../../../src/dashboard-api/schemas.ts';
import { Icon, type IconName } from './icon.tsx';

type Tone = 'good' | 'bad' | 'wait' | 'move' | 'bake' | 'quiet';
type Look = readonly [Tone, IconName, string];

const phaseLooks: Record<Phase, Look> = {
  Pending: ['quiet', 'dot', 'Pending'],
  Progressing: ['move', 'moving', 'Progressing'],
  Paused: ['wait', 'pause', 'Paused'],
  Baking: ['bake', 'bake', 'Baking'],
  Healthy: ['good', 'check', 'Healthy'],
  RolledBack: ['bad', 'back', 'Rolled back'],
  Failed: ['bad', 'failed', 'Failed'],
};
const outcomeLooks: Record<Outcome, Look> = {
  Promoted: ['good', 'check', 'Promoted'],
  Completed: ['good', 'check', 'Completed'],
  RolledBack: ['bad', 'back', 'Rolled back'],
  Failed: ['bad', 'failed', 'Failed'],
  Aborted: ['wait', 'never', 'Aborted'],
  Superseded: ['quiet', 'never', 'Superseded'],
};
const verdictLooks: Record<Verdict, Look> = {
  Pass: ['good', 'check', 'Pass'],
  Fail: ['bad', 'failed', 'Fail'],
  Inconclusive: ['move', 'ask', 'Inconclusive'],
  NoData: ['wait', 'silent', 'No data'],
};
const gateLooks: Record<UserGate['state'], readonly [Tone, IconName]> = {
  ahead: ['quiet', 'dot'],
  asked: ['move', 'ask'],
  passed: ['good', 'check'],
  waits: ['move', 'bake'],
  failed: ['bad', 'failed'],
  silent: ['wait', 'silent'],
  never: ['quiet', 'never'],
};
const unknown: Look = ['quiet', 'dot', 'Unknown'];

const Badge = ({ look, large }: { look: Look; large?: boolean }) => (
  <span class={`badge tone-${look[0]}${large ? ' large' : ''}`}>
    <Icon name={look[1]} />
    {look[2]}
  </span>
);

export const phaseWords = (phase: Phase): string => phaseLooks[phase][2];
export const PhaseBadge = ({ phase, large = false }: { phase: Phase; large?: boolean }) => (
  <Badge look={phaseLooks[phase] ?? unknown} large={large} />
);
export const OutcomeBadge = ({ outcome }: { outcome: Outcome }) => (
  <Badge look={outcomeLooks[outcome] ?? unknown} />
);
export const GateBadge = ({ state, label }: Pick<UserGate, 'state' | 'label'>) => {
  const [tone, icon] = gateLooks[state] ?? unknown;
  return <Badge look={[tone, icon, label.charAt(0).toUpperCase() + label.slice(1)]} />;
};
export const VerdictBadge = ({ verdict }: { verdict: Verdict }) => (
  <Badge look={verdictLooks[verdict] ?? unknown} />
);
