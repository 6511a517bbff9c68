import type { ModelDeploymentStatus } from '../api/model-deployment-status.ts';
import type { ModelRolloutSpec, ModelRolloutStatus } from '../api/model-rollout.ts';
import type { Reason } from '../api/reasons.ts';
import type { RolloutActionStatus } from '../api/rollout-action.ts';
import type { Judgement } from './analysis/judge.ts';
import type { Dispatch } from './notices/notice.ts';
import type { RevisionIdentity } from './revision/revision-hash.ts';
import type { ApexSelection, TrafficIntent } from './traffic/split.ts';
import type { PodView } from './world.ts';

/**
 * What one pass wants the world to be. `apply` writes only what differs from the live objects, in the order of law 13:
 * the record, then workloads and traffic, then the status, then events.
 */
export interface Decision {
  /** A rollout to begin: its plan is fixed here. */
  createRollout?: { name: string; spec: ModelRolloutSpec };
  /** The record of the running (or just ended) rollout. */
  rolloutStatus?: { name: string; status: ModelRolloutStatus };
  /** Traffic must move even if the record cannot be written: only a Fail may say so (law 13). */
  trafficBeforeRecord: boolean;
  /** Workloads that the decision wants, each once. */
  revisions: RevisionIntent[];
  /** Pods that are to go, each only when its PodDisruptionBudget allows it: before any workload changes. */
  evictions?: Pick<PodView, 'name' | 'uid'>[];
  /** What becomes of RolloutActions, each at most once in a pass: after what they asked for is done. */
  actions: ActionIntent[];
  /** Absent: leave the traffic objects as they are. */
  traffic?: { intent: TrafficIntent; apex: ApexSelection };
  status: ModelDeploymentStatus;
  events: EventIntent[];
  /** What each target of notifications is still to be sent: after the status that says how far it has been told. Absent: nobody is to be told. */
  dispatches?: Dispatch[];
  /** What the gate of the running rollout heard: told in metrics, and never written as such. */
  judgement?: Judgement;
  /** Look again after this long, even if nothing happens. */
  requeueAfterMs?: number;
}

/** What the situation asks for, before the RolloutActions are answered. */
export type PassDecision = Omit<Decision, 'actions'>;

/**
 * `mirrorService`: whether the revision is to have one; `surge`: pods that it is to have beyond `replicas`. Absent: leave it as it
 * is; but a revision of no replicas has no surge.
 */
export type RevisionIntent =
  /** The revision of the spec: create it where it is missing, from the spec's own template. */
  | { kind: 'ensure'; identity: RevisionIdentity; replicas: number; surge?: number; mirrorService?: boolean }
  /**
   * A revision that exists. `drainUntilMs: null` takes the mark away; `beforeTraffic`: this one stands before the traffic of the
   * same decision.
   */
  | {
      kind: 'keep';
      revision: string;
      replicas: number;
      surge?: number;
      drainUntilMs?: number | null;
      mirrorService?: boolean;
      beforeTraffic?: true;
    }
  /** Beyond the history limit: its Deployment and its Service go. */
  | { kind: 'delete'; revision: string }
  /** A ModelRollout beyond the history limit. */
  | { kind: 'deleteRollout'; name: string };

export type ActionIntent =
  | { kind: 'answer'; name: string; status: RolloutActionStatus }
  /** Gives it to its ModelDeployment, so that it is deleted with it. */
  | { kind: 'own'; name: string }
  /** Its `ttl` is over. */
  | { kind: 'delete'; name: string };

export interface EventIntent {
  type: 'Normal' | 'Warning';
  reason: Reason;
  /** What was done, as a verb: the `action` of events.k8s.io. */
  action: string;
  message: string;
}

/** What has to be written before traffic moves, and what after it. */
export function aroundTraffic(intents: readonly RevisionIntent[]): [RevisionIntent[], RevisionIntent[]] {
  const isBefore = (intent: RevisionIntent) => intent.kind === 'keep' && intent.beforeTraffic === true;
  return [intents.filter(isBefore), intents.filter((intent) => !isBefore(intent))];
}
