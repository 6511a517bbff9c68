import { randomUUID } from 'node:crypto';
import type { Cluster, ObjectName } from '../kubernetes/cluster.ts';
import type { Random } from './backoff.ts';
import type { Clock } from './clock.ts';
import { requireOption, requirePositive } from './invalid-option-error.ts';
import type { LeaseMetadata } from './lease-record.ts';
import type { Logger } from './logger.ts';

export interface LeaderElectionTimings {
  /** How long the others wait for a sign of the holder; whole seconds, for the Lease holds no less. Default 15 s. */
  leaseDurationMs: number;
  /** How long the holder may write after it sent the last renewal that succeeded. Default 10 s. */
  renewDeadlineMs: number;
  /** The pause between two tries. Default 2 s. */
  retryPeriodMs: number;
  /** By how much, as a part of it, the pause is longer by chance. Default 0.2. */
  jitter: number;
  /** A request that takes longer is given up. Default 4 s. */
  requestTimeoutMs: number;
}

/** `released`: by a clean stop. `lost`: stop writing at once, and end the process with an exit code other than 0. */
export type LeadershipEnd = 'released' | 'lost';

export interface LeaderElectionOptions extends Partial<LeaderElectionTimings> {
  /** With a connection of its own: a Lease request must not queue up behind others. */
  cluster: Cluster;
  clock: Clock;
  logger: Logger;
  lease: ObjectName;
  /** Of a Lease that is made. */
  metadata?: LeaseMetadata;
  /** Unique per process: `leaderIdentity(podName)`. With `shared`, the same for all that hold it together. */
  identity: string;
  /** Several processes hold it together. Default: one does. */
  shared?: boolean;
  onStartedLeading?: () => void | Promise<void>;
  onStoppedLeading?: (end: LeadershipEnd) => void | Promise<void>;
  random?: Random;
}

/** How a process comes to lead: by one Lease, by one for each shard, or without asking. */
export interface Election {
  /** Call it once. */
  start(): void;
  /** Gives back what it leads as the very last write. */
  stop(): Promise<void>;
  status(): ElectionStatus;
}

/** For metrics and the status page. */
export interface ElectionStatus {
  /** Leads at least a part. */
  leading: boolean;
  /** The age of the last renewal, while it takes part as a leader. */
  renewedAgoMs: number | undefined;
  /** How many shards it leads. */
  shards: number;
}

export interface LeaderElectionStatus {
  leading: boolean;
  identity: string;
  /** Who held the Lease when it was last read; empty for nobody. */
  holder: string;
  /** The age of the last renewal, while leading. */
  renewedAgoMs: number | undefined;
}

/** The pod's name, for people, and a random part, so that a restarted container is another process. */
export const leaderIdentity = (podName: string, newId: () => string = randomUUID): string =>
  `${podName}_${newId()}`;

/** The timings with their defaults; refuses those under which two processes could lead, or none for long. */
export function leaderElectionTimings(given: Partial<LeaderElectionTimings>): LeaderElectionTimings {
  const timings: LeaderElectionTimings = {
    leaseDurationMs: given.leaseDurationMs ?? 15_000,
    renewDeadlineMs: given.renewDeadlineMs ?? 10_000,
    retryPeriodMs: given.retryPeriodMs ?? 2000,
    jitter: given.jitter ?? 0.2,
    requestTimeoutMs: given.requestTimeoutMs ?? Math.min(4000, (given.renewDeadlineMs ?? 10_000) * 0.4),
  };
  const { leaseDurationMs, renewDeadlineMs, retryPeriodMs, jitter, requestTimeoutMs } = timings;
  requirePositive('retryPeriodMs', retryPeriodMs);
  requirePositive('requestTimeoutMs', requestTimeoutMs);
  requireOption(jitter >= 0 && jitter <= 1, 'jitter', jitter, '0 to 1');
  requireOption(
    leaseDurationMs >= 1000 && leaseDurationMs % 1000 === 0,
    'leaseDurationMs',
    leaseDurationMs,
    'whole seconds, at least 1000',
  );
  requireOption(
    renewDeadlineMs < leaseDurationMs,
    'renewDeadlineMs',
    renewDeadlineMs,
    `less than leaseDurationMs (${leaseDurationMs})`,
  );
  const longestPauseMs = retryPeriodMs * (1 + jitter);
  requireOption(
    longestPauseMs < renewDeadlineMs,
    'retryPeriodMs',
    retryPeriodMs,
    `with jitter ${jitter} less than renewDeadlineMs (${renewDeadlineMs})`,
  );
  requireOption(
    requestTimeoutMs < renewDeadlineMs,
    'requestTimeoutMs',
    requestTimeoutMs,
    `less than renewDeadlineMs (${renewDeadlineMs})`,
  );
  return timings;
}
