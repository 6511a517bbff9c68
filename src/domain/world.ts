import type { ModelDeploymentStatus } from '../api/model-deployment-status.ts';
import type { ResolvedSpec } from '../api/defaults.ts';
import type { ModelReference, ModelRolloutSpec, ModelRolloutStatus } from '../api/model-rollout.ts';
import type { Actor, RolloutActionSpec, RolloutActionStatus } from '../api/rollout-action.ts';
import type { Reason } from '../api/reasons.ts';
import type { NamedMeasures } from './analysis/presets/named-measure.ts';
import type { CounterPreset } from './analysis/preset.ts';
import type { MetricsState } from './analysis/measurement.ts';
import type { PodHistory } from './analysis/pod-history.ts';
import type { PresetChoice } from '../api/model-rollout-status.ts';
import type { GateView } from './gates/gate-question.ts';
import type { TargetView } from './notices/notice.ts';
import type { RevisionIdentity } from './revision/revision-hash.ts';
import type { Lacking, RouteExtras } from './traffic/route-extras.ts';
import type { ApexSelection, Backend } from './traffic/split.ts';
import type { RouterKind } from './traffic/pods.ts';

/**
 * Everything that one pass knows: gathered before it decides, plain data, and the only input of `decide` (law 14).
 * Times are milliseconds since the epoch.
 */
export interface World {
  nowMs: number;
  deployment: DeploymentView;
  /** The identity of the revision that the spec asks for. */
  target: RevisionIdentity;
  revisions: RevisionView[];
  /** Revisions that have a Service and no Deployment: whoever was to make it was killed in between. Absent: none. */
  unborn?: string[];
  /** By number, the newest last. */
  rollouts: RolloutView[];
  /** Every RolloutAction about a ModelDeployment of this name. */
  actions: ActionView[];
  traffic: TrafficView;
  analysis: AnalysisView;
  /** What is known by now of the questions that gates are asked. Absent: none is. */
  gates?: readonly GateView[];
  /** Who is told of rollouts; empty: nobody. Absent where the spec cannot be read. */
  targets?: TargetView[];
  /**
   * Why the API server refuses the target revision's Deployment, in its words: asked by a dry run while the revision is
   * not born yet.
   */
  birthRefused: string | undefined;
  /** Why pods that are next to be evicted may not go now, in the API server's words, by their uid: asked by a dry run. */
  evictionRefused: Record<string, string>;
}

/** The ModelDeployment. */
export interface DeploymentView {
  namespace: string;
  name: string;
  uid: string;
  generation: number;
  deleting: boolean;
  spec: ResolvedSpec;
  /**
   * Why the spec that is stored cannot be followed, in words. `spec` then stands in for it and says what the newest record says:
   * nothing begins or goes forward, and what takes traffic back goes on (law 5).
   */
  invalidSpec?: string;
  /** Why the metrics of the spec cannot be asked, in words: no rollout begins with them, and all else goes on. */
  metricProblem?: { reason: Reason; message: string };
  /** What was written last; absent on a new object, or when somebody deleted it (law 20). */
  status: ModelDeploymentStatus | undefined;
}

/** One revision: its Deployment, its Service, and what its endpoints say. */
export interface RevisionView extends Pick<RevisionIdentity, 'revision' | 'hashVersion' | 'fullHash'> {
  model: ModelReference;
  /** Replicas that its Deployment asks for, without the surge. */
  replicas: number;
  /** Pods that its Deployment has beyond them, while its pods are replaced one after another. */
  surge: number;
  /** Pods that its Deployment reports, ready or not. */
  pods: number;
  /** Ready endpoints of its revision Service: what law 1 counts. */
  ready: number;
  /** Its pods that are not on their way out, the oldest first. */
  members: PodView[];
  /** Its revision Service exists. */
  hasService: boolean;
  /** Its mirror Service exists. */
  hasMirrorService: boolean;
  /** Ready endpoints of its mirror Service. They are no capacity, and a Service gets them a moment after it was made. */
  mirrorReady: number;
  createdAtMs: number;
  /** Until when it keeps its pods although it has no traffic any more. */
  drainUntilMs: number | undefined;
  /** The pods' own grace period. */
  gracePeriodMs: number;
  /** Kubernetes' own Progressing condition says that the deadline is over. */
  deadlineExceeded: boolean;
  /** Why pods are not ready, in words, when something is known. */
  problem: string | undefined;
}

