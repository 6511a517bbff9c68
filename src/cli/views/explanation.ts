import type { ModelRollout, RolloutDecision } from '../../api/model-rollout.ts';
import type { ModelPicture } from '../../presentation/picture.ts';
import { isAsItShouldBe, reasonWords } from '../../presentation/conditions.ts';
import { evidenceLines } from './evidence-lines.ts';
import { gateParagraphs } from './gate-lines.ts';
import { columns, paragraph } from './layout.ts';
import { nextSteps } from '../../presentation/next-steps.ts';
import { courseOf } from '../../presentation/plan-words.ts';
import type { Canvas } from './view.ts';
import {
  conditionOf,
  isServing,
  messageOf,
  modelWords,
  phaseOf,
  shareWords,
  since,
} from '../../presentation/words.ts';
import { outcomeWords, phaseWords } from './words.ts';

/** Why a ModelDeployment is where it is, in words: users first, then the numbers, then what would change it. */
export function explanation(picture: ModelPicture, canvas: Canvas): string[] {
  const { model, rollouts } = picture;
  const { paint, width } = canvas;
  const { namespace, name } = model.metadata;
  const rollout = rollouts.find(({ metadata }) => metadata.name === model.status?.rollout?.name);
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', paint('bold', title), ...lines];
  return [
    `${paint('bold', `${namespace}/${name}`)} is ${phaseWords(phaseOf(model), paint)}`,
    ...paragraph(messageOf(model), '  ', width),
    ...section('Users', userLines(picture, canvas)),
    ...section('The rollout', rollout ? rolloutLines(rollout, canvas) : []),
    ...section('The metrics', evidenceLines(model, rollout, canvas)),
    ...section('The gates', gateParagraphs(rollout, model, canvas)),
    ...section('Last decisions', decisionLines(rollout, canvas)),
    ...section('What is not as it should be', conditionLines(picture, canvas)),
    ...nextLines(picture, rollout, canvas, section),
  ];
}

function userLines({ model }: ModelPicture, { paint, width }: Canvas): string[] {
  const { stable, candidate, traffic } = model.status ?? {};
  const available = conditionOf(model, 'Available');
  if (!stable) return ['  nobody is served yet'];
  const share = candidate ? (traffic?.applied ?? 0) : 0;
  const arm = (percent: number, { model: served, revision, ready, replicas }: typeof stable) =>
    `${shareWords(percent)} of the traffic: ${modelWords(served, revision)} (${revision}), ${ready} of ${replicas} pods ready`;
  const observed =
    candidate && traffic?.observed !== undefined
      ? `; the gateway counts ${shareWords(traffic.observed)} of late`
      : '';
  return [
    ...(isServing(model)
      ? []
      : paragraph(`${paint('red', 'ARE NOT SERVED')}: ${available?.message}`, '  ', width)),
    ...paragraph(`stable, ${arm(100 - share, stable)}`, '  ', width),
    ...(candidate ? paragraph(`candidate, ${arm(share, candidate)}${observed}`, '  ', width) : []),
  ];
}

function rolloutLines(rollout: ModelRollout, { nowMs, width, paint }: Canvas): string[] {
  const { metadata, spec, status } = rollout;
  const path = `${metadata.name}, ${modelWords(spec.from.model, spec.from.revision)} → ${modelWords(spec.to.model, spec.to.revision)}`;
  const began = since(metadata.creationTimestamp, nowMs) ?? 'a moment';
  if (status?.outcome !== undefined) {
    const ended = since(status.endedAt, nowMs) ?? 'a moment';
    const why = status.message ? `: ${status.message}` : '';
    return paragraph(`${path}: ${outcomeWords(status.outcome, paint)} ${ended} ago${why}`, '  ', width);
  }
  const here = courseOf(rollout, nowMs).find(({ place }) => place === 'here');
  const step = here?.number === undefined ? '' : `step ${here.number} of ${spec.plan.steps.length}, `;
  const place = here ? `; now at ${step}${here.words}${here.note ? `, ${here.note}` : ''}` : '';
  return paragraph(`${path}: began ${began} ago${place}`, '  ', width);
}

/** So many tell how it got here. */
const lastDecisions = 5;

function decisionLines(rollout: ModelRollout | undefined, { width, nowMs }: Canvas): string[] {
  const decisions = rollout?.status?.decisions?.slice(-lastDecisions) ?? [];
  const rows = decisions.map(({ at, action, weight, message, requestedBy }: RolloutDecision) => [
    `  ${since(at, nowMs) ?? ''} ago`,
    action,
    shareWords(weight),
    `${message}${requestedBy ? ` (${requestedBy.actor.name})` : ''}`,
  ]);
  return columns(rows, { width });
}

function conditionLines({ model }: ModelPicture, { paint, width }: Canvas): string[] {
  const wrong = (model.status?.conditions ?? []).filter((condition) => !isAsItShouldBe(condition));
  return wrong.flatMap(({ type, status, reason, message }) => [
    ...paragraph(
      `${paint('yellow', `${type} is ${status}`)} (${reason})${message === model.status?.message ? '' : `: ${message}`}`,
      '  ',
      width,
    ),
    ...paragraph(reasonWords(reason) ?? '', '    ', width),
  ]);
}

function nextLines(
  { model }: ModelPicture,
  rollout: ModelRollout | undefined,
  canvas: Canvas,
  section: (title: string, lines: readonly string[]) => string[],
): string[] {
  const { byItself, byYou } = nextSteps(model, rollout, canvas);
  const { paint, width } = canvas;
  const commands = columns(
    byYou.map(({ command, effect }) => [`  ${paint('cyan', command)}`, effect]),
    { width },
  );
  return [
    ...section(
      'What would change it by itself',
      byItself.flatMap((line) => paragraph(line, '  ', width)),
    ),
    ...section('What you can do', commands),
  ];
}
