import type { ResolvedSpec } from '../../api/defaults.ts';
import type { Outlook } from '../../domain/strategy/outlook.ts';
import type { ArmFigures } from '../../replay/arm-figures.ts';
import type { TimedPlan } from '../plan-times-words.ts';
import type { PodsAt, QuotaRoom, Resources } from './capacity.ts';
import type { PlannedObject } from './planned-objects.ts';

/** What the API server said to a dry run. */
export type DryRun =
  | { kind: 'accepted' }
  | { kind: 'refused'; words: string }
  /** We have no right to ask. */
  | { kind: 'notAsked' };

/** The room that there is, as far as one may see it. */
export interface Room {
  /** Pods that are there now. */
  now: number;
  through: PodsAt[];
  /** What one pod asks for. */
  each: Resources;
  /** Pods more than there are now, at most. */
  more: number;
  /** Absent where one may not see quotas. */
  quotas?: QuotaRoom[];
  /** How many more pods the nodes take; absent where one may not see nodes and pods. */
  nodes?: number;
}

/** Everything that a plan says. */
export interface Planned {
  namespace: string;
  name: string;
  revision: { revision: string; model: string };
  stable: { revision: string; model: string } | undefined;
  outlook: Outlook;
  /** Paths of the spec that would change; absent where there is no ModelDeployment yet. */
  changes: string[] | undefined;
  dryRun: DryRun;
  /** Why no rollout begins with these metrics. */
  problems: string[];
  paused: boolean;
  spec: ResolvedSpec;
  times: TimedPlan;
  objects: PlannedObject[];
  room: Room;
  /** Absent where nobody named a Prometheus, or users have no revision yet. */
  figures: ArmFigures | undefined;
  /** What could not be seen, in words. */
  unseen: string[];
}

/** Whether users get another revision by steps. */
export const isRollout = ({ outlook }: Pick<Planned, 'outlook'>): boolean => outlook.kind === 'rollout';

/** Whether pods are made. */
export const makesPods = ({ outlook }: Pick<Planned, 'outlook'>): boolean =>
  outlook.kind === 'rollout' || outlook.kind === 'immediateReturn' || outlook.kind === 'firstDeployment';

export const isRefused = ({ dryRun, problems }: Planned): boolean =>
  dryRun.kind === 'refused' || problems.length > 0;
