import type { MetricStatus, ModelDeploymentStatus } from '../../api/model-deployment-status.ts';
import type { Phase } from '../../api/phase.ts';
import { shareOf } from '../traffic/split.ts';
import { achievableWeight } from '../traffic/pods.ts';
import { toTime } from '../time.ts';
import type { Obstacle } from '../strategy/gate.ts';
import { stepInWords } from '../strategy/plan.ts';
import type { RolloutContext } from '../strategy/rollout-context.ts';
import { analysisClaim } from './analysis-claim.ts';
import { availableClaim, pausedClaim, roleStatus, scaleStatus, trafficClaim } from './common-claims.ts';
import { type Claim, setConditions } from './set-conditions.ts';

/** The status while a rollout runs, and in the pass in which it ends. */
export function rolloutStatusOf(
  context: RolloutContext,
  obstacle: Obstacle | undefined,
): ModelDeploymentStatus {
  const { world, rollout, from, to, inForce, neededReady } = context;
  const { deployment, nowMs } = world;
  const { status, spec } = rollout;
  const promoted = status.promotedAt !== undefined && status.weight > 0;
  const stable = promoted ? to : from;
  const summary = summarise(context, obstacle);
  const claim = (value: Claim['status']): Claim => ({
    status: value,
    reason: summary.reason,
    message: summary.message,
  });
  const ready = to?.ready ?? 0;
  const running = status.phase !== 'Ended';
  return {
    observedGeneration: deployment.generation,
    phase: summary.phase,
    message: summary.message,
    stable: stable && roleStatus(stable),
    candidate: running && !promoted && to ? roleStatus(to) : undefined,
    rollout: {
      name: rollout.name,
      step: status.step.index,
      steps: spec.plan.steps.length,
      since: status.step.enteredAt,
      nextDecisionAt: obstacle?.untilMs === undefined ? undefined : toTime(obstacle.untilMs),
      outcome: status.outcome,
    },
    traffic: trafficStatus(context),
    ...scaleStatus(world, stable),
    analysis: context.judgement?.metrics.map(metricStatus),
    conditions: setConditions(
      deployment.status?.conditions,
      {
        Ready: claim('False'),
        Available: availableClaim(stable),
        Reconciling: claim('True'),
        Stalled: {
          status: 'False',
          reason: 'Progressing',
          message: 'the rollout goes on by itself or by a person',
        },
        CandidateReady: {
          status: ready >= neededReady ? 'True' : 'False',
          reason: ready >= neededReady ? 'CandidateReady' : 'WaitingForCapacity',
          message: `${ready} of ${neededReady} needed pods of revision ${spec.to.revision} are ready${to?.problem ? `: ${to.problem}` : ''}`,
        },
        TrafficApplied: trafficClaim(world, inForce),
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
      ? shareOf(traffic.route ?? [], revision)
      : total === 0
        ? 0
        : round((100 * (traffic.endpoints[revision] ?? 0)) / total);
  const sameRollout = deployment.status?.rollout?.name === rollout.name;
  const lastSeen = sameRollout ? deployment.status?.traffic?.observed : undefined;
  const observed = judgement?.observedShare === undefined ? lastSeen : round(100 * judgement.observedShare);
  return {
    desired,
    applied,
    ...(observed === undefined ? {} : { observed }),
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

function metricStatus({ name, verdict, message, value }: Metric): MetricStatus {
  return {
    metric: name,
    verdict,
    message,
    ...(value === undefined ? {} : { value: Number(value.toPrecision(6)) }),
  };
}

function summarise(
  context: RolloutContext,
  obstacle: Obstacle | undefined,
): { phase: Phase; reason: Claim['reason']; message: string } {
  const { rollout, world } = context;
  const { status, spec } = rollout;
  const wait = obstacle ? `; ${obstacle.message}` : '';
  if (world.traffic.problem) return { phase: 'Failed', ...world.traffic.problem };
  if (status.phase === 'Ended') {
    const message = status.message ?? '';
    if (status.outcome === 'Promoted') return { phase: 'Healthy', reason: 'Promoted', message };
    if (status.outcome === 'Superseded') return { phase: 'Progressing', reason: 'Superseded', message };
    const reason = (status.reason ?? 'RolledBack') as Claim['reason'];
    return { phase: status.outcome === 'Failed' ? 'Failed' : 'RolledBack', reason, message };
  }
  if (obstacle?.pauses) {
    return {
      phase: 'Paused',
      reason: obstacle.pauses,
      message: `${stepInWords(spec.plan, status.step.index)} at ${status.weight}%${wait}`,
    };
  }
  switch (status.phase) {
    case 'Preparing':
      return {
        phase: 'Progressing',
        reason: 'Progressing',
        message: `preparing revision ${spec.to.revision}${wait}`,
      };
    case 'Promoting':
      return {
        phase: 'Progressing',
        reason: 'Promoting',
        message: `promoting revision ${spec.to.revision} at ${status.weight}%${wait}`,
      };
    case 'Baking':
      return {
        phase: 'Baking',
        reason: 'Baking',
        message: `revision ${spec.to.revision} has ${status.weight}%${wait}`,
      };
    default:
      return {
        phase: 'Progressing',
        reason: 'Progressing',
        message: `${stepInWords(spec.plan, status.step.index)} at ${status.weight}%${wait}`,
      };
  }
}
