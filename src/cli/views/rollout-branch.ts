import type { ModelDeployment } from '../../api/model-deployment.ts';
import type { ModelRollout } from '../../api/model-rollout.ts';
import { parseDuration } from '../../api/duration-text.ts';
import { toMs } from '../../domain/time.ts';
import { inSeconds } from '../words.ts';
import type { Style } from '../terminal.ts';
import { gateLinesByPlace } from './gate-lines.ts';
import { type Branch, columns } from './layout.ts';
import { courseOf, type Place, type PlaceInPlan } from '../../presentation/plan-words.ts';
import type { Canvas } from './view.ts';
import { ageWords, modelWords, since, withoutName } from '../../presentation/words.ts';
import { outcomeWords, roleWords, verdictWords } from './words.ts';

const marks: Record<Place, { mark: string; style: Style }> = {
  done: { mark: '✓', style: 'green' },
  here: { mark: '▶', style: 'cyan' },
  ahead: { mark: '·', style: 'dim' },
  failed: { mark: '✗', style: 'red' },
  never: { mark: '·', style: 'dim' },
};

/** A rollout with its steps, below the step that it is at what its metrics say, and each gate of the user's own where it is asked. */
export function rolloutBranch(
  rollout: ModelRollout,
  model: ModelDeployment,
  canvas: Canvas,
  wide: boolean,
): Branch {
  const { paint } = canvas;
  const { spec, status, metadata } = rollout;
  const path = `${modelWords(spec.from.model, spec.from.revision)} → ${modelWords(spec.to.model, spec.to.revision)}`;
  const head = `${roleWords('rollout', paint)}   ${metadata.name}   ${path}   ${stateOf(rollout, canvas)}`;
  const isOver = status?.outcome !== undefined;
  // Of one that ended well nobody wants to see every step again.
  if (isOver && status.outcome === 'Promoted') return { lines: [head] };
  const course = courseOf(rollout, canvas.nowMs);
  const lines = columns(course.map((place) => placeCells(place, canvas)));
  const metrics = isOver ? [] : metricBranches(model, canvas);
  const gates = gateLinesByPlace(rollout, model, { canvas, wide, places: course.length });
  const here = course.findIndex(({ place }) => place === 'here');
  return {
    lines: [head],
    children: lines.map((line, index) => ({
      lines: [line],
      children: [
        ...gates.filter(({ place }) => place === index).map((gate) => ({ lines: [gate.line] })),
        ...(index === here ? metrics : []),
      ],
    })),
  };
}

function stateOf({ status, metadata }: ModelRollout, { paint, nowMs }: Canvas): string {
  const age = since(metadata.creationTimestamp, nowMs);
  if (status?.outcome === undefined)
    return `${paint('cyan', status?.phase ?? 'Preparing')}${age === undefined ? '' : ` for ${age}`}`;
  const ended = since(status.endedAt, nowMs);
  const took = status.duration === undefined ? '' : ` after ${tookWords(status.duration)}`;
  return `${outcomeWords(status.outcome, paint)}${took}${ended === undefined ? '' : `, ${ended} ago`}`;
}

/** The record has milliseconds; people do not want them. */
export const tookWords = (duration: string): string => inSeconds(parseDuration(duration));

function placeCells({ number, words, place, note }: PlaceInPlan, { paint }: Canvas): string[] {
  const { mark, style } = marks[place];
  const isBold = place === 'here' || place === 'failed';
  const text = number === undefined ? words : `${number}  ${words}`;
  return [`${paint(style, mark)} ${isBold ? paint('bold', text) : text}`, note ?? ''];
}

/** What each metric says, and when time alone brings the next decision. */
function metricBranches({ status }: ModelDeployment, { paint, nowMs }: Canvas): Branch[] {
  const rows = (status?.analysis ?? []).map(({ metric, verdict, message, dryRun }) => [
    metric,
    verdictWords(verdict, paint),
    `${dryRun ? '(shown only) ' : ''}${withoutName(metric, message)}`,
  ]);
  const nextMs = toMs(status?.rollout?.nextDecisionAt);
  const next =
    nextMs !== undefined && nextMs > nowMs
      ? [`next decision in ${ageWords(nextMs - nowMs)} at the latest`]
      : [];
  return [...columns(rows), ...next].map((line) => ({ lines: [line] }));
}
