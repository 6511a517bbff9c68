import type { RolloutView } from '../world.ts';
import type { ApexSelection, Backend } from '../traffic/split.ts';
import type { RouterKind } from '../traffic/pods.ts';

/** The live objects at one moment, as plain data: what the laws look at, before and after a write. */
export interface Facts {
  nowMs: number;
  router: RouterKind;
  /** Of the ModelDeployment's spec. */
  replicas: number;
  drainMs: number;
  route: Backend[] | undefined;
  apex: ApexSelection | undefined;
  acknowledged: boolean;
  /** The share of live traffic in percent that the live objects ask for, by revision. */
  shares: Record<string, number>;
  /** Every revision that a live traffic object names. */
  named: string[];
  revisions: Record<string, { replicas: number; ready: number }>;
  /** The newest record. */
  rollout: RolloutView | undefined;
  /** When a revision's share last went to 0; absent while it has one, or where it never had. */
  lostTrafficAtMs: Record<string, number>;
  /** Decisions that the record held when a revision's share was last taken down, as JSON. */
  decisionsAtFall: Record<string, readonly string[]>;
  /** Ready pods that the candidate had when its weight was last given to it. */
  readyWhenGiven: number | undefined;
}
