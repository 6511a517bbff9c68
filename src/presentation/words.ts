import type { ModelDeployment } from '../api/model-deployment.ts';
import type { ModelReference } from '../api/model-rollout.ts';
import type { Phase } from '../api/phase.ts';
import { toMs } from '../domain/time.ts';

/** Small words for people: of the command line's views and of the dashboard. */

/** What stands where there is nothing. */
export const nothing = '-';

/** A span as people say it, with two units at most: `45s`, `12m5s`, `5h12m`, `3d4h`, `21d`. */
export function ageWords(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return two(minutes, 'm', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return two(hours, 'h', minutes % 60, 'm');
  const days = Math.floor(hours / 24);
  return days < 8 ? two(days, 'd', hours % 24, 'h') : `${days}d`;
}

const two = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;

/** How long ago a time was; undefined where there is none. */
export function since(time: string | undefined, nowMs: number): string | undefined {
  const ms = toMs(time);
  return ms === undefined ? undefined : ageWords(nowMs - ms);
}

/** A share of the traffic: `12.5 %`. */
export const shareWords = (percent: number): string => `${Number(percent.toFixed(1))} %`;

/** The model of a revision; where the spec names none, the revision itself. */
export const modelWords = (model: ModelReference | undefined, revision: string): string =>
  [model?.name, model?.version].filter((part) => part !== undefined).join(' ') || revision;

/** The version alone, for narrow places. */
export const versionWords = (model: ModelReference | undefined, revision: string): string =>
  model?.version ?? revision;

/** What nobody has looked at yet has no phase. */
export const phaseOf = ({ status }: ModelDeployment): Phase => status?.phase ?? 'Pending';

/** Whether the controller has seen the spec as it is now. */
export const isSeen = ({ metadata, status }: ModelDeployment): boolean =>
  (status?.observedGeneration ?? -1) >= (metadata.generation ?? 0);

/** What is going on, in the controller's words; and what is to be known where it has said nothing yet. */
export function messageOf(model: ModelDeployment): string {
  const { status, metadata } = model;
  if (status?.phase === undefined) return 'no controller has looked at it yet';
  const said = status.message ?? '';
  if (metadata.deletionTimestamp !== undefined) return `it is being deleted; ${said}`;
  return isSeen(model) ? said : `the last change of the spec is not seen yet; before: ${said}`;
}

/** A condition, where there is one. */
export const conditionOf = ({ status }: ModelDeployment, type: string) =>
  status?.conditions?.find((condition) => condition.type === type);

/** Users are served; unknown counts as served: nothing says otherwise. */
export const isServing = (model: ModelDeployment): boolean =>
  conditionOf(model, 'Available')?.status !== 'False';

/** A command to copy, which works whatever the context's namespace is. */
export const commandFor = (program: string, verb: string, { metadata }: ModelDeployment): string =>
  `${program} ${verb} ${metadata.name} -n ${metadata.namespace ?? 'default'}`;

/** What a metric says, where its name stands before it already. */
export const withoutName = (metric: string, message = ''): string =>
  message.startsWith(`${metric}: `) ? message.slice(metric.length + 2) : message;

/** The step of a rollout that runs. */
export function stepOf({ status }: ModelDeployment): string {
  const { rollout, phase } = status ?? {};
  if (!rollout || rollout.outcome !== undefined) return nothing;
  if (phase === 'Baking') return 'bake';
  return `${Math.min(rollout.step + 1, rollout.steps)}/${rollout.steps}`;
}
