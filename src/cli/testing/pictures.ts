import type { ModelDeployment } from '../../api/model-deployment.ts';
import type { ModelDeploymentStatus } from '../../api/model-deployment-status.ts';
import type { ModelRollout, ModelRolloutStatus } from '../../api/model-rollout.ts';
import type { RolloutAction } from '../../api/rollout-action.ts';
import { toTime } from '../../domain/time.ts';
import type { ModelPicture, PodOfRevision } from '../../presentation/picture.ts';
import { terminalOf } from '../terminal.ts';
import type { Canvas } from '../views/view.ts';

/** Fixed objects as a cluster has them in the middle of a night, for the views. */

export const nowMs = Date.parse('2026-03-14T03:00:00Z');
/** A time so many seconds before now. */
export const ago = (seconds: number): string => toTime(nowMs - seconds * 1_000);

export const old = { revision: '7f3c9a1b2d', model: { name: 'sentiment', version: '3' } };
export const young = { revision: 'b81e0c4d5e', model: { name: 'sentiment', version: '4' } };
const oldest = { revision: 'c0ffee0001', model: { name: 'sentiment', version: '2' } };

type Conditions = NonNullable<ModelDeploymentStatus['conditions']>;
/** Conditions in short: `Ready=False AnalysisFailed: in words`. */
export const conditions = (seconds: number, ...texts: string[]): Conditions =>
  texts.map((text) => {
    const [, type, status, reason, message] = /^(\w+)=(\w+) (\w+): (.*)$/.exec(text)!;
    return {
      type: type!,
      status: status as 'True' | 'False' | 'Unknown',
      reason: reason!,
      message: message!,
      lastTransitionTime: ago(seconds),
    };
  });

const served = 'Available=True Available: stable revision 7f3c9a1b2d has 4 ready pods';

export function model(status: ModelDeploymentStatus | undefined, name = 'sentiment'): ModelDeployment {
  return {
    apiVersion: 'understudy.dev/v1alpha1',
    kind: 'ModelDeployment',
    metadata: {
      name,
      namespace: 'ml',
      uid: 'a-uid',
      generation: 4,
      creationTimestamp: ago(40 * 86_400),
    },
    spec: {
      replicas: 4,
      model: { name, version: '4' },
      serving: { workload: { template: { spec: { containers: [{ name: 'server', image: 'a:4' }] } } } },
    } as ModelDeployment['spec'],
    ...(status && { status }),
  };
}

const plan: ModelRollout['spec']['plan'] = {
  strategy: 'canary',
  steps: [
    { kind: 'weight', weight: 5, holdMs: 120_000, maxHoldMs: 1_800_000 },
    { kind: 'weight', weight: 25, holdMs: 120_000, maxHoldMs: 1_800_000 },
    { kind: 'pause', approvals: 2 },
    { kind: 'weight', weight: 50, holdMs: 120_000, maxHoldMs: 1_800_000 },
  ],
  bakeMs: 900_000,
  progressDeadlineMs: 600_000,
  readinessPercent: 100,
};

export function rollout(status: Partial<ModelRolloutStatus>, number = 7, startedAgo = 400): ModelRollout {
  return {
    apiVersion: 'understudy.dev/v1alpha1',
    kind: 'ModelRollout',
    metadata: { name: `sentiment-${number}`, namespace: 'ml', creationTimestamp: ago(startedAgo) },
    spec: {
      number,
      modelDeployment: 'sentiment',
      from: old,
      to: young,
      plan,
      analysis: {
        source: 'default',
        minRequests: 100,
        falseRollback: 0.01,
        falsePromotion: 0.05,
        metrics: [
          { name: 'errors', kind: 'errorRate', tolerance: 1.1, passMargin: 2 },
          {
            name: 'latency',
            kind: 'latency',
            tolerance: 1.1,
            passMargin: 1.5,
            objective: { thresholdMs: 500, max: 0.05 },
          },
        ],
        onInconclusive: 'pause',
        onNoData: 'hold',
        noDataForMs: 600_000,
      },
    },
    status: { phase: 'Stepping', weight: 25, step: { index: 1, enteredAt: ago(80) }, ...status },
  };
}

export function action(message?: string): RolloutAction {
  return {
    apiVersion: 'understudy.dev/v1alpha1',
    kind: 'RolloutAction',
    metadata: { name: 'sentiment-pause-x2x4z', namespace: 'ml', creationTimestamp: ago(9) },
    spec: { target: { name: 'sentiment', uid: 'a-uid' }, verb: 'pause', requestedBy: 'alice' },
    ...(message !== undefined && { status: { state: 'Pending', message } }),
  };
}

const pod = (revision: string, name: string, more: Partial<PodOfRevision> = {}): PodOfRevision => ({
  name: `sentiment-${revision}-${name}`,
  revision,
  ready: true,
  state: 'Running',
  restarts: 0,
  node: 'node-1',
  createdAt: ago(7_500),
  ...more,
});

