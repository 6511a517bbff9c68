import type { ModelDeploymentStatus } from '../../api/model-deployment-status.ts';
import type { Roles } from '../roles.ts';
import type { RevisionView, World } from '../world.ts';
import { availableClaim, blockage, pausedClaim, scaleStatus, trafficClaim } from './common-claims.ts';
import { type Claim, setConditions } from './set-conditions.ts';

/** The status before anything was served. */
export function firstRevisionStatus(
  world: World,
  _roles: Roles,
  view: RevisionView | undefined,
): ModelDeploymentStatus {
  const { deployment, target, nowMs } = world;
  const { phase, reason, message } = summarise(world, view);
  const stalled = phase === 'Failed';
  const waits: Claim = { status: 'False', reason, message };
  return {
    observedGeneration: deployment.generation,
    phase,
    message,
    ...scaleStatus(world, undefined),
    conditions: setConditions(
      deployment.status?.conditions,
      {
        Ready: waits,
        Available: availableClaim(undefined),
        Reconciling: { status: stalled ? 'False' : 'True', reason, message },
        Stalled: stalled
          ? { status: 'True', reason, message }
          : { ...waits, reason: 'Progressing', message: 'waiting' },
        TrafficApplied: trafficClaim(world, false),
        Paused: pausedClaim(deployment.spec.paused ? 'PausedBySpec' : undefined, 'spec.paused is true'),
        Promoted: {
          status: stalled ? 'False' : 'Unknown',
          reason,
          message: `revision ${target.revision} is not served yet`,
        },
      },
      deployment.generation,
      nowMs,
    ),
  };
}

function summarise(
  world: World,
  view: RevisionView | undefined,
): { phase: 'Pending' | 'Paused' | 'Failed'; reason: Claim['reason']; message: string } {
  const blocked = blockage(world);
  const { revision } = world.target;
  if (blocked) return { phase: 'Failed', ...blocked };
  if (world.deployment.spec.paused) {
    return { phase: 'Paused', reason: 'PausedBySpec', message: 'spec.paused is true: nothing is served yet' };
  }
  const problem = view?.problem ? `: ${view.problem}` : '';
  const pods = `first revision ${revision} has ${view?.ready ?? 0} of ${world.deployment.spec.replicas} ready pods${problem}`;
  return view?.deadlineExceeded
    ? { phase: 'Failed', reason: 'ProgressDeadlineExceeded', message: pods }
    : { phase: 'Pending', reason: 'WaitingForCapacity', message: pods };
}
