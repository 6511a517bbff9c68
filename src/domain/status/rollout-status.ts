import type { MetricStatus, ModelDeploymentStatus } from '../../api/model-deployment-status.ts';
import type { ModelRolloutStatus, RolloutPlan } from '../../api/model-rollout.ts';
import type { Phase } from '../../api/phase.ts';
import type { AnalysisView } from '../world.ts';
import { shareOf } from '../traffic/split.ts';
import { achievableWeight } from '../traffic/pods.ts';
import { toTime } from '../time.ts';
import { because, clip, longestMessage, longestStatusMessage } from '../words.ts';
import type { Obstacle } from '../strategy/gate.ts';
import { lossSpent } from '../strategy/loss-budget.ts';
import { currentStep, stepForPeople, stepInWords } from '../strategy/plan.ts';
import { knownEvidence, type RolloutContext } from '../strategy/rollout-context.ts';
import { analysisClaim } from './analysis-claim.ts';
import { availableClaim, pausedClaim, roleStatus, scaleStatus, trafficClaim } from './common-claims.ts';
import { type Claim, setConditions } from './set-conditions.ts';

/** The status while a rollout runs. */
export function rolloutStatusOf(
  context: RolloutContext,
  obstacle: Obstacle | undefined,
  withheld: string | undefined,
): ModelDeploymentStatus {
  const { world, rollout, from, to, inForce, neededReady } = context;
  const { deployment, nowMs } = world;
  const { status, spec } = rollout;
  const promoted = status.promotedAt !== undefined && status.weight > 0;
  const stable = promoted ? to : from;
  const summary = summarise(context, obstacle);
  // Nothing goes on before a person has mended it, in the middle of a rollout as well.
  const stalled = summary.phase === 'Failed';
  const claim = (value: Claim['status']): Claim => ({
    status: value,
    reason: summary.reason,
    message: summary.message,
  });
  const ready = to?.ready ?? 0;
  const hasReady = ready >= neededReady;
  const lastSaid = context.lastSaid && deployment.status?.analysis;
  return {
    observedGeneration: deployment.generation,
    phase: summary.phase,
    message: summary.message,
    stable: stable && roleStatus(stable),
    candidate: !promoted && to ? roleStatus(to) : undefined,
    rollout: {
      name: rollout.name,
      step: stepForPeople(spec.plan, status),
      steps: spec.plan.steps.length,
      since: status.step.enteredAt,
      nextDecisionAt: obstacle?.untilMs === undefined ? undefined : toTime(obstacle.untilMs),
      lossSpent: lossSpent(knownEvidence(context)),
    },
    traffic: trafficStatus(context),
    ...scaleStatus(world, stable),
    analysis: context.judgement?.metrics.map(metricStatus) ?? lastSaid,
    ...(world.analysis.chosen && { preset: presetStatus(world.analysis.chosen) }),
    conditions: setConditions(
      deployment.status?.conditions,
      {
        Ready: claim('False'),
        Available: availableClaim(stable),
        Reconciling: claim(stalled ? 'False' : 'True'),
        Stalled: stalled
          ? claim('True')
          : {
              status: 'False',
              reason: 'Progressing',
              message: 'the rollout goes on by itself or by a person',
            },
        CandidateReady: {
          status: hasReady ? 'True' : 'False',
          reason: hasReady ? 'CandidateReady' : 'WaitingForCapacity',
          message: `${ready} of ${neededReady} needed pods of revision ${spec.to.revision} are ready${because(to?.problem)}`,
        },
        TrafficApplied: trafficClaim(world, inForce, withheld),
        AnalysisAvailable: analysisClaim(context),
        Paused: pausedClaim(obstacle?.pauses, obstacle?.message ?? ''),
        Promoted: promoted ? claim('True') : claim('Unknown'),
      },
      deployment.generation,
      nowMs,
    ),
  };
}

