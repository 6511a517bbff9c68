import type { ModelRollout, RevisionReference } from '../../api/model-rollout.ts';
import { actorOf } from '../../presentation/rollout-actor.ts';
import { columns } from './layout.ts';
import { tookWords } from './rollout-branch.ts';
import type { Canvas } from './view.ts';
import { nothing, since, versionWords } from '../../presentation/words.ts';
import { outcomeWords } from './words.ts';

/** Past rollouts, the newest first: what was tried, how it ended, when, and why. */
export function historyTable(
  rollouts: readonly ModelRollout[],
  canvas: Canvas,
  { wide = false }: { wide?: boolean } = {},
): string[] {
  const { paint, nowMs } = canvas;
  const head = [
    ...['ROLLOUT', 'VERSION', 'OUTCOME', 'BEGAN', 'TOOK', 'BY'],
    ...(wide ? ['REASON', 'FROM', 'TO'] : []),
    'WHY',
  ];
  const rows = rollouts.map((rollout) => {
    const { metadata, spec, status } = rollout;
    const began = since(metadata.creationTimestamp, nowMs);
    return [
      metadata.name,
      `${version(spec.from)} → ${version(spec.to)}`,
      status?.outcome ? outcomeWords(status.outcome, paint) : paint('cyan', status?.phase ?? 'Preparing'),
      began === undefined ? nothing : `${began} ago`,
      status?.duration === undefined ? nothing : tookWords(status.duration),
      wide ? (actorOf(rollout) ?? nothing) : shortActor(actorOf(rollout) ?? nothing),
      ...(wide ? [status?.reason ?? nothing, spec.from.revision, spec.to.revision] : []),
      (status?.message ?? '').replaceAll(/\s+/g, ' '),
    ];
  });
  return columns([head.map((word) => paint('bold', word)), ...rows], {
    width: wide ? Infinity : canvas.width,
    gap: '  ',
  });
}

const version = ({ model, revision }: RevisionReference): string => versionWords(model, revision);

/** The names of service accounts begin all alike. */
const shortActor = (name: string): string => name.replace(/^system:serviceaccount:/, '');