const kept = [
  { ...old, replicas: 4, ready: 4 },
  { ...young, replicas: 1, ready: 1 },
  { ...oldest, replicas: 0, ready: 0 },
];
const stablePods = [pod(old.revision, '5dxkq'), pod(old.revision, '9w2hf')];

const gate = {
  analysis: [
    {
      metric: 'errors',
      verdict: 'Inconclusive' as const,
      message:
        'errors: 3 of 250 requests failed (1.2 %), the stable revision 0.9 %; harm 1.4 : 1 of 100 : 1, health 6 : 1 of 20 : 1',
    },
    { metric: 'latency', verdict: 'Pass' as const, message: 'healthy: 41 : 1' },
  ],
};

const asker = { name: 'go', uid: 'an-uid', actor: { name: 'alice', verified: true } };

const decision = (seconds: number, action: string, weight: number, message: string) => ({
  ...{ at: ago(seconds), step: 0, action, weight, message },
  reason: action,
});

/** Of errors half of a proof is there, and nothing against the candidate. */
const evidence: NonNullable<NonNullable<ModelRolloutStatus['analysis']>['evidence']> = {
  cursorMs: nowMs - 1_000,
  stepIndex: 1,
  sinceMs: nowMs - 75_000,
  metrics: {
    errors: {
      candidate: { requests: 250, bad: 3 },
      stable: { requests: 760, bad: 7 },
      tests: { harm: { running: [-1.2], unstarted: 0.8 }, noHarm: [2.1], underLimit: [0.4] },
      ...{ measurements: 70, failures: 0 },
    },
  },
};

/** In the middle of a canary, with a gate that is not decided and an action that waits. */
export const stepping = (): ModelPicture => ({
  model: model({
    observedGeneration: 4,
    phase: 'Progressing',
    message:
      'step 2 of 4 with revision b81e0c4d5e at 25%; the gate is open: errors: 3 of 250 requests failed (1.2 %)',
    stable: { ...old, replicas: 4, ready: 4 },
    candidate: { ...young, replicas: 1, ready: 1 },
    rollout: { name: 'sentiment-7', step: 1, steps: 4, since: ago(80), nextDecisionAt: ago(-40) },
    traffic: { desired: 25, applied: 25, observed: 24.6, acknowledged: true },
    ...gate,
    conditions: conditions(400, served, 'Ready=False Progressing: on its way', 'Paused=False NotPaused: -'),
  }),
  rollouts: [
    rollout({
      step: { index: 1, enteredAt: ago(80), appliedAt: ago(75) },
      analysis: { evidence },
      decisions: [
        decision(400, 'RolloutStarted', 0, 'revision b81e0c4d5e after 7f3c9a1b2d'),
        decision(370, 'StepEntered', 5, 'step 1 of 4'),
        {
          ...decision(80, 'StepEntered', 25, 'step 2 of 4: RolloutAction go: the dashboards look good'),
          requestedBy: asker,
        },
      ],
    }),
    rollout(
      {
        phase: 'Ended',
        outcome: 'Promoted',
        duration: '29m3s250ms',
        reason: 'BakeOver',
        message: 'the bake is over',
      },
      6,
      90_000,
    ),
  ],
  openActions: [action('waits until the step has its pods')],
  revisions: kept,
  pods: [...stablePods, pod(young.revision, 'k7c4s', { createdAt: ago(380), restarts: 1 })],
});

const settledRole = { ...old, replicas: 4, ready: 4 };

/** Taken back in the night. */
export const rolledBack = (): ModelPicture => ({
  model: model({
    observedGeneration: 4,
    phase: 'RolledBack',
    message:
      'revision b81e0c4d5e was taken back (errors: 38 of 412 requests failed (9.22 %), the stable revision 0.9 %; odds of harm 140 : 1); 7f3c9a1b2d serves until the spec asks for another revision or somebody says retry',
    stable: settledRole,
    rollout: { name: 'sentiment-7', step: 1, steps: 4, outcome: 'RolledBack' },
    traffic: { acknowledged: true },
    conditions: conditions(
      3_700,
      served,
      'Ready=False AnalysisFailed: taken back',
      'Stalled=True AnalysisFailed: taken back',
      'Promoted=False AnalysisFailed: taken back',
    ),
  }),
  rollouts: [
    rollout(
      {
        phase: 'Ended',
        outcome: 'RolledBack',
        reason: 'AnalysisFailed',
        message:
          'errors: 38 of 412 requests failed (9.22 %), the stable revision 0.9 %; odds of harm 140 : 1',
        weight: 0,
        endedAt: ago(3_700),
        duration: '4m12s500ms',
        remembered: true,
      },
      7,
      3_952,
    ),
  ],
  openActions: [],
  revisions: [kept[0]!, { ...kept[1]!, replicas: 0, ready: 0 }, kept[2]!],
  pods: stablePods,
});

