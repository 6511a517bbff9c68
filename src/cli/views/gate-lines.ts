import type { ModelDeployment } from '../../api/model-deployment.ts';
import type { ModelRollout } from '../../api/model-rollout.ts';
import { type GateStanding, type GateState, gateStandings } from '../../presentation/gate-standing.ts';
import {
  askedWords,
  gateLabels,
  meaningWords,
  sayingWords,
  targetWords,
} from '../../presentation/gate-words.ts';
import { ageWords, since } from '../../presentation/words.ts';
import type { Style } from '../terminal.ts';
import { columns, fit, paragraph } from './layout.ts';
import type { Canvas } from './view.ts';

const styles: Record<GateState, Style> = {
  ahead: 'dim',
  asked: 'cyan',
  passed: 'green',
  waits: 'cyan',
  failed: 'red',
  silent: 'yellow',
  never: 'dim',
};

/** The user's own gates of a rollout, each with the element of its plan at which it is asked, or was asked last. */
export function gateLinesByPlace(
  rollout: ModelRollout,
  model: ModelDeployment,
  { canvas, wide, places }: { canvas: Canvas; wide: boolean; places: number },
): { place: number; line: string }[] {
  const { paint, nowMs } = canvas;
  const standings = gateStandings(rollout, nowMs, model);
  const lines = columns(
    standings.map((standing) => [
      `gate ${standing.gate.name}`,
      paint(styles[standing.state], gateLabels[standing.state]),
      ...(wide ? [targetWords(standing.gate)] : []),
      lately(standing, nowMs),
    ]),
  );
  return lines.map((line, index) => ({ place: placeOf(standings[index]!, rollout, places), line }));
}

function placeOf(
  { gate, isHere, record }: GateStanding,
  { spec, status }: ModelRollout,
  places: number,
): number {
  if (gate.when === 'before') return 0;
  if (gate.when === 'after') return places - 1;
  const step = isHere ? status?.step.index : record?.place;
  return Math.min((step ?? 0) + 1, spec.plan.steps.length);
}

/** What it said here, and when it is asked again. */
function lately(standing: GateStanding, nowMs: number): string {
  const { record, isEarlier } = standing;
  if (!record || isEarlier) return nextQuestion(standing, nowMs);
  const times = [`${since(record.at, nowMs)} ago`, nextQuestion(standing, nowMs)].filter(Boolean);
  return `${times.join(', ')}: ${record.message}`;
}

function nextQuestion({ record, isEarlier, askedSinceMs, nextAtMs }: GateStanding, nowMs: number): string {
  if (nextAtMs !== undefined) return `asked again in ${ageWords(nextAtMs - nowMs)}`;
  if (askedSinceMs === undefined) return '';
  const age = ageWords(nowMs - askedSinceMs);
  return record && !isEarlier ? `asked again, no answer for ${age}` : `no answer for ${age}`;
}

/** So many lines of what a Job printed. */
const mostLogLines = 5;

/** What each gate asks, what it said, and what failure and silence mean for it. */
export function gateParagraphs(
  rollout: ModelRollout | undefined,
  model: ModelDeployment,
  { paint, width, nowMs }: Canvas,
): string[] {
  if (!rollout || rollout.status?.outcome === 'Promoted') return [];
  return gateStandings(rollout, nowMs, model).flatMap((standing) => {
    const { gate, record, state } = standing;
    const answers = record && record.round > 0 ? `, ${record.round + 1} answers` : '';
    const said =
      record &&
      `${sayingWords(standing, rollout.spec.plan)}, ${since(record.at, nowMs)} ago${answers}: ${record.message}`;
    const log = state === 'failed' ? (record?.log?.split('\n').slice(-mostLogLines) ?? []) : [];
    return [
      `  ${paint('bold', gate.name)}: ${paint(styles[state], gateLabels[state])}`,
      ...[askedWords(gate), said ?? '', nextQuestion(standing, nowMs)]
        .filter(Boolean)
        .flatMap((line) => paragraph(line, '    ', width)),
      ...log.map((line) => fit(paint('dim', `    | ${line}`), width)),
      ...paragraph(meaningWords(gate).join(' '), '    ', width),
    ];
  });
}
