import type { ModelRollout } from '../api/model-rollout.ts';
import { toMs } from '../domain/time.ts';

/** The person whose word it began with, or the last one who took part in how it went. */
export function actorOf({ spec, status }: ModelRollout): string | undefined {
  const endMs = toMs(status?.endedAt) ?? Infinity;
  const decided = (status?.decisions ?? []).map(({ at, requestedBy }) => ({ at, actor: requestedBy?.actor }));
  const last = [...decided, ...(status?.actions ?? [])]
    // What was asked for after its end, such as a retry, is recorded here as well.
    .filter(({ at, actor }) => actor !== undefined && Date.parse(at) <= endMs)
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
    .at(-1);
  return (spec.requestedBy?.actor ?? last?.actor)?.name;
}
