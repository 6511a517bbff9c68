import type { EventIntent, PassDecision, RevisionIntent } from '../decision.ts';
import { retireRevisions } from '../revision/draining.ts';
import { findRevision } from '../roles.ts';
import { firstRevisionStatus } from '../status/first-revision-status.ts';
import type { World } from '../world.ts';
import { settledSplit } from './rollout-traffic.ts';
import { wakeAfterMs } from './settled.ts';
import { specFreezes } from './spec-freezes.ts';

/**
 * The first revision ever is served at once, without steps: as soon as one pod is ready, for there is nobody else who
 * could answer (law 1). Until then there is no traffic object, which is how "never served" is told from "served".
 */
export function decideFirstRevision(world: World): PassDecision {
  const { deployment, target } = world;
  const { replicas } = deployment.spec;
  const view = findRevision(world, target.revision);
  const frozen = specFreezes(deployment) || world.birthRefused !== undefined;
  const retirement = retireRevisions(world, [target.revision]);
  const mayServe =
    !frozen && view?.hasService && !world.traffic.problem && (view.ready > 0 || replicas === 0);
  const ensure: RevisionIntent[] = frozen ? [] : [{ kind: 'ensure', identity: target, replicas }];
  const events: EventIntent[] = mayServe
    ? [
        {
          type: 'Normal',
          reason: 'FirstRevision',
          action: 'Serve',
          message: `revision ${target.revision} is the first and is served at once`,
        },
      ]
    : [];
  return {
    revisions: [...ensure, ...retirement.intents],
    traffic: mayServe ? settledSplit(world, target.revision) : undefined,
    trafficBeforeRecord: false,
    status: firstRevisionStatus(world, view),
    events,
    requeueAfterMs: wakeAfterMs(world, retirement),
  };
}
