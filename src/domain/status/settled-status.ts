import type { ModelDeploymentStatus, RolloutSummary } from '../../api/model-deployment-status.ts';
import type { ModelRolloutSpec } from '../../api/model-rollout.ts';
import type { Phase } from '../../api/phase.ts';
import { isHeldOff, isPinned } from '../actions/stand.ts';
import { startProblem } from '../strategy/rollout-extras.ts';
import type { Roles } from '../roles.ts';
import type { RevisionView, RolloutView, World } from '../world.ts';
import {
  availableClaim,
  blockage,
  pausedClaim,
  roleStatus,
  scaleStatus,
  trafficClaim,
} from './common-claims.ts';
import { notNeeded } from './analysis-claim.ts';
import { stepForPeople } from '../strategy/plan.ts';
import { because, clip, longestStatusMessage, readyPods } from '../words.ts';
import { type Claim, setConditions } from './set-conditions.ts';
import { pendingSplitInWords } from '../traffic/pending-split.ts';

export interface Settled {
  stable: string;
  view: RevisionView | undefined;
  inForce: boolean;
  /** What is not in force yet sends nobody anywhere else. */
  onlyTidies: boolean;
  /** Why the split is not written although it is decided. */
  withheld: string | undefined;
  /** A rollout that begins in this pass. */
  starting: { name: string; spec: ModelRolloutSpec } | undefined;
}

interface Summary {
  phase: Phase;
  reason: Claim['reason'];
  message: string;
}

/** The status while one revision has everybody. */
export function settledStatus(world: World, roles: Roles, settled: Settled): ModelDeploymentStatus {
  const { deployment, nowMs } = world;
  const { view, inForce, starting } = settled;
  const summary = summarise(world, roles, settled);
  const { phase, reason } = summary;
  const message = settled.withheld ? `${summary.message}; ${settled.withheld}` : summary.message;
  const claim = (status: Claim['status']): Claim => ({ status, reason, message });
  const stalled = phase === 'RolledBack' || phase === 'Failed';
  const reconciling = phase === 'Progressing' || phase === 'Paused';
  const promoted = settled.stable === world.target.revision;
  return {
    observedGeneration: deployment.generation,
    phase,
    message: clip(message, longestStatusMessage),
    stable: view ? roleStatus(view) : undefined,
    rollout: starting ? startSummary(starting) : roles.newest && endSummary(roles.newest),
    traffic: { acknowledged: inForce },
    ...scaleStatus(world, view),
    conditions: setConditions(
      deployment.status?.conditions,
      {
        Ready: claim(phase === 'Healthy' ? 'True' : 'False'),
        Available: availableClaim(view),
        Reconciling: reconciling
          ? claim('True')
          : { status: 'False', reason: 'Settled', message: 'nothing is left to be done' },
        Stalled: stalled
          ? claim('True')
          : { status: 'False', reason: 'Settled', message: 'nothing is in the way' },
        CandidateReady: { status: 'False', reason: 'NoCandidate', message: 'no rollout is under way' },
        TrafficApplied: trafficClaim(world, inForce, settled.withheld),
        AnalysisAvailable: deployment.metricProblem
          ? { status: 'False', ...deployment.metricProblem }
          : notNeeded,
        Paused: pausedClaim(phase === 'Paused' ? reason : undefined, message),
        Promoted: promoted
          ? {
              status: 'True',
              reason: 'Promoted',
              message: `revision ${settled.stable} is the stable revision`,
            }
          : claim(stalled ? 'False' : 'Unknown'),
      },
      deployment.generation,
      nowMs,
    ),
  };
}

function summarise(
  world: World,
  { newest }: Roles,
  { stable, view, inForce, onlyTidies, starting }: Settled,
): Summary {
  const { target, deployment, traffic } = world;
  const blocked = blockage(world);
  if (blocked) return { phase: 'Failed', ...blocked };
  if (starting) {
    return { phase: 'Progressing', reason: 'RolloutStarted', message: `rollout ${starting.name} begins` };
  }
  if (target.revision !== stable) return notTheTarget(world, newest, stable);
  const pods = `${view?.ready ?? 0} of ${deployment.spec.replicas} pods of stable revision ${stable} are ready`;
  if (deployment.spec.replicas === 0)
    return { phase: 'Healthy', reason: 'ScaledToZero', message: 'spec.replicas is 0' };
  if ((view?.ready ?? 0) < deployment.spec.replicas) {
    return { phase: 'Progressing', reason: 'Scaling', message: `${pods}${because(view?.problem)}` };
  }
  // What was Healthy under this very spec stays so while only the last of a drain goes.
  const before = deployment.status;
  const wasHealthy =
    before?.phase === 'Healthy' &&
    before.stable?.revision === stable &&
    before.observedGeneration === deployment.generation;
  if (!inForce && !(wasHealthy && onlyTidies))
    return {
      phase: 'Progressing',
      reason: 'WaitingForTraffic',
      message: pendingSplitInWords(traffic),
    };
  return {
    phase: 'Healthy',
    reason: 'Healthy',
    message: `revision ${stable} serves with ${readyPods(view?.ready ?? 0)}`,
  };
}

function notTheTarget(world: World, newest: RolloutView | undefined, stable: string): Summary {
  const { target, deployment } = world;
  if (newest && isHeldOff(world, newest)) {
    if (newest.status.outcome === 'Completed') {
      return {
        phase: 'Paused',
        reason: 'ShadowCompleted',
        message: `${newest.status.message ?? 'the shadow ended'} (${newest.name}); ${stable} serves until the spec asks for another revision or somebody says retry`,
      };
    }
    if (isPinned(newest)) {
      const message = `${newest.status.message ?? 'somebody went back'} (${newest.name}); ${stable} serves, and revision ${target.revision} waits until the spec asks for another one or somebody says resume`;
      return { phase: 'RolledBack', reason: 'RolledBackByAction', message };
    }
    const phase = newest.status.outcome === 'Failed' ? 'Failed' : 'RolledBack';
    const why = newest.status.message ?? 'it failed';
    return {
      phase,
      reason: (newest.status.reason ?? 'Remembered') as Claim['reason'],
      message: `revision ${target.revision} was taken back (${why}); ${stable} serves until the spec asks for another revision or somebody says retry`,
    };
  }
  const problem = startProblem(world, stable);
  if (problem !== undefined) {
    return {
      phase: 'Failed',
      reason: problem.reason,
      message: `revision ${target.revision} is not rolled out: ${problem.message}`,
    };
  }
  return deployment.spec.paused
    ? {
        phase: 'Paused',
        reason: 'PausedBySpec',
        message: `spec.paused is true: revision ${target.revision} waits`,
      }
    : {
        phase: 'Progressing',
        reason: 'Progressing',
        message: `revision ${target.revision} is about to be rolled out`,
      };
}

function startSummary({ name, spec }: NonNullable<Settled['starting']>): RolloutSummary {
  return { name, step: 0, steps: spec.plan.steps.length };
}

function endSummary({ name, spec, status }: RolloutView): RolloutSummary {
  const steps = spec.plan.steps.length;
  return { name, step: stepForPeople(spec.plan, status), steps, outcome: status.outcome };
}