/** Everything is as it should be. */
export const healthy = (): ModelPicture => ({
  model: model({
    observedGeneration: 4,
    phase: 'Healthy',
    message: 'revision b81e0c4d5e serves with 4 ready pods',
    stable: { ...young, replicas: 4, ready: 4 },
    rollout: { name: 'sentiment-7', step: 4, steps: 4, outcome: 'Promoted' },
    traffic: { acknowledged: true },
    conditions: conditions(
      90_000,
      'Available=True Available: stable revision b81e0c4d5e has 4 ready pods',
      'Ready=True Healthy: revision b81e0c4d5e serves with 4 ready pods',
      'Promoted=True Promoted: revision b81e0c4d5e is the stable revision',
    ),
  }),
  rollouts: [
    rollout({
      phase: 'Ended',
      outcome: 'Promoted',
      weight: 100,
      endedAt: ago(90_000),
      duration: '29m3s250ms',
    }),
  ],
  openActions: [],
  revisions: [
    { ...young, replicas: 4, ready: 4 },
    { ...old, replicas: 0, ready: 0 },
  ],
  pods: [pod(young.revision, 'm3fzd')],
});

/** The candidate has everybody and bakes; a pod of it crashes, and users are not served any more. */
export const outage = (): ModelPicture => ({
  model: model({
    observedGeneration: 4,
    phase: 'Baking',
    message: 'baking revision b81e0c4d5e, at 100%; waiting for pods of revision b81e0c4d5e: 0 of 4 ready',
    stable: { ...young, replicas: 4, ready: 0 },
    rollout: { name: 'sentiment-7', step: 4, steps: 4, since: ago(200) },
    traffic: { desired: 100, applied: 100, acknowledged: true },
    conditions: conditions(
      200,
      'Available=False Unavailable: stable revision b81e0c4d5e has no ready pod: OOMKilled',
      'Ready=False Baking: baking',
    ),
  }),
  rollouts: [
    rollout({
      phase: 'Baking',
      weight: 100,
      promotedAt: ago(200),
      step: { index: 5, enteredAt: ago(200), appliedAt: ago(200) },
    }),
  ],
  openActions: [],
  revisions: [
    { ...young, replicas: 4, ready: 0 },
    { ...old, replicas: 4, ready: 4 },
  ],
  pods: [
    pod(young.revision, 'm3fzd', { ready: false, state: 'CrashLoopBackOff', restarts: 7 }),
    pod(old.revision, '5dxkq'),
  ],
});

/** Applied a moment ago, in a cluster where no controller runs; one may see nothing but our own kinds. */
export const unseen = (): ModelPicture => ({
  model: model({ observedGeneration: -1 }),
  rollouts: [],
  openActions: [],
  revisions: undefined,
  pods: undefined,
});

/** At a pause of its plan that two people have to leave, of whom one has been there. */
export const approval = (): ModelPicture => ({
  ...stepping(),
  model: model({
    ...stepping().model.status,
    phase: 'Paused',
    message: 'step 3 of 4 with revision b81e0c4d5e at 25%; 1 of 2 approvals: alice',
    rollout: { name: 'sentiment-7', step: 2, steps: 4, since: ago(3_000) },
    analysis: undefined,
    conditions: conditions(3_000, served, 'Paused=True WaitingForApproval: 1 of 2 approvals: alice'),
  }),
  rollouts: [
    rollout({
      step: {
        index: 2,
        enteredAt: ago(3_000),
        appliedAt: ago(3_000),
        approvals: [{ ...asker, at: ago(2_000) }],
      },
    }),
  ],
  openActions: [],
});

/** Prometheus is silent, a pod is missing, and somebody froze it besides. */
export const troubled = (): ModelPicture => ({
  ...stepping(),
  model: model({
    ...stepping().model.status,
    message: 'step 2 of 4 with revision b81e0c4d5e at 25%; no data: errors: the source cannot be reached',
    candidate: { ...young, replicas: 2, ready: 1 },
    traffic: { desired: 25, applied: 12.5, acknowledged: false },
    rollout: { name: 'sentiment-7', step: 1, steps: 4, since: ago(80) },
    analysis: [
      { metric: 'errors', verdict: 'NoData', message: 'the source cannot be reached: ECONNREFUSED' },
    ],
    conditions: conditions(
      80,
      served,
      'CandidateReady=False WaitingForCapacity: 1 of 2 needed pods of revision b81e0c4d5e are ready: ImagePullBackOff',
      'TrafficApplied=False TrafficPending: waiting for the gateway ml/public',
      'AnalysisAvailable=False SourceUnavailable: the source cannot be reached: ECONNREFUSED',
    ),
  }),
  rollouts: [
    rollout({
      step: { index: 1, enteredAt: ago(80), appliedAt: ago(75) },
      progress: { ready: 1, at: ago(60) },
    }),
  ],
  openActions: [],
});

/** What a view is drawn on. */
export function canvas({ width = 110, coloured = false, program = 'understudy' } = {}): Canvas {
  const stream = { isTTY: coloured, write: () => undefined };
  return { paint: terminalOf(stream, stream, {}).style, width, nowMs, program };
}
