import type { ModelDeployment } from '../../api/model-deployment.ts';
import { stepOf } from '../../presentation/words.ts';
import { columns } from './layout.ts';
import type { Canvas } from './view.ts';
import {
  conditionOf,
  isServing,
  messageOf,
  nothing,
  phaseOf,
  shareWords,
  since,
  versionWords,
} from '../../presentation/words.ts';
import { phaseWords } from './words.ts';

export interface TableOptions {
  /** With a column for the namespace. */
  namespaces?: boolean;
  /** Revisions and the rollout as well, and the message uncut. */
  wide?: boolean;
}

/** ModelDeployments, a line each: what is happening, how far it is, and whether users are served. */
export function modelsTable(
  models: readonly ModelDeployment[],
  canvas: Canvas,
  { namespaces = false, wide = false }: TableOptions = {},
): string[] {
  const { paint } = canvas;
  const head = [
    ...(namespaces ? ['NAMESPACE'] : []),
    ...['NAME', 'PHASE', 'VERSION', 'TRAFFIC', 'STEP', 'READY', 'SINCE'],
    ...(wide ? ['STABLE', 'CANDIDATE', 'ROLLOUT', 'AGE'] : []),
    'MESSAGE',
  ];
  const rows = models.map((model) => {
    const { metadata, status } = model;
    return [
      ...(namespaces ? [metadata.namespace ?? ''] : []),
      metadata.name,
      phaseWords(phaseOf(model), paint),
      versionsOf(model),
      trafficOf(model),
      stepOf(model),
      readyOf(model, canvas),
      sinceOf(model, canvas.nowMs),
      ...(wide
        ? [
            status?.stable?.revision ?? nothing,
            status?.candidate?.revision ?? nothing,
            status?.rollout?.name ?? nothing,
            since(metadata.creationTimestamp, canvas.nowMs) ?? nothing,
          ]
        : []),
      messageOf(model).replaceAll(/\s+/g, ' '),
    ];
  });
  return columns([head.map((word) => paint('bold', word)), ...rows], {
    width: wide ? Infinity : canvas.width,
    gap: '  ',
  });
}

/** `3`, and during a rollout `3 → 4`. */
function versionsOf({ status }: ModelDeployment): string {
  const { stable, candidate } = status ?? {};
  const known = [stable, candidate].filter((role) => role !== undefined);
  return known.map(({ model, revision }) => versionWords(model, revision)).join(' → ') || nothing;
}

/** The candidate's share: what the traffic objects say, and where that is another one what was decided. */
export function trafficOf({ status }: ModelDeployment): string {
  const { applied, desired, mirrored } = status?.traffic ?? {};
  if (!status?.candidate) return nothing;
  if (mirrored !== undefined && !applied) return `copies ${shareWords(mirrored)}`;
  if (applied === undefined) return nothing;
  return desired === undefined || desired === applied
    ? shareWords(applied)
    : `${shareWords(applied)} → ${shareWords(desired)}`;
}

/** Ready pods of the stable revision, and of the candidate behind them. */
function readyOf(model: ModelDeployment, { paint }: Canvas): string {
  const { stable, candidate } = model.status ?? {};
  if (!stable) return nothing;
  const words = `${stable.ready}/${stable.replicas}`;
  const users = isServing(model)
    ? stable.ready < stable.replicas
      ? paint('yellow', words)
      : words
    : paint('red', words);
  return candidate ? `${users} + ${candidate.ready}/${candidate.replicas}` : users;
}

/** How long the step has lasted, or since when it has been ready or not. */
const sinceOf = (model: ModelDeployment, nowMs: number): string =>
  since(model.status?.rollout?.since, nowMs) ??
  since(conditionOf(model, 'Ready')?.lastTransitionTime, nowMs) ??
  nothing;
