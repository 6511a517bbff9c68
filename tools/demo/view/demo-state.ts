import type { ModelDeploymentStatus } from '../../../src/api/model-deployment-status.ts';
import type { LoadCounts } from '../load/load-summary.ts';
import { clean } from './styled-text.ts';

/** All that a view shows. Times are milliseconds. */
export interface DemoState {
  /** What the demo itself is doing, in words. */
  readonly stage: string;
  readonly elapsedMs: number;
  /** Since the epoch, for countdowns. */
  readonly nowMs: number;
  /** The status of the ModelDeployment as it was last read; empty before it is there. */
  readonly status: ModelDeploymentStatus;
  readonly traffic: TrafficState | undefined;
}

/** What the load generator saw. */
export interface TrafficState {
  /** In the last whole second. */
  readonly last: LoadCounts;
  readonly total: LoadCounts;
}

/** Where the demo tells what happens. */
export interface View {
  /** The state has changed; a view decides itself when it shows that. */
  changed(): void;
  /** A line that stays. */
  note(text: string): void;
  /** Gives the terminal back. Can be called more than once. */
  close(): void;
}

type Role = NonNullable<ModelDeploymentStatus['stable']>;

/** "v2" where the model has a version, else the revision. */
export const versionOf = (role: Role | undefined): string | undefined =>
  role && (role.model?.version ? `v${role.model.version}` : role.revision);

/** Which revision the numbers in `status.traffic` speak of: the candidate, or the one that has just been promoted. */
export const onTrial = (status: ModelDeploymentStatus): Role | undefined =>
  status.candidate ?? (status.phase === 'Baking' ? status.stable : undefined);

/** What a metric says, without its own name in front. */
export const findingOf = ({ metric, message }: { metric: string; message?: string | undefined }): string =>
  clean(message ?? '').replace(`${metric}: `, '');

/** The numbers of it only: "0 of 51 requests failed (0 %)". */
export const numbersOf = (finding: { metric: string; message?: string | undefined }): string =>
  findingOf(finding).split(/, allowed|; /)[0] ?? '';
