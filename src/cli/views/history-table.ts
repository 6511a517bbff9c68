import type { ModelRollout, RevisionReference } from '../../api/model-rollout.ts';
import { toMs } from '../../domain/time.ts';
import { columns } from './layout.ts';
import { tookWords } from './rollout-branch.ts';
import type { Canvas } from './view.ts';
import { nothing, outcomeWords, since, versionWords } from './words.ts';

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
      wide ? actorOf(rollout) : shortActor(actorOf(rollout)),
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

/** The person whose word it began with, or the last one who took part in how it went. */
function actorOf({ spec, status }: ModelRollout): string {
  const endMs = toMs(status?.endedAt) ?? Infinity;
  const decided = (status?.decisions ?? []).map(({ at, requestedBy }) => ({ at, actor: requestedBy?.actor }));
  const last = [...decided, ...(status?.actions ?? [])]
    // What was asked for after its end, such as a retry, is recorded here as well.
    .filter(({ at, actor }) => actor !== undefined && Date.parse(at) <= endMs)
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
    .at(-1);
  return (spec.requestedBy?.actor ?? last?.actor)?.name ?? nothing;
}

/** The names of service accounts begin all alike. */
const shortActor = (name: string): string => name.replace(/^system:serviceaccount:/, '');
