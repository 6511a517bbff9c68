import type { SeriesLabels } from './counting.ts';
import type { Labels } from './measurement.ts';

/** The two sides of a comparison. */
export type ArmName = 'candidate' | 'stable';

/** One revision as the data plane knows it. */
export interface Arm {
  revision: string;
  /** Its revision Service. */
  service: string;
  /** The port of that Service. */
  port: number;
}

/** Both revisions of a rollout of one ModelDeployment. */
export interface Arms {
  namespace: string;
  /** The ModelDeployment. */
  name: string;
  candidate: Arm;
  stable: Arm;
}

/** What a counter series counts: requests of one arm, all of them good or all of them bad. */
export interface RequestRole {
  arm: ArmName;
  bad: boolean;
  /** Another series of the same answer counts these requests too: only that they were bad is new. */
  repeated?: true;
}

/** What a histogram series counts: requests of one arm that took at most this long. */
export interface BucketRole {
  arm: ArmName;
  /** Milliseconds; Infinity for the bucket that holds all requests. */
  upperBoundMs: number;
}

/** Counters that one query gives for both arms. */
export interface CounterFamily<Role> extends SeriesLabels {
  /** A vector selector without a range. */
  selector: string;
  /** What a series counts; undefined for one that only shows that its target was scraped. */
  read(labels: Labels): Role | undefined;
}

/** How requests are counted for one rollout: plain data and pure functions. Latency that is absent cannot be had as a distribution. */
export interface CounterPreset {
  name: string;
  /** Each pod counts its own requests, so that a series is one pod's. */
  perPod?: true;
  requests(arms: Arms): CounterFamily<RequestRole>;
  latency(arms: Arms): CounterFamily<BucketRole> | undefined;
  /** Why a metric cannot be judged, in words, where that is known: errors of requests that are counted, or their times. */
  lacks?: { errors?: string; latency?: string };
}
