import type { ModelDeploymentStatus } from '../../api/model-deployment-status.ts';
import type { RevisionView, World } from '../world.ts';
import { availableClaim, blockage, pausedClaim, scaleStatus, trafficClaim } from './common-claims.ts';
import { because, clip, longestStatusMessage } from '../words.ts';
import { type Claim, setConditions } from './set-conditions.ts';

/** The status before anything was served. */
export function firstRevisionStatus(world: World, view: RevisionView | undefined): ModelDeploymentStatus {
  const { deployment, target, nowMs } = world;
  const { phase, reason, message } = summarise(world, view);
  const stalled = phase === 'Failed';
  const waits: Claim = { status: 'False', reason, message };
  return {
    observedGeneration: deployment.generation,
    phase,
    message: clip(message, longestStatusMessage),
    ...scaleStatus(world, undefined),
    conditions: setConditions(
      deployment.status?.conditions,
      {
        Ready: waits,
        Available: availableClaim(undefined),
        Reconciling: { status: stalled ? 'False' : 'True', reason, message },
        Stalled: stalled
          ? { status: 'True', reason, message }
          : { status: 'False', reason: 'Progressing', message: 'nothing is in the way' },
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
  const pods = `first revision ${revision}: ${view?.ready ?? 0} of ${world.deployment.spec.replicas} pods are ready${because(view?.problem)}`;
  return view?.deadlineExceeded
    ? { phase: 'Failed', reason: 'ProgressDeadlineExceeded', message: pods }
    : { phase: 'Pending', reason: 'WaitingForCapacity', message: pods };
}