/** One pod. */
export interface PodView {
  name: string;
  uid: string;
  bornAtMs: number;
  /** A ready endpoint of its revision Service. */
  ready: boolean;
  /** Since when Kubernetes calls it ready; absent while it does not. */
  readySinceMs?: number;
  /** Replica ratio: labelled as one that takes users' traffic. */
  live: boolean;
}

/** A ModelRollout. */
export interface RolloutView {
  name: string;
  /** Absent where nobody needs to tell it from an earlier one of the same name. */
  uid?: string;
  spec: ModelRolloutSpec;
  status: ModelRolloutStatus;
  /** The commit that asked for it, as the ModelDeployment named it when it began. */
  commit?: string;
}

/** A RolloutAction. */
export interface ActionView {
  name: string;
  uid: string;
  generation: number;
  createdAtMs: number;
  /** Of the spec, with its default. */
  ttlMs: number;
  spec: RolloutActionSpec;
  actor: Actor;
  /** Absent before the controller has looked at it, or when somebody deleted it. */
  status: RolloutActionStatus | undefined;
  /** It names the ModelDeployment as an owner, and goes with it. */
  owned: boolean;
}

/** What the live traffic objects say, as the router reads them. */
export interface TrafficView {
  router: RouterKind;
  /** The apex Service, when it exists. */
  apex: ApexSelection | undefined;
  /** Weighted routers: what the live route says of everybody's requests; absent when there is no route. */
  route: Backend[] | undefined;
  /** Weighted routers: what the live route says beside the split. */
  extras: RouteExtras;
  /** The revision that the preview Service selects, when there is one. */
  preview: string | undefined;
  /** What the router cannot do here, with reasons. */
  lacking: Lacking;
  /** Replica ratio: how many pods of each revision are labelled live. */
  live: Record<string, number>;
  /** Replica ratio: how many ready pods of each revision the apex Service's EndpointSlices hold. */
  endpoints: Record<string, number>;
  /** The data plane has taken over what the live objects say (law 7). */
  acknowledged: boolean;
  /** Why it has not, in words. */
  acknowledgement: string;
  /** It has not, and only because it has not looked at the newest write yet: nothing was refused. */
  pending?: boolean;
  /** Every revision that any live traffic object names (law 3), whatever its weight. */
  named: string[];
  /** Something that stops the router from working at all and that a person must mend. */
  problem: TrafficProblem | undefined;
  /** The same for the preview only: what users get does not hang on it, so that it never stands before a rollback (law 5). */
  previewProblem?: TrafficProblem;
}

export interface TrafficProblem {
  reason: 'GatewayAPINotInstalled' | 'RouterSwitchedOff' | 'RouteConflict' | 'ServiceConflict';
  message: string;
}

/** How the revisions' evidence can be read. */
export interface AnalysisView {
  metrics: MetricsState;
  /** How to count requests; absent where nobody knows how. */
  preset: CounterPreset | undefined;
  /** Which of the known programs that is, what was seen of it, and what people have to know of it. */
  chosen?: { choice: PresetChoice; says: readonly string[] };
  /** What model servers measure, for the variables of free queries. */
  measures?: NamedMeasures;
  /** What its single pods did before the rollout: asked once, while that prepares. */
  history?: PodHistory;
  /** Service port under which the data plane knows a revision. */
  port: number;
  scrapeIntervalMs: number;
}
