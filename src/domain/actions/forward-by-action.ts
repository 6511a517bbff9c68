import type { Reason } from '../../api/reasons.ts';
import { type RolloutContext, withStatus } from '../strategy/rollout-context.ts';
import type { ActionView } from '../world.ts';
import { approvalStep } from './approvals.ts';
import { openActions } from './open-actions.ts';
import { hasRoom } from './recorded.ts';
import { standIn } from './stand.ts';

/** How a person's word leads out of a place of the plan. */
export type Way = 'promote' | 'skip' | 'full';

/** The first action that goes forward and that nothing speaks against, if it may be carried out in this pass. */
export interface Forward {
  way: Way;
  action: ActionView;
}

/** The actions that want to leave the place where the rollout stands, in the order in which they are heard. */
export function forwardActions(context: RolloutContext): Forward[] {
  const { world, rollout } = context;
  if (!hasRoom(rollout.status, world.actions)) return [];
  return openActions(standIn(context)).flatMap((action): Forward[] => {
    const way = wayOf(action);
    // At a pause with approvals it is one of them, and no way out by itself.
    const isApproval = way === 'promote' && approvalStep(rollout) !== undefined;
    return way === undefined || isApproval ? [] : [{ way, action }];
  });
}

function wayOf({ spec: { verb, full } }: ActionView): Way | undefined {
  if (verb === 'skip') return 'skip';
  if (verb === 'promote') return full ? 'full' : 'promote';
  return undefined;
}

export const reasonOf: Record<Way, Reason> = {
  promote: 'PromotedByAction',
  skip: 'SkippedByAction',
  full: 'PromotedInFull',
};

/** Promoted in full: from here on no analysis is asked and no share held back. */
export const inFull = (context: RolloutContext): RolloutContext =>
  withStatus(context, { ...context.rollout.status, full: true });
