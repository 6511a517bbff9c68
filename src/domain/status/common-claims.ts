import type { RoleStatus } from '../../api/model-deployment-status.ts';
import { labels } from '../../api/group.ts';
import type { Claim } from './set-conditions.ts';
import type { RevisionView, World } from '../world.ts';
import { because, readyPods } from '../words.ts';
import { pendingSplitInWords } from '../traffic/pending-split.ts';

/** Parts of the status that say the same in every situation. */

export function roleStatus(view: RevisionView): RoleStatus {
  return { revision: view.revision, model: view.model, replicas: view.pods, ready: view.ready };
}

/** What an autoscaler sees: the stable arm only. */
export function scaleStatus(
  world: World,
  stable: RevisionView | undefined,
): { replicas: number; selector?: string } {
  if (!stable) return { replicas: 0 };
  const { name } = world.deployment;
  return {
    replicas: stable.pods,
    selector: `${labels.modelDeployment}=${name},${labels.revision}=${stable.revision}`,
  };
}

export function availableClaim(stable: RevisionView | undefined): Claim {
  if (!stable) return { status: 'False', reason: 'NothingServed', message: 'no revision is served yet' };
  return stable.ready > 0
    ? {
        status: 'True',
        reason: 'Available',
        message: `stable revision ${stable.revision} has ${readyPods(stable.ready)}`,
      }
    : {
        status: 'False',
        reason: stable.replicas === 0 ? 'ScaledToZero' : 'Unavailable',
        message: `stable revision ${stable.revision} has no ready pod${because(stable.problem)}`,
      };
}

export function trafficClaim(world: World, inForce: boolean, withheld?: string): Claim {
  const { problem } = world.traffic;
  if (problem) return { status: 'False', ...problem };
  return inForce
    ? { status: 'True', reason: 'TrafficApplied', message: 'the data plane has taken over the split' }
    : {
        status: 'False',
        reason: 'TrafficPending',
        message: withheld ?? pendingSplitInWords(world.traffic),
      };
}

/** What a person must mend before anything goes on, whatever the situation. */
export function blockage(world: World): { reason: Claim['reason']; message: string } | undefined {
  if (world.birthRefused !== undefined) return { reason: 'TemplateRejected', message: world.birthRefused };
  return world.traffic.problem;
}

export const pausedClaim = (reason: Claim['reason'] | undefined, message: string): Claim =>
  reason === undefined
    ? { status: 'False', reason: 'NotPaused', message: 'nothing stops forward progress' }
    : { status: 'True', reason, message };