/** Desired is the record, applied is read back, observed is counted: three fields that are never mixed (law 11). */
function trafficStatus({
  world,
  rollout,
  replicas,
  inForce,
  judgement,
}: RolloutContext): ModelDeploymentStatus['traffic'] {
  const { traffic, deployment } = world;
  const { revision } = rollout.spec.to;
  const desired = rollout.status.weight;
  const total = Object.values(traffic.endpoints).reduce((sum, pods) => sum + pods, 0);
  const applied =
    traffic.router === 'weighted'
      ? round(shareOf(traffic.route ?? [], revision))
      : total === 0
        ? 0
        : round((100 * (traffic.endpoints[revision] ?? 0)) / total);
  const before = deployment.status;
  // What was counted under the split of another step says nothing about this one (law 11).
  const sameStep =
    before?.rollout?.name === rollout.name && before.rollout.since === rollout.status.step.enteredAt;
  const lastSeen = sameStep ? before.traffic?.observed : undefined;
  const observed = judgement?.observedShare === undefined ? lastSeen : round(100 * judgement.observedShare);
  return {
    desired,
    applied,
    ...(observed === undefined ? {} : { observed }),
    ...(traffic.extras.mirror && { mirrored: traffic.extras.mirror.percent }),
    acknowledged: inForce,
    ...(traffic.router === 'replicaRatio'
      ? { achievable: round(achievableWeight(desired, replicas, traffic.router)) }
      : {}),
  };
}

/** One decimal, the resolution of a weight; more would be a status write for every request. */
function round(percent: number): number {
  return Math.round(percent * 10) / 10;
}

type Metric = NonNullable<RolloutContext['judgement']>['metrics'][number];

function metricStatus({ name, verdict, message, value, dryRun }: Metric): MetricStatus {
  return {
    metric: name,
    verdict,
    ...(dryRun && { dryRun }),
    message: clip(message, longestMessage),
    ...(value === undefined ? {} : { value: Number(value.toPrecision(6)) }),
  };
}

function presetStatus({
  choice,
  says,
}: NonNullable<AnalysisView['chosen']>): ModelDeploymentStatus['preset'] {
  return { ...choice, ...(says.length > 0 && { says: says.map((one) => clip(one, longestSaying)) }) };
}

/** What the schema allows for one sentence. */
const longestSaying = 512;

function summarise(
  context: RolloutContext,
  obstacle: Obstacle | undefined,
): { phase: Phase; reason: Claim['reason']; message: string } {
  const { rollout, world } = context;
  if (world.traffic.problem) return { phase: 'Failed', ...world.traffic.problem };
  const place = placeInWords(rollout);
  const message = clip(obstacle ? `${place}; ${obstacle.message}` : place, longestStatusMessage);
  if (obstacle?.pauses) return { phase: 'Paused', reason: obstacle.pauses, message };
  switch (rollout.status.phase) {
    case 'Promoting':
      return { phase: 'Progressing', reason: 'Promoting', message };
    case 'Baking':
      return { phase: 'Baking', reason: 'Baking', message };
    case 'Returning':
      return { phase: 'Progressing', reason: 'RolledBack', message };
    default:
      return { phase: 'Progressing', reason: 'Progressing', message };
  }
}

function placeInWords({ spec, status }: RolloutContext['rollout']): string {
  switch (status.phase) {
    case 'Preparing':
      return `preparing revision ${spec.to.revision}`;
    case 'Promoting':
      return `promoting revision ${spec.to.revision}, at ${status.weight}%`;
    case 'Returning':
      return `taking revision ${spec.to.revision} back, at ${status.weight}%`;
    case 'Baking':
      return `baking revision ${spec.to.revision}, at ${status.weight}%`;
    default:
      return `${stepInWords(spec.plan, status.step.index)} with revision ${spec.to.revision} ${whereInWords(spec.plan, status)}`;
  }
}

/** A preview and copies are no share of the traffic: "at 0%" would say that nothing happens. */
function whereInWords(plan: RolloutPlan, status: ModelRolloutStatus): string {
  switch (currentStep(plan, status)?.kind) {
    case 'preview':
      return 'at its preview';
    case 'mirror':
      return 'on copies';
    default:
      return `at ${status.weight}%`;
  }
}
